//! What of a page is a file, and what a command.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

/// Stands for anything in what a page shows.
const ANYTHING: char = '…';

/// A page of Markdown.
pub(super) struct Page {
    name: String,
    blocks: Vec<Block>,
}

/// A fenced block.
struct Block {
    language: String,
    /// The name in the paragraph above it, if that is nothing but one.
    file: Option<String>,
    text: String,
}

/// A command of a `console` block, and what the page shows under it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) command: String,
    pub(super) output: String,
}

impl Page {
    pub(super) fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { name, blocks: blocks(&text) })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Writes the page's files into a project.
    pub(super) fn write_files(&self, project: &Path) -> Result<()> {
        for block in &self.blocks {
            let Some(file) = &block.file else { continue };
            let path = project.join(file);
            fs::create_dir_all(path.parent().context("a file lies in a folder")?)?;
            fs::write(path, &block.text)?;
        }
        Ok(())
    }

    /// The commands of the page, in its order.
    pub(super) fn consoles(&self) -> Result<Vec<Shown>> {
        let mut all = Vec::new();
        for block in self.blocks.iter().filter(|block| block.language == "console") {
            ensure!(block.text.starts_with("$ "), "{}: a console block begins with a command", self.name);
            all.extend(commands(&block.text));
        }
        Ok(all)
    }
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut above = "";
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let inside: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            let file = above.strip_prefix('`').and_then(|rest| rest.strip_suffix('`'));
            let file = file.filter(|name| !name.contains('`')).map(ToOwned::to_owned);
            blocks.push(Block { language: language.to_owned(), file, text: inside.join("\n") + "\n" });
            above = "";
        } else if !line.trim().is_empty() {
            above = line;
        }
    }
    blocks
}

fn commands(text: &str) -> Vec<Shown> {
    let mut all: Vec<Shown> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix("$ "), all.last_mut()) {
            (Some(command), _) => all.push(Shown { command: command.to_owned(), output: String::new() }),
            (None, Some(shown)) => shown.output.extend([line, "\n"]),
            (None, None) => {}
        }
    }
    all
}

/// Is what was printed what the page shows, but for blanks at the ends of lines?
pub(super) fn is_as_shown(printed: &str, shown: &str) -> bool {
    let tidy = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim().to_owned();
    let (printed, shown) = (tidy(printed), tidy(shown));
    let mut pieces = shown.split(ANYTHING);
    let Some(mut rest) = pieces.next().and_then(|first| printed.strip_prefix(first)) else { return false };
    let mut pieces: Vec<&str> = pieces.collect();
    let Some(last) = pieces.pop() else { return rest.is_empty() };
    for piece in pieces {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_above_a_block_makes_it_a_file() {
        let page =
            "Some `words`\n\n```sh\nls\n```\n\n`a/b.py`\n\n```python\nx = 1\n\ny = 2\n```\n```ts\n```\n";
        let blocks = blocks(page);
        let files: Vec<Option<&str>> = blocks.iter().map(|block| block.file.as_deref()).collect();
        assert_eq!(files, [None, Some("a/b.py"), None]);
        assert_eq!(blocks[1].text, "x = 1\n\ny = 2\n");
    }

    #[test]
    fn a_command_has_the_output_that_stands_under_it() {
        let shown = commands("$ one\n1\n\n$ two\n");
        let of = |command: &str, output: &str| Shown { command: command.into(), output: output.into() };
        assert_eq!(shown, [of("one", "1\n\n"), of("two", "")]);
    }

    #[test]
    fn dots_stand_for_anything_and_all_else_for_itself() {
        assert!(is_as_shown("3 passed in 0.5s\n", "3 passed in …s"));
        assert!(is_as_shown("a\n  \nb \nc", "…\nb\n…"));
        assert!(is_as_shown("", ""));
        for (printed, shown) in
            [("2 passed in 0.5s", "3 passed in …s"), ("more", ""), ("a b", "a … c"), ("ab", "ab…b")]
        {
            assert!(!is_as_shown(printed, shown), "{printed:?} is not {shown:?}");
        }
    }
}
