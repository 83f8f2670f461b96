use std::ffi::OsString;

use clap::FromArgMatches as _;
use kemu_domain::clock::{Clock, Mode};
use kemu_persistence::store::StoreUrl;

use super::*;
use crate::switches::{Deprecations, RateLimits, Unmodelled};

fn environment(variables: &[(&str, &str)]) -> Environment {
    let os = |text: &str| OsString::from(text);
    Environment::new(variables.iter().map(|(name, value)| (os(name), os(value))))
}

fn flags(given: &[&str]) -> Layer {
    let command = <Layer as clap::Args>::augment_args(Command::new("kemu").no_binary_name(true));
    Layer::from_arg_matches(&command.try_get_matches_from(given).unwrap()).unwrap()
}

/// Loads with a `kemu.toml` of this text, if any.
fn load(given: &[&str], variables: &[(&str, &str)], file: Option<&str>) -> Result<Config, String> {
    let directory = tempfile::tempdir().unwrap();
    if let Some(text) = file {
        std::fs::write(directory.path().join("kemu.toml"), text).unwrap();
    }
    let loaded = Config::load(flags(given), &environment(variables), None, directory.path());
    loaded.map_err(|error| error.to_string())
}

#[test]
fn the_defaults_are_what_they_say() {
    let config = Config::default();
    assert_eq!(config, load(&[], &[], None).unwrap());
    assert_eq!(config.listen.address().to_string(), "127.0.0.1:8080");
    assert_eq!((config.public_url.0, config.database_url.0), (None, StoreUrl::Temporary));
    assert_eq!((config.seed, config.journal_size), (42, 1000));
    assert_eq!((config.strict_status, config.quiet), (false, false));
    assert_eq!(config.clock, ClockStart::Real);
    assert_eq!((config.unmodelled, config.rate_limits), (Unmodelled::Plausible, RateLimits::On));
    assert_eq!((config.deprecations, config.log_format), (Deprecations::Warn, LogFormat::Auto));
    assert!(config.rate_limit.is_empty() && config.disable.is_empty() && config.brownout.is_empty());
    assert!(config.fail.is_empty());
}

#[test]
fn a_flag_wins_over_the_variable_and_that_over_the_file() {
    let file = "seed = 1\njournal-size = 1\nlog-format = \"json\"\nquiet = true";
    let variables = [("KEMU_SEED", "2"), ("KEMU_JOURNAL_SIZE", "2"), ("KEMU_QUIET", "no")];
    let config = load(&["--seed", "3"], &variables, Some(file)).unwrap();
    assert_eq!((config.seed, config.journal_size, config.log_format), (3, 2, LogFormat::Json));
    assert!(!config.quiet);
    assert!(!load(&["--strict-status=false"], &[("KEMU_STRICT_STATUS", "1")], None).unwrap().strict_status);
    assert!(load(&["--strict-status"], &[], Some("strict-status = false")).unwrap().strict_status);
}

#[test]
fn lists_replace_each_other_and_variables_part_them_by_commas() {
    let file = "disable = [\"Query.account\"]\nrate-limit = [\"Query.account=1/m\"]";
    let variables = [("KEMU_DISABLE", "Query.viewer,Query.node")];
    let config =
        load(&["--rate-limit", "Query.a=2/h", "--rate-limit=Query.b=3/d"], &variables, Some(file)).unwrap();
    assert_eq!(
        config.disable.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["Query.viewer", "Query.node"]
    );
    assert_eq!(config.rate_limit.len(), 2);
}

#[test]
fn an_empty_variable_counts_as_not_set() {
    assert_eq!(load(&[], &[("KEMU_SEED", ""), ("PORT", "")], None).unwrap(), Config::default());
}

#[test]
fn the_port_of_the_platform_fills_a_port_that_nobody_named() {
    let address = |given: &[&str], variables: &[(&str, &str)]| {
        load(given, variables, None).map(|config| config.listen.address().to_string())
    };
    let port = ("PORT", "9000");
    assert_eq!(address(&[], &[port]).unwrap(), "127.0.0.1:9000");
    assert_eq!(address(&["--listen", "0.0.0.0"], &[port]).unwrap(), "0.0.0.0:9000");
    assert_eq!(address(&[], &[port, ("KEMU_LISTEN", ":7000")]).unwrap(), "127.0.0.1:7000");
    assert_eq!(address(&["--listen", "localhost:0"], &[port]).unwrap(), "127.0.0.1:0");
    assert_eq!(address(&["--listen", "[::1]:1"], &[]).unwrap(), "[::1]:1");
    assert_eq!(
        address(&[], &[("PORT", "http")]).unwrap_err(),
        "PORT: 'http' is no port; right would be 8080"
    );
}

#[test]
fn the_clock_starts_where_it_is_told_to() {
    let start = |text: &str| load(&[&format!("--clock={text}")], &[], None).unwrap().clock;
    assert_eq!(start("real").clock().mode(), Mode::Real);
    let frozen = start("frozen").clock();
    assert!(matches!(frozen.mode(), Mode::Frozen(_)));
    assert!((Clock::real().now() - frozen.now()).num_minutes() < 1);
    let noon = "2026-01-15T12:00:00Z".parse().unwrap();
    for text in ["2026-01-15T12:00:00Z", "2026-01-15T12:00Z", "2026-01-15T13:00:00+01:00"] {
        assert_eq!(start(text), ClockStart::At(noon));
    }
    let running = start("2026-01-15T12:00:00Z").clock();
    assert!(matches!(running.mode(), Mode::Offset(_)), "it runs on");
    assert!(running.now() >= noon && (running.now() - noon).num_minutes() < 1);
    let variable = load(&[], &[("KEMU_CLOCK", "frozen")], Some("clock = \"real\"")).unwrap();
    assert_eq!(variable.clock, ClockStart::Frozen);
}

#[test]
fn bad_values_name_option_and_value_and_what_would_be_right() {
    let variable = |name, value| load(&[], &[(name, value)], None).unwrap_err();
    let file = |text| load(&[], &[], Some(text)).unwrap_err();
    assert_eq!(
        variable("KEMU_LISTEN", "here"),
        "KEMU_LISTEN: 'here' is no address; right would be 127.0.0.1:8080, :8080, :0 or 0.0.0.0"
    );
    assert_eq!(
        variable("KEMU_RATE_LIMITS", "maybe"),
        "KEMU_RATE_LIMITS: 'maybe' is none of its values; right would be on or off"
    );
    assert_eq!(variable("KEMU_SEED", "many"), "KEMU_SEED: 'many' is no whole number; right would be 42");
    assert_eq!(
        variable("KEMU_CLOCK", "tomorrow"),
        "KEMU_CLOCK: 'tomorrow' is no time; right would be real, frozen or 2026-01-15T12:00:00Z"
    );
    for outside in ["1999-12-31T22:59:59Z", "2099-12-31T23:00:00Z"] {
        assert_eq!(
            variable("KEMU_CLOCK", outside),
            format!(
                "KEMU_CLOCK: '{outside}' is beyond what is emulated; right would be a time from 2000 to 2099"
            )
        );
    }
    assert!(file("clock = 2026-01-15T12:00:00Z").starts_with("kemu.toml:1: clock: "));
    assert_eq!(
        file("\nseed = \"many\""),
        "kemu.toml:2: seed: invalid type: string \"many\", expected u64; right would be 42"
    );
    assert_eq!(
        file("rate-limits = \"maybe\""),
        "kemu.toml:1: rate-limits: unknown variant `maybe`, expected `on` or `off`"
    );
    assert_eq!(
        file("disable = [\n  \"Query.account\",\n  \"account\",\n]"),
        "kemu.toml:1: disable: 'account' is no field of the contract; right would be Query.account"
    );
    assert!(file("seed = ").starts_with("kemu.toml:1: this is no TOML: "));
}

#[test]
fn passwords_in_addresses_are_not_repeated() {
    let secret = "postgre://kemu:hunter2@db/kemu";
    let told = [
        load(&[], &[("KEMU_DATABASE_URL", secret)], None).unwrap_err(),
        load(&[], &[], Some(&format!("database-url = \"{secret}\""))).unwrap_err(),
    ];
    for told in told {
        assert!(told.contains("database") && !told.contains("hunter2"), "{told}");
    }
}

#[test]
fn unknown_keys_are_named_with_file_line_and_suggestion() {
    assert_eq!(
        load(&[], &[], Some("seed = 1\n\nlissten = \":1\"\njournal_size = 3")).unwrap_err(),
        "kemu.toml:3: there is no option 'lissten'. Did you mean 'listen'?\n\
         kemu.toml:4: there is no option 'journal_size'. Did you mean 'journal-size'?"
    );
    assert_eq!(
        load(&[], &[], Some("[http-server]\nport = 1")).unwrap_err(),
        "kemu.toml:1: there is no option 'http-server'."
    );
}

#[test]
fn a_file_that_is_named_must_be_there() {
    let directory = tempfile::tempdir().unwrap();
    let missing = |variables, path: Option<&Path>| {
        let environment = environment(variables);
        Config::load(Layer::default(), &environment, path, directory.path()).unwrap_err().to_string()
    };
    assert!(
        missing(&[("KEMU_CONFIG", "a.toml")], None).starts_with("a.toml: the configuration cannot be read")
    );
    assert!(missing(&[("KEMU_CONFIG", "a.toml")], Some(Path::new("b.toml"))).starts_with("b.toml: "));
    std::fs::write(directory.path().join("c.toml"), "seed = 7").unwrap();
    let named =
        Config::load(Layer::default(), &environment(&[]), Some(Path::new("c.toml")), directory.path());
    assert_eq!(named.unwrap().seed, 7);
}

#[test]
fn unknown_variables_are_warned_of_with_a_suggestion() {
    let variables = [
        ("KEMU_SEEED", "1"),
        ("KEMU_SEED", "1"),
        ("KEMU_URL", "http://x"),
        ("KEMU_TLS_URL", "https://x"),
        ("KEMU_TLS_CA", "ca.pem"),
        ("PATH", "/"),
        ("KEMU_WHATEVER", "1"),
    ];
    assert_eq!(
        environment(&variables).warnings(),
        [
            "The variable KEMU_SEEED means nothing to kemu. Did you mean KEMU_SEED?",
            "The variable KEMU_WHATEVER means nothing to kemu."
        ]
    );
}

#[test]
fn colours_are_for_those_who_do_not_refuse_them() {
    assert!(environment(&[("NO_COLOR", "")]).allows_colour());
    assert!(!environment(&[("NO_COLOR", "1")]).allows_colour());
}

/// The one test that makes "every option has three forms" true for all of them.
#[test]
fn each_option_is_flag_variable_and_key() {
    let example: toml::Table = toml::from_str(&example()).unwrap();
    let described = describe(<Layer as clap::Args>::augment_args(Command::new("kemu")));
    let options: Vec<&Arg> = described.get_arguments().collect();
    assert_eq!(options.len(), options::DEFAULTS.len());
    for option in &options {
        let name = name(option);
        let key = example.get(name).unwrap_or_else(|| panic!("{name} is not in the example"));
        let help = option.get_help().unwrap().to_string();
        assert!(help.contains(&format!("[env: {}]", variable(name))), "{help}");
        let text = match key {
            toml::Value::String(text) => text.clone(),
            toml::Value::Array(_) => match name {
                "disable" => "Query.account".into(),
                "brownout" => "Query.account=2026-12-01T10:00Z/PT1H".into(),
                "fail" => "Query.account=null".into(),
                _ => "Query.account=1/m".into(),
            },
            toml::Value::Integer(number) => number.to_string(),
            toml::Value::Boolean(is_on) => is_on.to_string(),
            other => panic!("{name} is {other:?} in the example"),
        };
        if !text.is_empty() {
            let (by_flag, by_variable) = (
                flags(&[&format!("--{name}={text}")]),
                environment(&[(&variable(name), &text)]).layer().unwrap(),
            );
            assert_eq!(by_flag, by_variable);
            assert_ne!(by_flag, Layer::default());
        }
    }
    assert_eq!(example.len(), options.len());
}

#[test]
fn the_example_says_the_defaults() {
    assert_eq!(file::read(&example(), "kemu.toml").unwrap().complete(), Config::default());
}

#[test]
fn the_example_in_the_reference_is_this_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/kemu.toml");
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == example(), "docs/reference/kemu.toml is out of date: run `cargo xtask generate`");
}
