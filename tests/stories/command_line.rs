//! The commands beside the server.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use axum::Router;
use axum::routing::get;
use kemu_tests::process::{NOBODY, Serving, command, run};
use serde_json::{Value as Json, json};

/// The exit code and what was written to standard output and standard error.
fn told(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// Runs `kemu …` in a directory.
fn run_in(directory: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    told(&command(arguments).current_dir(directory).output().expect("the binary runs"))
}

/// An address that is free now, and may not be a moment later.
fn free_address() -> String {
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
    free.local_addr().expect("an address").to_string()
}

#[test]
fn a_query_prints_the_answer_and_exits_with_3_if_it_has_errors() {
    let serving = Serving::start(&["--listen", ":0"]);
    let query = |arguments: &[&str]| {
        let (code, stdout, stderr) = told(&run(&[&["query"], arguments, &["--url", &serving.url]].concat()));
        let answer: Json = serde_json::from_str(&stdout).unwrap_or_else(|_| panic!("{stdout}{stderr}"));
        (code, answer, stderr)
    };
    let viewer = "{ viewer { id } }";
    let (code, answer, stderr) = query(&[viewer, "--as", "flat-base"]);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert_eq!(answer, json!({ "data": { "viewer": { "id": "3200001" } } }));
    let (code, answer, stderr) = query(&[viewer]);
    assert_eq!(code, Some(3));
    assert_eq!(answer["errors"][0]["extensions"]["errorCode"], "KT-CT-1112");
    assert!(stderr.starts_with("kemu: the answer has 1 error: "), "{stderr}");

    let directory = tempfile::tempdir().expect("a directory");
    let file = |name: &str, text: &str| {
        std::fs::write(directory.path().join(name), text).expect("a file");
        format!("@{}", directory.path().join(name).display())
    };
    let text =
        "query Me { viewer { id } } query Number($n: String!) { account(accountNumber: $n) { number } }";
    let (document, variables) = (file("a.graphql", text), file("v.json", r#"{"n":"A-F1A7BA5E"}"#));
    let named = ["--operation", "Number", "--variables", &variables, "--as", "flat-base"];
    let (code, answer, _) = query(&[&[document.as_str()], &named[..]].concat());
    assert_eq!((code, answer), (Some(0), json!({ "data": { "account": { "number": "A-F1A7BA5E" } } })));
}

#[tokio::test]
async fn a_list_of_no_errors_is_no_error() {
    let other = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", other.local_addr().expect("an address"));
    let body = r#"{"data":{},"errors":[]}"#;
    tokio::spawn(axum::serve(other, Router::new().fallback(move || async move { body })).into_future());
    let asking = tokio::task::spawn_blocking(move || told(&run(&["query", "{ a }", "--url", &url])));
    let (code, stdout, stderr) = asking.await.expect("it asks");
    assert_eq!((code, stdout.trim_end(), stderr.as_str()), (Some(0), body, ""));
}

#[test]
fn a_query_is_read_from_standard_input() {
    let serving = Serving::start(&["--listen", ":0"]);
    let mut child = command(&["query", "-", "--url", &serving.url])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    child.stdin.take().expect("piped").write_all(b"{ __typename }").expect("it reads");
    let (code, stdout, _) = told(&child.wait_with_output().expect("it ends"));
    assert_eq!((code, stdout.as_str()), (Some(0), "{\"data\":{\"__typename\":\"Query\"}}\n"));
}

#[test]
fn a_query_wants_variables_that_are_an_object_and_a_kemu_that_runs() {
    let (code, stdout, stderr) = told(&run(&["query", "{ a }", "--variables", "[]", "--url", NOBODY]));
    assert_eq!((code, stdout.as_str()), (Some(2), ""));
    assert!(stderr.contains("--variables: this is no JSON object; right would be {"), "{stderr}");
    let (code, _, stderr) = told(&run(&["query", "{ a }", "--url", NOBODY]));
    assert_eq!(code, Some(4), "{stderr}");
}

/// `kemu exec -- sh -c SCRIPT`, in a process group of its own as CI has it: nobody at a terminal.
fn exec(options: &[&str], script: &str) -> Command {
    let mut exec = command(&[&["exec"], options, &["--", "sh", "-c", script]].concat());
    exec.process_group(0);
    exec
}

#[test]
fn exec_runs_a_command_beside_a_kemu_of_its_own() {
    let script = r#"
        test "$KRAKEN_API_URL" = "$KRAKEN_AUTH_URL/v1/graphql/" || exit 10
        test "$KEMU_URL" = "$KRAKEN_AUTH_URL" || exit 11
        echo "$KRAKEN_EMAIL $KRAKEN_PASSWORD $KRAKEN_API_KEY $KRAKEN_ACCOUNT_NUMBER"
        test -n "$KRAKEN_CLIENT_ID" && test -n "$KRAKEN_CLIENT_SECRET" || exit 12
        "$KEMU" query '{ viewer { email } }' --as two-accounts || exit 13
        cat
        exit 42"#;
    let mut exec = exec(&["--as", "tempo"], script);
    exec.env("KEMU_LISTEN", "127.0.0.1:1").env("KEMU", kemu_tests::process::binary());
    exec.env("KRAKEN_API_URL", "https://production.example").env("KRAKEN_API_KEY", "of production");
    let mut child = exec.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the binary starts");
    child.stdin.take().expect("piped").write_all(b"its own input").expect("the command reads");
    let (code, stdout, _) = told(&child.wait_with_output().expect("it ends"));
    assert_eq!(
        stdout,
        "tempo@example.com Demo-Octopus-1 sk_live_demoTempo000000000000010 A-7E3B0001\n\
         {\"data\":{\"viewer\":{\"email\":\"two-accounts@example.com\"}}}\nits own input"
    );
    assert_eq!(code, Some(42));
}

#[test]
fn exec_shares_nothing_with_another_kemu_unless_a_flag_says_so() {
    let directory = tempfile::tempdir().expect("a directory");
    let other = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let taken = other.local_addr().expect("an address").to_string();
    let file = |name: &str| directory.path().join(name).display().to_string();
    let run = |options: &[&str]| {
        let script = r#""$KEMU" query '{ viewer { id } }' --as flat-base"#;
        let mut exec = exec(options, script);
        exec.env("KEMU", kemu_tests::process::binary()).env("KEMU_TLS", "true");
        exec.env("KEMU_TLS_DIR", directory.path()).env("KEMU_TLS_LISTEN", &taken);
        exec.env("KEMU_DATABASE_URL", format!("sqlite:{}", file("shared.db")));
        told(&exec.output().expect("the binary runs"))
    };
    let (code, stdout, stderr) = run(&[]);
    assert_eq!(code, Some(0), "{stderr}");
    assert_eq!(stdout, "{\"data\":{\"viewer\":{\"id\":\"3200001\"}}}\n");
    assert!(!directory.path().join("shared.db").exists());

    let store = format!("sqlite:{}", file("own.db"));
    assert_eq!(run(&["--database-url", &store]).0, Some(0));
    assert!(directory.path().join("own.db").exists());
    let (code, _, stderr) = run(&["--tls-listen", &taken]);
    assert!(code == Some(5) && stderr.contains("--tls-listen"), "{stderr}");
}

#[test]
fn exec_passes_signals_on_and_tells_how_the_command_ended() {
    for (signal, script, code) in [
        ("-TERM", "sleep 60 & trap \"kill $!; exit 7\" TERM; echo ready; wait $!", 7),
        ("-INT", "sleep 60 & trap \"kill $!; exit 8\" INT; echo ready; wait $!", 8),
        ("-HUP", "sleep 60 & trap \"kill $!; exit 9\" HUP; echo ready; wait $!", 9),
        ("-QUIT", "sleep 60 & trap \"kill $!; exit 10\" QUIT; echo ready; wait $!", 10),
        ("-TERM", "echo ready; exec sleep 60", 128 + 15),
    ] {
        let mut child = exec(&[], script).stdout(Stdio::piped()).spawn().expect("the binary starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("text");
        assert_eq!(line, "ready\n", "what the command writes comes first");
        let sent =
            Command::new("kill").args([signal, &child.id().to_string()]).status().expect("kill(1) runs");
        assert!(sent.success());
        assert_eq!(child.wait().expect("it ends").code(), Some(code), "{signal} {script}");
        stdout.read_to_string(&mut line).expect("text");
        assert_eq!(line, "ready\n");
    }
}

#[test]
fn exec_says_what_cannot_be_run() {
    let code = |arguments: &[&str]| told(&run(&[&["exec"], arguments].concat()));
    let (missing, _, stderr) = code(&["--", "no-such-command-anywhere"]);
    assert_eq!(missing, Some(127), "{stderr}");
    assert!(stderr.contains("cannot run 'no-such-command-anywhere'"), "{stderr}");
    assert_eq!(code(&["--", "/"]).0, Some(126));
    assert_eq!(code(&[]).0, Some(2), "without a command");
    let (stranger, _, stderr) = code(&["--as", "nobody", "--", "true"]);
    assert!(stranger == Some(2) && stderr.contains("flat-base"), "{stderr}");
}

#[test]
fn a_diff_of_schemas_exits_with_3_where_clients_break() {
    let directory = tempfile::tempdir().expect("a directory");
    let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).expect("a file");
    write("old.graphql", "type Query { a: Int b(c: Int): String }");
    write("new.graphql", "type Query { b(c: Int, d: Int): String! e: Int }");
    let diff = |arguments: &[&str]| run_in(directory.path(), &[&["schema", "diff"], arguments].concat());
    let (code, stdout, stderr) = diff(&["old.graphql", "new.graphql"]);
    assert_eq!(
        stdout,
        "breaking   Query.a: was removed (FIELD_REMOVED)\n\
         dangerous  Query.b(d:): was added (OPTIONAL_ARG_ADDED)\n\
         safe       Query.b: changed from String to String! (FIELD_CHANGED_KIND_SAFE)\n\
         safe       Query.e: was added (FIELD_ADDED)\n\
         1 breaking, 1 dangerous, 2 safe\n"
    );
    assert_eq!(code, Some(3), "{stderr}");
    assert_eq!(diff(&["old.graphql", "new.graphql", "--fail-on", "never"]).0, Some(0));
    assert_eq!(diff(&["old.graphql", "old.graphql", "--fail-on", "any"]).0, Some(0));
    let (code, stdout, _) = diff(&["new.graphql", "old.graphql", "--format", "json"]);
    let json: Json = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!((code, &json["breaking"]), (Some(3), &json!(3)), "{json}");
    assert_eq!(json["changes"][0]["kind"], "FIELD_CHANGED_KIND");

    write("bad.graphql", "type Query { a: Unknown }");
    let (code, _, stderr) = diff(&["old.graphql", "bad.graphql"]);
    assert!(code == Some(2) && stderr.contains("bad.graphql:1:1: unknown type 'Unknown'"), "{stderr}");
    assert_eq!(diff(&["old.graphql", "missing.graphql"]).0, Some(2));
    write("empty.graphql", "");
    let (code, _, stderr) = diff(&["old.graphql", "empty.graphql"]);
    let told = "kemu: empty.graphql:1:1: Syntax Error: Unexpected <EOF>.\n";
    assert_eq!((code, stderr.as_str()), (Some(2), told));
}

#[test]
fn an_introspection_of_kemu_is_its_contract() {
    let serving = Serving::start(&["--listen", ":0"]);
    let ty = "kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";
    let input = format!("name defaultValue isDeprecated deprecationReason type {{ {ty} }}");
    let introspection = format!(
        "{{ __schema {{ queryType {{ name }} mutationType {{ name }}
            directives {{ name isRepeatable locations args(includeDeprecated: true) {{ {input} }} }}
            types {{ kind name isOneOf interfaces {{ name }} possibleTypes {{ name }}
              fields(includeDeprecated: true) {{ name isDeprecated deprecationReason type {{ {ty} }}
                args(includeDeprecated: true) {{ {input} }} }}
              inputFields(includeDeprecated: true) {{ {input} }}
              enumValues(includeDeprecated: true) {{ name isDeprecated deprecationReason }} }} }} }}"
    );
    let (code, answer, _) = told(&run(&["query", &introspection, "--url", &serving.url]));
    assert_eq!(code, Some(0), "{answer}");
    let directory = tempfile::tempdir().expect("a directory");
    std::fs::write(directory.path().join("answer.json"), answer).expect("a file");
    let (code, stdout, stderr) =
        run_in(directory.path(), &["schema", "diff", "contract", "answer.json", "--fail-on", "any"]);
    assert_eq!((code, stdout.as_str()), (Some(0), "0 breaking, 0 dangerous, 0 safe\n"), "{stderr}");
    assert_eq!(stderr, "");
}

#[test]
fn inputs_that_an_introspection_did_not_ask_for_were_not_removed() {
    let directory = tempfile::tempdir().expect("a directory");
    let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).expect("a file");
    write(
        "all.graphql",
        "type Query { a(old: I @deprecated, b: I): Int } input I { old: Int @deprecated, c: Int }",
    );
    let named = |kind: &str, name: &str| json!({ "kind": kind, "name": name });
    let answer = |of_a: Json| {
        json!({ "data": { "__schema": { "queryType": { "name": "Query" }, "directives": [], "types": [
            { "kind": "OBJECT", "name": "Query", "fields": [{ "name": "a", "type": named("SCALAR", "Int"), "args": of_a }] },
            { "kind": "INPUT_OBJECT", "name": "I", "inputFields": [{ "name": "c", "type": named("SCALAR", "Int") }] },
        ] } } })
        .to_string()
    };
    write("answer.json", &answer(json!([{ "name": "b", "type": named("INPUT_OBJECT", "I") }])));
    let diff = |order: [&str; 2]| {
        run_in(directory.path(), &[&["schema", "diff"], &order[..], &["--fail-on", "any"]].concat())
    };
    for order in [["all.graphql", "answer.json"], ["answer.json", "all.graphql"]] {
        let (code, stdout, stderr) = diff(order);
        assert_eq!((code, stdout.as_str()), (Some(0), "0 breaking, 0 dangerous, 0 safe\n"), "{stderr}");
        assert!(stderr.starts_with("note: the introspection in answer.json has no deprecated"), "{stderr}");
        assert!(
            stderr.contains("2 changes that would tell of such")
                && stderr.contains("includeDeprecated: true")
        );
    }
    write("answer.json", &answer(json!([])));
    let (code, stdout, _) = diff(["all.graphql", "answer.json"]);
    assert_eq!(code, Some(3), "what is not deprecated was asked for");
    assert!(
        stdout.starts_with("breaking   Query.a(b:): was removed (ARG_REMOVED)\n1 breaking, 0"),
        "{stdout}"
    );
}

#[test]
fn the_doctor_tells_how_a_running_kemu_is() {
    let serving = Serving::start(&["--listen", ":0", "--clock", "2026-01-15T12:00:00Z"]);
    let mut doctor = command(&["doctor", "--url", &serving.url]);
    let (code, stdout, stderr) = told(&doctor.env("KEMU_SEEED", "1").output().expect("the binary runs"));
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    let version = env!("CARGO_PKG_VERSION");
    for part in [
        format!("ok       server         {}: kemu {version} runs", serving.url),
        "ok       readiness      schema, store and seed are there".into(),
        "note     clock          it shows 2026-01-15T12:0".into(),
        "note     environment    The variable KEMU_SEEED means nothing to kemu. Did you mean KEMU_SEED?"
            .into(),
    ] {
        assert!(stdout.contains(&part), "{part}\n{stdout}");
    }
}

#[tokio::test]
async fn the_doctor_finds_what_is_in_the_way() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().to_owned();
    let doctor = move |listen: &str| {
        let mut doctor = command(&["doctor"]);
        told(&doctor.current_dir(&path).env("KEMU_LISTEN", listen).output().expect("the binary runs"))
    };
    let finds_it_free = |free: &String| {
        let (code, stdout, _) = doctor(free);
        code == Some(0) && stdout.contains(&format!("{free} is free"))
    };
    let free = std::iter::repeat_with(free_address).take(5).find(finds_it_free);
    let free = free.expect("of five addresses, others take one or the other meanwhile");

    let other = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let taken = other.local_addr().expect("an address").to_string();
    tokio::spawn(axum::serve(other, Router::new().fallback(get(|| async { "hello" }))).into_future());
    let (asking, asked) = (doctor.clone(), taken.clone());
    let asking = tokio::task::spawn_blocking(move || asking(&asked));
    let (code, stdout, stderr) = asking.await.expect("it asks");
    assert_eq!((code, stderr.as_str()), (Some(3), "kemu: 1 blocker\n"), "{stdout}");
    assert!(
        stdout.contains(&format!("blocker  server         http://{taken}: something answers")),
        "{stdout}"
    );

    std::fs::write(directory.path().join("kemu.toml"), "sede = 7").expect("a file");
    let (code, stdout, _) = doctor(&free);
    assert_eq!(code, Some(3));
    assert!(stdout.contains("blocker  configuration  kemu.toml:1: there is no option 'sede'."), "{stdout}");
    assert_eq!(told(&run(&["doctor", "--url", NOBODY])).0, Some(3), "nobody is there");
}

/// `kemu`, `kemu clock`, `kemu clock advance`, and so on: every command, from clap itself.
fn every_command() -> Vec<String> {
    fn below(command: &clap::Command, name: &str, found: &mut Vec<String>) {
        found.push(name.into());
        for own in command.get_subcommands().filter(|own| own.get_name() != "help") {
            below(own, &format!("{name} {}", own.get_name()), found);
        }
    }
    let mut found = Vec::new();
    below(&kemu_api::cli::command(), "kemu", &mut found);
    found
}

#[test]
fn shells_and_man_know_every_command() {
    let commands = every_command();
    assert!(commands.len() > 20 && commands.iter().any(|name| name == "kemu schema diff"), "{commands:?}");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (code, script, stderr) = told(&run(&["completions", shell]));
        assert_eq!((code, stderr.as_str()), (Some(0), ""), "{shell}");
        for name in commands.iter().filter_map(|name| name.split(' ').next_back()) {
            assert!(script.contains(name), "{shell} does not know {name}");
        }
    }
    let (code, page, _) = told(&run(&["man"]));
    assert!(code == Some(0) && page.contains(".TH kemu 1") && page.contains("journal"), "{page}");
    let directory = tempfile::tempdir().expect("a directory");
    let (code, stdout, stderr) = run_in(directory.path(), &["man", "--dir", "man1"]);
    assert_eq!((code, stdout.as_str(), stderr.as_str()), (Some(0), "", ""));
    for name in &commands {
        let page = format!("{}.1", name.replace(' ', "-"));
        assert!(directory.path().join("man1").join(&page).exists(), "{page}");
    }
}

#[test]
fn wait_and_healthcheck_tell_how_it_went_by_their_exit_codes() {
    let serving = Serving::start(&["--listen", ":0"]);
    for command in [&["wait"][..], &["healthcheck"]] {
        let done = told(&run(&[command, &["--url", &serving.url]].concat()));
        assert_eq!(done, (Some(0), String::new(), String::new()), "{command:?}");
    }
    let (code, stdout, stderr) = told(&run(&["wait", "--timeout", "300ms", "--url", NOBODY]));
    assert_eq!((code, stdout.as_str()), (Some(124), ""));
    assert!(stderr.contains("was not ready within 300ms: cannot reach kemu"), "{stderr}");
    let (code, _, stderr) = told(&run(&["healthcheck", "--url", NOBODY]));
    assert!(code == Some(4) && stderr.contains("cannot reach kemu"), "{stderr}");
}

/// Runs `kemu … --url URL` with somebody at the URL who answers all alike.
async fn with_another_server(
    status: u16,
    body: &'static str,
    arguments: &[&str],
) -> (Option<i32>, String, String) {
    let other = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", other.local_addr().expect("an address"));
    let status = axum::http::StatusCode::from_u16(status).expect("a status");
    let answering = Router::new().fallback(move || async move { (status, body) });
    tokio::spawn(axum::serve(other, answering).into_future());
    let mut asking = command(&[arguments, &["--url", &url]].concat());
    let asking = tokio::task::spawn_blocking(move || asking.output().expect("the binary runs"));
    told(&asking.await.expect("it asks"))
}

#[tokio::test]
async fn a_server_that_is_ill_is_not_healthy_and_not_ready() {
    let ill = async |arguments: &[&str]| {
        with_another_server(500, r#"{"checks":{"store":"failing"}}"#, arguments).await
    };
    let (code, _, stderr) = ill(&["healthcheck"]).await;
    assert!(code == Some(1) && stderr.contains("answered 500"), "{stderr}");
    let (code, _, stderr) = ill(&["wait", "--timeout", "300ms"]).await;
    assert!(
        code == Some(124) && stderr.contains(r#"500 Internal Server Error {"store":"failing"}"#),
        "{stderr}"
    );
}

#[tokio::test]
async fn an_answer_that_no_kemu_gives_is_a_failure_that_names_it() {
    let commands: [&[&str]; 4] =
        [&["query", "{ a }"], &["token", "--as", "flat-base"], &["clock", "now"], &["clients", "list"]];
    for arguments in commands {
        let (code, stdout, stderr) = with_another_server(200, "<html>", arguments).await;
        assert_eq!((code, stdout.as_str()), (Some(4), ""), "{arguments:?}: {stderr}");
        assert!(
            stderr.contains("that is no kemu: it answered 200 OK and no JSON"),
            "{arguments:?}: {stderr}"
        );
        let (code, stdout, stderr) = with_another_server(404, "{}", arguments).await;
        assert_eq!((code, stdout.as_str()), (Some(1), ""), "{arguments:?}: {stderr}");
        assert!(stderr.contains("answered 404 Not Found without"), "{arguments:?}: {stderr}");
    }
    let (code, _, stderr) =
        with_another_server(409, r#"{"error":"this is why"}"#, &["clients", "list"]).await;
    assert_eq!((code, stderr.as_str()), (Some(1), "kemu: this is why\n"));
}

#[test]
fn an_address_of_the_api_is_one_of_kemu() {
    let serving = Serving::start(&["--listen", ":0"]);
    let url = format!("{}/v1/graphql/", serving.url);
    let (code, stdout, stderr) = told(&run(&["query", "{ __typename }", "--url", &url]));
    assert_eq!((code, stdout.as_str()), (Some(0), "{\"data\":{\"__typename\":\"Query\"}}\n"), "{stderr}");
    let (code, _, stderr) = told(&run(&["query", "{ __typename }", "--url", "https://localhost:8443"]));
    assert!(code == Some(2) && stderr.contains("commands speak plain http"), "{stderr}");
}

#[test]
fn a_result_that_cannot_be_written_is_a_failure_and_one_that_nobody_reads_is_none() {
    let full = std::fs::File::options().write(true).open("/dev/full").expect("Linux has it");
    let output = command(&["config"]).stdout(full).stderr(Stdio::piped()).output().expect("the binary runs");
    let (code, _, stderr) = told(&output);
    assert_eq!(code, Some(1));
    assert!(stderr.starts_with("kemu: the result cannot be written: No space left"), "{stderr}");

    let (reader, nobody_reads) = std::io::pipe().expect("a pipe");
    drop(reader);
    let output =
        command(&["config"]).stdout(nobody_reads).stderr(Stdio::piped()).output().expect("the binary runs");
    assert_eq!(told(&output), (Some(0), String::new(), String::new()));
}
