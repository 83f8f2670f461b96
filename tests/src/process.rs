//! Kemu as a process.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Output, Stdio};

/// Where nobody answers: a port that is nobody's, and is not handed out.
pub const NOBODY: &str = "http://127.0.0.1:1";

/// The built binary: what cargo names, or else what lies where this test was built.
pub fn binary() -> PathBuf {
    if let Some(path) = std::env::var_os("CARGO_BIN_EXE_kemu") {
        return path.into();
    }
    let own = std::env::current_exe().expect("a test knows where it is");
    let path = own.parent().and_then(|deps| deps.parent()).expect("target/debug/deps").join("kemu");
    assert!(
        path.exists(),
        "{} is not there: run `cargo xtask test`, or `cargo build -p kemu-api` first",
        path.display()
    );
    path
}

/// The command `kemu …`, free of settings from the environment.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(binary());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("KEMU_") {
            command.env_remove(name);
        }
    }
    command.args(arguments).stdin(Stdio::null());
    command
}

/// Runs `kemu …` to its end.
pub fn run(arguments: &[&str]) -> Output {
    command(arguments).output().expect("the binary runs")
}

/// A kemu that serves. It ends with this value, whatever happens.
pub struct Serving {
    child: Child,
    stdout: BufReader<ChildStdout>,
    stderr: Option<ChildStderr>,
    /// Where it says that it is: the first line of its standard output.
    pub url: String,
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended already, which is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Serving {
    /// Starts `kemu …` and waits until it says where it is.
    pub fn start(arguments: &[&str]) -> Self {
        let mut serving = Self::spawn(arguments);
        serving.url = serving.next_line();
        serving
    }

    /// The same, unless the port is taken by now.
    pub fn start_if_free(arguments: &[&str]) -> Option<Self> {
        const ADDRESS_IN_USE: i32 = 5;
        let mut serving = Self::spawn(arguments);
        let said = serving.stdout.read_line(&mut serving.url).expect("standard output is text");
        if said == 0 {
            let status = serving.child.wait().expect("a child can be waited for");
            assert_eq!(status.code(), Some(ADDRESS_IN_USE), "kemu ended: {}", serving.complaints());
            return None;
        }
        serving.url.truncate(serving.url.trim_end().len());
        Some(serving)
    }

    fn spawn(arguments: &[&str]) -> Self {
        let mut child = command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let stdout = BufReader::new(child.stdout.take().expect("piped"));
        let stderr = child.stderr.take();
        Self { child, stdout, stderr, url: String::new() }
    }

    /// The next line that it says.
    pub fn next_line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).expect("standard output is text");
        assert!(line.ends_with('\n'), "kemu ended: {}", self.complaints());
        line.trim_end().to_string()
    }

    /// Asks it to end, as service managers do, and waits.
    pub fn terminate(mut self) -> (ExitStatus, String) {
        let sent = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(sent.expect("kill(1) runs").success(), "the process is there to be told");
        let status = self.child.wait().expect("a child can be waited for");
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).expect("standard output is text");
        (status, rest)
    }

    /// Ends it without any notice (`kill -9`).
    pub fn kill(mut self) {
        self.child.kill().expect("a child of one's own can be ended");
        self.child.wait().expect("a child can be waited for");
    }

    fn complaints(&mut self) -> String {
        let _ = self.child.kill();
        let mut text = String::new();
        if let Some(stderr) = &mut self.stderr {
            let _ = stderr.read_to_string(&mut text);
        }
        text
    }

    /// A POST of a GraphQL request to its API site.
    pub async fn gql(&self, authorization: Option<&str>, query: &str) -> serde_json::Value {
        let request = reqwest::Client::new()
            .post(format!("{}/v1/graphql/", self.url))
            .json(&serde_json::json!({ "query": query }));
        let request = match authorization {
            Some(token) => request.header("authorization", token),
            None => request,
        };
        request.send().await.expect("kemu answers").json().await.expect("an answer in JSON")
    }
}
