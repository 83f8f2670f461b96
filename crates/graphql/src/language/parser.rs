//! Tokens to a tree. The grammar is the specification's; messages are `graphql-core`'s.

use std::sync::Arc;

use super::ast::{
    Argument, Definition, Directive, Document, EnumValueNode, Field, FieldNode, Fragment, Ident, Inline,
    InputValueNode, Operation, OperationKind, Selection, SelectionSet, Spread, TypeNode, TypeSystem,
    TypeSystemBody, ValueKind, ValueNode, VariableDefinition,
};
use super::lexer::{Kind, Lexer, SyntaxError, Token};

/// How deep braces and brackets may nest: deeper text would exhaust the stack, and no real document comes near
/// it. The number and the message are those of graphql-core 3.2.14; before that, Python's own limit stopped it.
const DEEPEST: usize = 200;

const DIRECTIVE_LOCATIONS: [&str; 19] = [
    "QUERY",
    "MUTATION",
    "SUBSCRIPTION",
    "FIELD",
    "FRAGMENT_DEFINITION",
    "FRAGMENT_SPREAD",
    "INLINE_FRAGMENT",
    "VARIABLE_DEFINITION",
    "SCHEMA",
    "SCALAR",
    "OBJECT",
    "FIELD_DEFINITION",
    "ARGUMENT_DEFINITION",
    "INTERFACE",
    "UNION",
    "ENUM",
    "ENUM_VALUE",
    "INPUT_OBJECT",
    "INPUT_FIELD_DEFINITION",
];

type Parsed<T> = Result<T, SyntaxError>;

/// Reads a document.
pub fn parse(source: &str) -> Result<Document, SyntaxError> {
    parse_at_most(source, usize::MAX)
}

/// Reads a document that has no more than so many tokens.
pub fn parse_at_most(source: &str, most_tokens: usize) -> Result<Document, SyntaxError> {
    let mut parser = Parser::new(source, most_tokens)?;
    let mut definitions = vec![parser.definition()?];
    while parser.token.kind != Kind::Eof {
        definitions.push(parser.definition()?);
    }
    Ok(Document::new(source, definitions, parser.tokens))
}

struct Parser<'s> {
    lexer: Lexer<'s>,
    token: Token<'s>,
    depth: usize,
    /// How many tokens were read, without the end of the document.
    tokens: usize,
    most_tokens: usize,
}

impl<'s> Parser<'s> {
    fn new(source: &'s str, most_tokens: usize) -> Parsed<Self> {
        let start = Token { kind: Kind::Eof, start: 0, end: 0, text: "".into() };
        let mut parser = Self { lexer: Lexer::new(source), token: start, depth: 0, tokens: 0, most_tokens };
        parser.advance()?;
        Ok(parser)
    }

    fn advance(&mut self) -> Parsed<Token<'s>> {
        let next = self.lexer.next_token()?;
        if next.kind != Kind::Eof {
            self.tokens += 1;
            if self.tokens > self.most_tokens {
                let most = self.most_tokens;
                let message = format!("Document contains more than {most} tokens. Parsing aborted.");
                return Err(SyntaxError { message, at: next.start });
            }
        }
        Ok(std::mem::replace(&mut self.token, next))
    }

    fn peek(&self, text: &'static str) -> bool {
        self.token.kind == Kind::Punctuator(text)
    }

    fn peek_keyword(&self, word: &str) -> bool {
        self.token.kind == Kind::Name && self.token.text == word
    }

    fn expect(&mut self, kind: Kind) -> Parsed<Token<'s>> {
        if self.token.kind == kind {
            return self.advance();
        }
        self.fail(format!("Expected {}, found {}.", kind.describe(), self.token.describe()))
    }

    fn take(&mut self, text: &'static str) -> Parsed<bool> {
        let found = self.peek(text);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    fn take_keyword(&mut self, word: &str) -> Parsed<bool> {
        let found = self.peek_keyword(word);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    fn expect_keyword(&mut self, word: &str) -> Parsed<()> {
        if self.take_keyword(word)? {
            return Ok(());
        }
        self.fail(format!("Expected '{word}', found {}.", self.token.describe()))
    }

    fn fail<T>(&self, message: String) -> Parsed<T> {
        Err(SyntaxError { message, at: self.token.start })
    }

    fn unexpected<T>(token: &Token<'_>) -> Parsed<T> {
        Err(SyntaxError { message: format!("Unexpected {}.", token.describe()), at: token.start })
    }

    /// One or more of something between two punctuators.
    fn many<T>(
        &mut self,
        open: &'static str,
        close: &'static str,
        one: impl Fn(&mut Self) -> Parsed<T>,
    ) -> Parsed<Vec<T>> {
        self.nested(|parser| {
            parser.expect(Kind::Punctuator(open))?;
            let mut found = vec![one(parser)?];
            while !parser.take(close)? {
                found.push(one(parser)?);
            }
            Ok(found)
        })
    }

    fn optional_many<T>(
        &mut self,
        open: &'static str,
        close: &'static str,
        one: impl Fn(&mut Self) -> Parsed<T>,
    ) -> Parsed<Vec<T>> {
        if self.peek(open) { self.many(open, close, one) } else { Ok(Vec::new()) }
    }

    /// None or more of something between two punctuators.
    fn any<T>(
        &mut self,
        open: &'static str,
        close: &'static str,
        one: impl Fn(&mut Self) -> Parsed<T>,
    ) -> Parsed<Vec<T>> {
        self.nested(|parser| {
            parser.expect(Kind::Punctuator(open))?;
            let mut found = Vec::new();
            while !parser.take(close)? {
                found.push(one(parser)?);
            }
            Ok(found)
        })
    }

    fn nested<T>(&mut self, inner: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth == DEEPEST {
            return self.fail("Document is nested too deeply. Parsing aborted.".into());
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    fn name(&mut self) -> Parsed<Ident> {
        let token = self.expect(Kind::Name)?;
        Ok(Ident { at: token.start, text: token.text.into() })
    }

    fn definition(&mut self) -> Parsed<Definition> {
        if self.peek("{") {
            return self.operation(self.token.start);
        }
        let start = self.token.start;
        let description = self.description()?;
        if description.is_some() && self.peek("{") {
            let message = "Unexpected description, descriptions are not supported on shorthand queries.";
            return Err(SyntaxError { message: message.into(), at: start });
        }
        if self.token.kind != Kind::Name {
            return Self::unexpected(&self.token);
        }
        let word = self.token.text.clone();
        match &*word {
            "schema" | "scalar" | "type" | "interface" | "union" | "enum" | "input" | "directive" => {
                self.type_system(start, description, false)
            }
            "query" | "mutation" | "subscription" => self.operation(start),
            "fragment" => self.fragment(start),
            "extend" if description.is_some() => Err(SyntaxError {
                message: "Unexpected description, only definitions support descriptions.".into(),
                at: start,
            }),
            "extend" => {
                self.advance()?;
                self.type_system(start, None, true)
            }
            _ => Self::unexpected(&self.token),
        }
    }

    fn description(&mut self) -> Parsed<Option<Box<str>>> {
        if matches!(self.token.kind, Kind::String | Kind::BlockString) {
            return Ok(Some(self.advance()?.text.into()));
        }
        Ok(None)
    }

    fn operation(&mut self, at: u32) -> Parsed<Definition> {
        if self.peek("{") {
            return Ok(Definition::Operation(Arc::new(Operation {
                at,
                kind: OperationKind::Query,
                name: None,
                variables: Vec::new(),
                directives: Vec::new(),
                selection_set: self.selection_set()?,
            })));
        }
        let kind = self.operation_kind()?;
        let name = if self.token.kind == Kind::Name { Some(self.name()?) } else { None };
        Ok(Definition::Operation(Arc::new(Operation {
            at,
            kind,
            name,
            variables: self.optional_many("(", ")", Self::variable_definition)?,
            directives: self.directives(false)?,
            selection_set: self.selection_set()?,
        })))
    }

    fn operation_kind(&mut self) -> Parsed<OperationKind> {
        let token = self.expect(Kind::Name)?;
        match &*token.text {
            "query" => Ok(OperationKind::Query),
            "mutation" => Ok(OperationKind::Mutation),
            "subscription" => Ok(OperationKind::Subscription),
            _ => Self::unexpected(&token),
        }
    }

    fn variable_definition(&mut self) -> Parsed<VariableDefinition> {
        let at = self.expect(Kind::Punctuator("$"))?.start;
        let name = self.name()?;
        self.expect(Kind::Punctuator(":"))?;
        let ty = self.type_node()?;
        let default = if self.take("=")? { Some(self.value(true)?) } else { None };
        Ok(VariableDefinition { at, name, ty, default, directives: self.directives(true)? })
    }

    fn selection_set(&mut self) -> Parsed<Arc<SelectionSet>> {
        let at = self.token.start;
        Ok(Arc::new(SelectionSet { at, selections: self.many("{", "}", Self::selection)? }))
    }

    fn selection(&mut self) -> Parsed<Selection> {
        if self.peek("...") { self.spread() } else { self.field() }
    }

    fn field(&mut self) -> Parsed<Selection> {
        let first = self.name()?;
        let at = first.at;
        let (alias, name) = if self.take(":")? { (Some(first), self.name()?) } else { (None, first) };
        let arguments = self.arguments(false)?;
        let directives = self.directives(false)?;
        let selection_set = if self.peek("{") { Some(self.selection_set()?) } else { None };
        Ok(Selection::Field(Arc::new(Field { at, alias, name, arguments, directives, selection_set })))
    }

    fn spread(&mut self) -> Parsed<Selection> {
        let at = self.expect(Kind::Punctuator("..."))?.start;
        let has_type = self.take_keyword("on")?;
        if !has_type && self.token.kind == Kind::Name {
            let name = self.fragment_name()?;
            return Ok(Selection::Spread(Spread { at, name, directives: self.directives(false)? }));
        }
        Ok(Selection::Inline(Inline {
            at,
            on: if has_type { Some(self.name()?) } else { None },
            directives: self.directives(false)?,
            selection_set: self.selection_set()?,
        }))
    }

    fn fragment(&mut self, at: u32) -> Parsed<Definition> {
        self.expect_keyword("fragment")?;
        let name = self.fragment_name()?;
        self.expect_keyword("on")?;
        Ok(Definition::Fragment(Arc::new(Fragment {
            at,
            name,
            on: self.name()?,
            directives: self.directives(false)?,
            selection_set: self.selection_set()?,
        })))
    }

    fn fragment_name(&mut self) -> Parsed<Ident> {
        if self.peek_keyword("on") { Self::unexpected(&self.token) } else { self.name() }
    }

    fn arguments(&mut self, constant: bool) -> Parsed<Vec<Argument>> {
        self.optional_many("(", ")", |parser| parser.argument(constant))
    }

    fn argument(&mut self, constant: bool) -> Parsed<Argument> {
        let name = self.name()?;
        self.expect(Kind::Punctuator(":"))?;
        Ok(Argument { at: name.at, name, value: self.value(constant)? })
    }

    fn directives(&mut self, constant: bool) -> Parsed<Vec<Directive>> {
        let mut found = Vec::new();
        while self.peek("@") {
            let at = self.advance()?.start;
            found.push(Directive { at, name: self.name()?, arguments: self.arguments(constant)? });
        }
        Ok(found)
    }

    fn value(&mut self, constant: bool) -> Parsed<ValueNode> {
        let at = self.token.start;
        let kind = match self.token.kind {
            Kind::Punctuator("[") => ValueKind::List(self.any("[", "]", |parser| parser.value(constant))?),
            Kind::Punctuator("{") => {
                ValueKind::Object(self.any("{", "}", |parser| parser.argument(constant))?)
            }
            Kind::Punctuator("$") => self.variable(constant)?,
            Kind::Int => ValueKind::Int(self.advance()?.text.into()),
            Kind::Float => ValueKind::Float(self.advance()?.text.into()),
            Kind::String => ValueKind::String(self.advance()?.text.into(), false),
            Kind::BlockString => ValueKind::String(self.advance()?.text.into(), true),
            Kind::Name => {
                let word = self.advance()?.text;
                match &*word {
                    "true" => ValueKind::Boolean(true),
                    "false" => ValueKind::Boolean(false),
                    "null" => ValueKind::Null,
                    _ => ValueKind::Enum(word.into()),
                }
            }
            _ => return Self::unexpected(&self.token),
        };
        Ok(ValueNode { at, kind })
    }

    fn variable(&mut self, constant: bool) -> Parsed<ValueKind> {
        let dollar = self.expect(Kind::Punctuator("$"))?;
        if !constant {
            return Ok(ValueKind::Variable(self.name()?.text));
        }
        if self.token.kind == Kind::Name {
            let message = format!("Unexpected variable '${}' in constant value.", self.token.text);
            return Err(SyntaxError { message, at: dollar.start });
        }
        Self::unexpected(&dollar)
    }

    fn type_node(&mut self) -> Parsed<TypeNode> {
        let at = self.token.start;
        let inner = if self.peek("[") {
            self.nested(|parser| {
                parser.advance()?;
                let inner = parser.type_node()?;
                parser.expect(Kind::Punctuator("]"))?;
                Ok(TypeNode::List(at, Box::new(inner)))
            })?
        } else {
            TypeNode::Named(self.name()?)
        };
        Ok(if self.take("!")? { TypeNode::NonNull(Box::new(inner)) } else { inner })
    }

    fn type_system(&mut self, at: u32, description: Option<Box<str>>, extends: bool) -> Parsed<Definition> {
        if self.token.kind != Kind::Name {
            return Self::unexpected(&self.token);
        }
        let word = self.advance()?;
        let nameless = Ident { at: word.start, text: "".into() };
        let mut directives = Vec::new();
        let (name, body) = match &*word.text {
            "schema" => {
                directives = self.directives(true)?;
                let roots = self.optional_many("{", "}", |parser| {
                    let kind = parser.operation_kind()?;
                    parser.expect(Kind::Punctuator(":"))?;
                    Ok((kind, parser.name()?))
                })?;
                (nameless, TypeSystemBody::Schema(roots))
            }
            "directive" => {
                self.expect(Kind::Punctuator("@"))?;
                let name = self.name()?;
                let arguments = self.optional_many("(", ")", Self::input_value)?;
                let repeatable = self.take_keyword("repeatable")?;
                self.expect_keyword("on")?;
                let locations = self.separated("|", Self::directive_location)?;
                (name, TypeSystemBody::Directive { arguments, repeatable, locations })
            }
            "scalar" => {
                let name = self.name()?;
                directives = self.directives(true)?;
                (name, TypeSystemBody::Scalar)
            }
            "type" | "interface" => {
                let name = self.name()?;
                let interfaces = if self.take_keyword("implements")? {
                    self.separated("&", Self::name)?
                } else {
                    Vec::new()
                };
                directives = self.directives(true)?;
                let fields = self.optional_many("{", "}", Self::field_definition)?;
                let is_object = word.text == "type";
                let body = if is_object { TypeSystemBody::Object } else { TypeSystemBody::Interface };
                (name, body(interfaces, fields))
            }
            "union" => {
                let name = self.name()?;
                directives = self.directives(true)?;
                let members = if self.take("=")? { self.separated("|", Self::name)? } else { Vec::new() };
                (name, TypeSystemBody::Union(members))
            }
            "enum" => {
                let name = self.name()?;
                directives = self.directives(true)?;
                (name, TypeSystemBody::Enum(self.optional_many("{", "}", Self::enum_value)?))
            }
            "input" => {
                let name = self.name()?;
                directives = self.directives(true)?;
                (name, TypeSystemBody::InputObject(self.optional_many("{", "}", Self::input_value)?))
            }
            _ => return Self::unexpected(&word),
        };
        Ok(Definition::TypeSystem(TypeSystem { at, description, extends, name, directives, body }))
    }

    /// Names with a separator between them, and perhaps before the first.
    fn separated(
        &mut self,
        separator: &'static str,
        one: impl Fn(&mut Self) -> Parsed<Ident>,
    ) -> Parsed<Vec<Ident>> {
        self.take(separator)?;
        let mut names = vec![one(self)?];
        while self.take(separator)? {
            names.push(one(self)?);
        }
        Ok(names)
    }

    fn directive_location(&mut self) -> Parsed<Ident> {
        let token = self.expect(Kind::Name)?;
        if DIRECTIVE_LOCATIONS.contains(&&*token.text) {
            return Ok(Ident { at: token.start, text: token.text.into() });
        }
        Self::unexpected(&token)
    }

    fn field_definition(&mut self) -> Parsed<FieldNode> {
        let description = self.description()?;
        let name = self.name()?;
        let arguments = self.optional_many("(", ")", Self::input_value)?;
        self.expect(Kind::Punctuator(":"))?;
        Ok(FieldNode {
            description,
            name,
            arguments,
            ty: self.type_node()?,
            directives: self.directives(true)?,
        })
    }

    fn input_value(&mut self) -> Parsed<InputValueNode> {
        let description = self.description()?;
        let name = self.name()?;
        self.expect(Kind::Punctuator(":"))?;
        let ty = self.type_node()?;
        let default = if self.take("=")? { Some(self.value(true)?) } else { None };
        Ok(InputValueNode { description, name, ty, default, directives: self.directives(true)? })
    }

    fn enum_value(&mut self) -> Parsed<EnumValueNode> {
        let description = self.description()?;
        if matches!(&*self.token.text, "true" | "false" | "null") && self.token.kind == Kind::Name {
            let shown = self.token.describe();
            return self.fail(format!("{shown} is reserved and cannot be used for an enum value."));
        }
        Ok(EnumValueNode { description, name: self.name()?, directives: self.directives(true)? })
    }
}
