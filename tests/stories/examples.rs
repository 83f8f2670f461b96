//! The examples that GraphiQL offers (`web/graphiql/src/examples/`) run against the demo world.

use std::fs;
use std::path::Path;

use kemu_tests::{Role, TestApp, story};
use serde_json::{Value as Json, json};

/// What the first lines of an example say.
struct Example {
    name: String,
    who: String,
    variables: Json,
    answers: Option<String>,
    query: String,
}

fn examples() -> Vec<Example> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/graphiql/src/examples");
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    let read = |path: &Path| {
        let query = fs::read_to_string(path).expect("text");
        let value = |key: &str| {
            let mut head = query.lines().take_while(|line| line.starts_with("# "));
            head.find_map(|line| {
                Some(line.strip_prefix("# ")?.strip_prefix(key)?.strip_prefix(": ")?.to_string())
            })
        };
        Example {
            name: path.file_name().expect("a name").to_string_lossy().into_owned(),
            who: value("as").expect("who asks"),
            variables: value("variables")
                .map_or(json!({}), |text| serde_json::from_str(&text).expect("JSON")),
            answers: value("answers"),
            query,
        }
    };
    files.iter().map(|path| read(path)).collect()
}

async fn role(app: &TestApp, name: &str) -> Role {
    if app.sandbox().fixture.people.iter().any(|person| person.name == name) {
        return app.customer(name).await;
    }
    app.organisation(name).await
}

story!(every_example_answers_from_the_world_what_it_says, |app| async move {
    let examples = examples();
    assert!(examples.len() >= 8, "{}", examples.len());
    for example in &examples {
        let answer = role(&app, &example.who).await.gql(&example.query, example.variables.clone()).await;
        let expected: Vec<&str> = example.answers.as_deref().into_iter().collect();
        assert_eq!(answer.codes(), expected, "{}: {}", example.name, answer.body);
        assert_eq!(answer.errors().len(), expected.len(), "{}: {}", example.name, answer.body);
        let plausible = &answer.body["extensions"]["emulator"]["plausible"];
        assert_eq!(*plausible, Json::Null, "{}: nothing in an example is made up", example.name);
        let empty = answer.body["data"]
            .as_object()
            .expect("data")
            .values()
            .all(|value| value.is_null() || value.as_array().is_some_and(Vec::is_empty));
        assert!(!empty, "{}: {}", example.name, answer.body);
    }
    assert!(examples[0].query.contains("query getTransactions("), "the guide's comes first");
});
