//! All commands and options as Markdown: `docs/reference/cli.md`.

use clap::{Arg, ArgAction, Command};

use super::serve;

const HEAD: &str = "<!-- Written by `cargo xtask generate` from the command line itself. -->

# Command line

Results go to standard output, everything else to standard error. Every option that stands in the table of
[`kemu serve`](#kemu-serve) is also a variable and a key of [kemu.toml](kemu.toml).
";

/// A chapter for each command that does something.
pub(super) fn page(mut command: Command) -> String {
    command.build();
    let mut page = HEAD.to_owned();
    page.push_str("\n| command | does |\n|---|---|\n");
    let mut chapters = String::new();
    for command in command.get_subcommands().filter(|command| command.get_name() != "help") {
        chapter(command, &format!("kemu {}", command.get_name()), &mut page, &mut chapters);
    }
    let more = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    page.push_str(&format!("\n```text\n{more}\n```\n{chapters}"));
    page
}

/// A line in the list of commands and a chapter; those of its own commands where it has some.
fn chapter(command: &Command, name: &str, list: &mut String, chapters: &mut String) {
    let own: Vec<&Command> = command.get_subcommands().filter(|own| own.get_name() != "help").collect();
    if !own.is_empty() {
        for own in own {
            chapter(own, &format!("{name} {}", own.get_name()), list, chapters);
        }
        return;
    }
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    list.push_str(&format!("| [`{name}`](#{}) | {} |\n", name.replace(' ', "-"), cell(&about)));
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ");
    chapters.push_str(&format!("\n## {name}\n\n{about}.\n\n```sh\n{usage}\n```\n"));
    let shown = |argument: &&Arg| !argument.is_hide_set() && argument.get_id() != "help";
    let (serving, rest): (Vec<&Arg>, Vec<&Arg>) = command
        .get_arguments()
        .filter(shown)
        .partition(|argument| argument.get_help_heading() == Some(serve::HEADING));
    if !rest.is_empty() {
        chapters.push_str("\n| option | |\n|---|---|\n");
        rest.iter().for_each(|argument| chapters.push_str(&row(argument)));
    }
    if !serving.is_empty() {
        chapters.push_str("\nIt takes the options of [`kemu serve`](#kemu-serve) as well.\n");
    }
    if let Some(more) = command.get_after_help() {
        chapters.push_str(&format!("\n```text\n{more}\n```\n"));
    }
}

fn row(argument: &Arg) -> String {
    let values: Vec<&str> =
        argument.get_value_names().unwrap_or_default().iter().map(|name| &**name).collect();
    let values = values.join(" ");
    let takes_values = argument.get_action().takes_values();
    let name = match argument.get_long() {
        Some(long) if !takes_values => format!("--{long}"),
        Some(long) if argument.is_require_equals_set() => format!("--{long}[={values}]"),
        Some(long) => format!("--{long} {values}"),
        None => values,
    };
    let mut help = argument.get_help().map(ToString::to_string).unwrap_or_default();
    let possible = argument.get_possible_values();
    if takes_values && !possible.is_empty() {
        let words: Vec<String> = possible.iter().map(|value| format!("`{}`", value.get_name())).collect();
        help.push_str(&format!(". One of {}", words.join(", ")));
    }
    if matches!(argument.get_action(), ArgAction::Append) && !help.contains("repeatable") {
        help.push_str(" (repeatable)");
    }
    let defaults: Vec<String> =
        argument.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
    if takes_values && !defaults.is_empty() {
        help.push_str(&format!(" [default: {}]", defaults.join(" ")));
    }
    format!("| `{name}` | {} |\n", cell(&help))
}

/// Text as it may stand in a table.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every command that does something, with its whole name.
    fn commands(command: &Command, name: &str, found: &mut Vec<(String, Command)>) {
        let own: Vec<&Command> = command.get_subcommands().filter(|own| own.get_name() != "help").collect();
        for own in &own {
            commands(own, &format!("{name} {}", own.get_name()), found);
        }
        if own.is_empty() {
            found.push((name.to_owned(), command.clone()));
        }
    }

    #[test]
    fn every_command_and_option_is_on_the_page() {
        let page = page(super::super::command());
        let mut all = Vec::new();
        let mut whole = super::super::command();
        whole.build();
        commands(&whole, "kemu", &mut all);
        assert!(all.len() > 20, "{}", all.len());
        for (name, command) in &all {
            assert!(
                page.contains(&format!("| [`{name}`](#{}) | ", name.replace(' ', "-"))),
                "{name} is not listed"
            );
            let chapter = page
                .split(&format!("\n## {name}\n"))
                .nth(1)
                .unwrap_or_else(|| panic!("{name} has no chapter"));
            let chapter = chapter.split("\n## ").next().unwrap();
            let shares_those_of_serve =
                chapter.contains("It takes the options of [`kemu serve`](#kemu-serve) as well.");
            for option in command.get_arguments().filter(|option| !option.is_hide_set()) {
                let is_of_serve = option.get_help_heading() == Some(serve::HEADING) && shares_those_of_serve;
                if let Some(long) = option.get_long().filter(|long| *long != "help" && !is_of_serve) {
                    let row = |end: &str| chapter.contains(&format!("| `--{long}{end}"));
                    assert!(row("`") || row(" ") || row("["), "--{long} is not in the chapter of {name}");
                }
            }
        }
        for part in [
            "[default: 1000] [env: KEMU_JOURNAL_SIZE] |",
            "| `--strict-status[=BOOL]` |",
            "  124  what was waited for",
        ] {
            assert!(page.contains(part), "{part} is not on the page:\n{page}");
        }
        assert_eq!(page.matches("| `--journal-size NUMBER` |").count(), 1, "serve alone has a row of it");
    }
}
