//! Text to tokens, with `graphql-core`'s messages for text that is none.

use std::borrow::Cow;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The end of the document.
    Eof,
    /// `!`, `$`, `&`, `(`, `)`, `...`, `:`, `=`, `@`, `[`, `]`, `{`, `|`, `}`.
    Punctuator(&'static str),
    /// A name or keyword.
    Name,
    /// A whole number.
    Int,
    /// A number with a fraction or an exponent.
    Float,
    /// `"…"`.
    String,
    /// `"""…"""`.
    BlockString,
}

/// A token: its kind, where it starts and ends (bytes), and its text: escapes resolved for strings, as written
/// for names and numbers.
#[derive(Debug, Clone)]
pub struct Token<'s> {
    /// What it is.
    pub kind: Kind,
    /// Byte offset of its first byte.
    pub start: u32,
    /// Byte offset behind its last byte.
    pub end: u32,
    /// Its text.
    pub text: Cow<'s, str>,
}

/// Text that is no GraphQL: the message (without the words "Syntax Error: ") and the byte offset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// What was found and what would have been right.
    pub message: String,
    /// Where.
    pub at: u32,
}

impl Token<'_> {
    /// How messages name this token: `Name 'x'`, `'{'`, `<EOF>`.
    pub fn describe(&self) -> String {
        match self.kind {
            Kind::Punctuator(_) | Kind::Eof => self.kind.describe(),
            _ => format!("{} '{}'", self.kind.describe(), self.text),
        }
    }
}

impl Kind {
    /// How messages name this kind.
    pub fn describe(self) -> String {
        match self {
            Self::Eof => "<EOF>".into(),
            Self::Punctuator(text) => format!("'{text}'"),
            Self::Name => "Name".into(),
            Self::Int => "Int".into(),
            Self::Float => "Float".into(),
            Self::String => "String".into(),
            Self::BlockString => "BlockString".into(),
        }
    }
}

/// Reads tokens from a source, one at a time.
#[derive(Debug)]
pub struct Lexer<'s> {
    source: &'s str,
    at: usize,
}

impl<'s> Lexer<'s> {
    /// A lexer at the start of `source`.
    pub fn new(source: &'s str) -> Self {
        Self { source, at: 0 }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.source.as_bytes().get(at).copied()
    }

    fn error<T>(message: impl Into<String>, at: usize) -> Result<T, SyntaxError> {
        Err(SyntaxError { message: message.into(), at: offset(at) })
    }

    fn token(&mut self, kind: Kind, start: usize, end: usize) -> Token<'s> {
        self.at = end;
        Token { kind, start: offset(start), end: offset(end), text: Cow::Borrowed(&self.source[start..end]) }
    }

    /// The next token; after the end of the text it is [`Kind::Eof`] for ever.
    pub fn next_token(&mut self) -> Result<Token<'s>, SyntaxError> {
        self.skip_ignored();
        let start = self.at;
        let Some(byte) = self.byte(start) else { return Ok(self.token(Kind::Eof, start, start)) };
        if let Some(text) = punctuator(byte) {
            return Ok(self.token(Kind::Punctuator(text), start, start + 1));
        }
        match byte {
            b'.' if self.source[start..].starts_with("...") => {
                Ok(self.token(Kind::Punctuator("..."), start, start + 3))
            }
            b'A'..=b'Z' | b'a'..=b'z' | b'_' => {
                let mut end = start + 1;
                while self.byte(end).is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
                    end += 1;
                }
                Ok(self.token(Kind::Name, start, end))
            }
            b'0'..=b'9' | b'-' => self.number(start),
            b'"' if self.source[start..].starts_with("\"\"\"") => self.block_string(start),
            b'"' => self.string(start),
            b'\'' => Self::error(
                "Unexpected single quote character ('), did you mean to use a double quote (\")?",
                start,
            ),
            _ => {
                let shown = self.show(start);
                Self::error(format!("Unexpected character: {shown}."), start)
            }
        }
    }

    fn skip_ignored(&mut self) {
        loop {
            match self.byte(self.at) {
                Some(b' ' | b'\t' | b',' | b'\n' | b'\r') => self.at += 1,
                Some(0xEF) if self.source[self.at..].starts_with('\u{feff}') => {
                    self.at += '\u{feff}'.len_utf8();
                }
                Some(b'#') => {
                    let rest = &self.source[self.at..];
                    self.at += rest.find(['\n', '\r']).unwrap_or(rest.len());
                }
                _ => return,
            }
        }
    }

    /// How messages show the character at a byte offset.
    fn show(&self, at: usize) -> String {
        match self.source.get(at..).and_then(|rest| rest.chars().next()) {
            None => "<EOF>".into(),
            Some('"') => "'\"'".into(),
            Some(character @ ' '..='~') => format!("'{character}'"),
            Some(character) => format!("U+{:04X}", u32::from(character)),
        }
    }

    fn number(&mut self, start: usize) -> Result<Token<'s>, SyntaxError> {
        let mut at = start;
        let mut kind = Kind::Int;
        if self.byte(at) == Some(b'-') {
            at += 1;
        }
        if self.byte(at) == Some(b'0') {
            at += 1;
            if self.byte(at).is_some_and(|byte| byte.is_ascii_digit()) {
                let shown = self.show(at);
                return Self::error(format!("Invalid number, unexpected digit after 0: {shown}."), at);
            }
        } else {
            at = self.digits(at)?;
        }
        if self.byte(at) == Some(b'.') {
            kind = Kind::Float;
            at = self.digits(at + 1)?;
        }
        if matches!(self.byte(at), Some(b'e' | b'E')) {
            kind = Kind::Float;
            at += 1;
            if matches!(self.byte(at), Some(b'+' | b'-')) {
                at += 1;
            }
            at = self.digits(at)?;
        }
        if self.byte(at).is_some_and(|byte| byte == b'.' || byte.is_ascii_alphabetic() || byte == b'_') {
            let shown = self.show(at);
            return Self::error(format!("Invalid number, expected digit but got: {shown}."), at);
        }
        Ok(self.token(kind, start, at))
    }

    fn digits(&self, start: usize) -> Result<usize, SyntaxError> {
        let mut at = start;
        while self.byte(at).is_some_and(|byte| byte.is_ascii_digit()) {
            at += 1;
        }
        if at == start {
            let shown = self.show(start);
            return Self::error(format!("Invalid number, expected digit but got: {shown}."), start);
        }
        Ok(at)
    }

    fn string(&mut self, start: usize) -> Result<Token<'s>, SyntaxError> {
        let mut text = String::new();
        let mut at = start + 1;
        loop {
            let Some(character) = self.source[at..].chars().next() else {
                return Self::error("Unterminated string.", at);
            };
            match character {
                '"' => break,
                '\n' | '\r' => return Self::error("Unterminated string.", at),
                '\\' => {
                    let (unescaped, size) = self.escape(at)?;
                    text.push(unescaped);
                    at += size;
                }
                plain => {
                    text.push(plain);
                    at += plain.len_utf8();
                }
            }
        }
        let mut token = self.token(Kind::String, start, at + 1);
        token.text = Cow::Owned(text);
        Ok(token)
    }

    /// The character that the escape at `at` stands for, and the escape's size in bytes.
    fn escape(&self, at: usize) -> Result<(char, usize), SyntaxError> {
        let simple = match self.byte(at + 1) {
            Some(b'u') if self.byte(at + 2) == Some(b'{') => return self.escape_braced(at),
            Some(b'u') => return self.escape_fixed(at),
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            _ => {
                let shown = self.characters(at, 2);
                return Self::error(format!("Invalid character escape sequence: '{shown}'."), at);
            }
        };
        Ok((simple, 2))
    }

    /// `\u{1F600}`.
    fn escape_braced(&self, at: usize) -> Result<(char, usize), SyntaxError> {
        let mut code: u32 = 0;
        let mut size = 3;
        while size < 12 {
            let Some(byte) = self.byte(at + size) else { break };
            size += 1;
            if byte == b'}' {
                if size < 5 {
                    break;
                }
                if let Some(character) = char::from_u32(code) {
                    return Ok((character, size));
                }
                break;
            }
            let Some(digit) = char::from(byte).to_digit(16) else { break };
            code = (code << 4) | digit;
        }
        let shown = self.characters(at, size);
        Self::error(format!("Invalid Unicode escape sequence: '{shown}'."), at)
    }

    /// `\u00e9`, and two of them for a surrogate pair.
    fn escape_fixed(&self, at: usize) -> Result<(char, usize), SyntaxError> {
        let hex =
            |at: usize| self.source.get(at..at + 4).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        if let Some(code) = hex(at + 2) {
            if let Some(character) = char::from_u32(code) {
                return Ok((character, 6));
            }
            let follows = self.source.get(at + 6..at + 8) == Some("\\u");
            if let (0xD800..0xDC00, true, Some(low @ 0xDC00..0xE000)) = (code, follows, hex(at + 8)) {
                let pair = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
                if let Some(character) = char::from_u32(pair) {
                    return Ok((character, 12));
                }
            }
        }
        let shown = self.characters(at, 6);
        Self::error(format!("Invalid Unicode escape sequence: '{shown}'."), at)
    }

    fn characters(&self, at: usize, count: usize) -> String {
        self.source[at..].chars().take(count).collect()
    }

    fn block_string(&mut self, start: usize) -> Result<Token<'s>, SyntaxError> {
        let mut raw = String::new();
        let mut at = start + 3;
        loop {
            let rest = &self.source[at..];
            if rest.starts_with("\"\"\"") {
                break;
            }
            if rest.starts_with("\\\"\"\"") {
                raw.push_str("\"\"\"");
                at += 4;
                continue;
            }
            match rest.chars().next() {
                None => return Self::error("Unterminated string.", at),
                Some(character) => {
                    raw.push(character);
                    at += character.len_utf8();
                }
            }
        }
        let mut token = self.token(Kind::BlockString, start, at + 3);
        token.text = Cow::Owned(dedent(&raw));
        Ok(token)
    }
}

/// A block string without its common indentation and its blank first and last lines.
fn dedent(raw: &str) -> String {
    let unified = raw.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = unified.split('\n').collect();
    let indent_of = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let blank = |line: &&str| indent_of(line) == line.len();
    let common =
        lines.iter().skip(1).filter(|line| !blank(line)).map(|line| indent_of(line)).min().unwrap_or(0);
    let Some(first) = lines.iter().position(|line| !blank(line)) else { return String::new() };
    let last = lines.iter().rposition(|line| !blank(line)).unwrap_or(first);
    let body = (first..=last).map(|index| {
        let line = lines[index];
        if index == 0 { line } else { line.get(common..).unwrap_or("") }
    });
    body.collect::<Vec<_>>().join("\n")
}

fn punctuator(byte: u8) -> Option<&'static str> {
    Some(match byte {
        b'!' => "!",
        b'$' => "$",
        b'&' => "&",
        b'(' => "(",
        b')' => ")",
        b':' => ":",
        b'=' => "=",
        b'@' => "@",
        b'[' => "[",
        b']' => "]",
        b'{' => "{",
        b'|' => "|",
        b'}' => "}",
        _ => return None,
    })
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
