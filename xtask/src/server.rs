//! A kemu of our own: started on a free port, spoken to over HTTP, told to stop when it is dropped.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value as Json, json};

use crate::shell;

/// A running kemu.
pub(crate) struct Server {
    process: Child,
    /// Where it listens: `127.0.0.1:40000`.
    pub(crate) host: String,
}

impl Server {
    /// Starts `command`, which runs kemu in the end, and waits for the address that it prints.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        Self::start_logged(command, Stdio::null())
    }

    /// The same, with a place for what kemu logs.
    pub(crate) fn start_logged(command: &mut Command, log: impl Into<Stdio>) -> Result<Self> {
        let command = command.env("KEMU_LOG", "warn").stdin(Stdio::null()).stdout(Stdio::piped());
        let mut process = command.stderr(log).spawn().context("cannot run kemu")?;
        let stdout = process.stdout.take().context("stdout is piped")?;
        let mut address = String::new();
        BufReader::new(stdout).read_line(&mut address)?;
        match address.trim().strip_prefix("http://") {
            Some(host) => Ok(Self { process, host: host.to_owned() }),
            None => {
                let _ = process.kill();
                let _ = process.wait();
                bail!("kemu printed no address")
            }
        }
    }

    /// The id of the process that was started.
    pub(crate) fn process(&self) -> u32 {
        self.process.id()
    }

    /// A connection that is kept.
    pub(crate) fn connect(&self) -> Result<Connection> {
        let stream = TcpStream::connect(&self.host)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_mins(1)))?;
        Ok(Connection { stream, buffer: Vec::with_capacity(4096) })
    }

    /// A POST of JSON to the API site.
    pub(crate) fn query(&self, token: &str, body: &Json) -> Result<Json> {
        let request = Request::post(&self.host, "/v1/graphql/", token, &body.to_string());
        let answer = self.connect()?.send(&request)?;
        serde_json::from_slice(&answer).context("kemu answered no JSON")
    }

    /// A demo person's token, by API key.
    pub(crate) fn token(&self, api_key: &str) -> Result<String> {
        let answer = self.query("", &sign_in(api_key))?;
        let token = answer["data"]["obtainKrakenToken"]["token"].as_str();
        Ok(token.with_context(|| format!("no token: {answer}"))?.to_owned())
    }

    /// Resident memory in KiB.
    pub(crate) fn resident(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        line.trim().trim_end_matches("kB").trim().parse().context("VmRSS is a number")
    }

    /// Processor time used so far by all its threads.
    pub(crate) fn processor_time(&self) -> Result<Duration> {
        let mut nanoseconds = 0;
        for task in fs::read_dir(format!("/proc/{}/task", self.process.id()))? {
            // A thread may end while we look.
            if let Ok(line) = fs::read_to_string(task?.path().join("schedstat")) {
                nanoseconds +=
                    line.split(' ').next().and_then(|first| first.parse::<u64>().ok()).unwrap_or(0);
            }
        }
        Ok(Duration::from_nanos(nanoseconds))
    }
}

impl Drop for Server {
    /// Tells kemu to stop, so that it takes its temporary files with it.
    fn drop(&mut self) {
        let id = self.process.id().to_string();
        if !shell::works(Command::new("sh").args(["-c", "kill -TERM \"$0\""]).arg(id)) {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}

/// The body that signs a demo person in.
pub(crate) fn sign_in(api_key: &str) -> Json {
    json!({
        "query": "mutation ($key: String) { obtainKrakenToken(input: { APIKey: $key }) { token } }",
        "variables": { "key": api_key },
    })
}

/// A request, ready to be written.
#[derive(Debug, Clone)]
pub(crate) struct Request(Vec<u8>);

impl Request {
    pub(crate) fn post(host: &str, path: &str, token: &str, body: &str) -> Self {
        Self::new("POST", host, path, token, body.as_bytes())
    }

    pub(crate) fn new(method: &str, host: &str, path: &str, token: &str, body: &[u8]) -> Self {
        let authorization =
            if token.is_empty() { String::new() } else { format!("Authorization: {token}\r\n") };
        let mut bytes = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n{authorization}\
             Content-Length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        bytes.extend_from_slice(body);
        Self(bytes)
    }
}

/// A connection that is kept from one request to the next.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    /// Sends a request and reads the body of its answer, which must have a length.
    pub(crate) fn send(&mut self, request: &Request) -> Result<Vec<u8>> {
        self.stream.write_all(&request.0)?;
        self.buffer.clear();
        let head = loop {
            if let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            self.more()?;
        };
        let text = std::str::from_utf8(&self.buffer[..head])?;
        ensure!(text.starts_with("HTTP/1.1 2"), "kemu answered {text}");
        let length = text.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
        });
        let length = length.unwrap_or(0);
        while self.buffer.len() < head + length {
            self.more()?;
        }
        Ok(self.buffer[head..head + length].to_vec())
    }

    fn more(&mut self) -> Result<()> {
        let mut chunk = [0; 16 * 1024];
        let count = self.stream.read(&mut chunk)?;
        ensure!(count > 0, "kemu closed the connection");
        self.buffer.extend_from_slice(&chunk[..count]);
        Ok(())
    }
}
