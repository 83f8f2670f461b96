//! Workflows of GitHub and projects of compose: held against their schemas, and run without their hosts as far as that
//! goes.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value as Json;

use super::Project;
use crate::server::Server;
use crate::shell;

const WORKFLOW: &str = ".github/workflows/kraken.yml";
const COMPOSE: &str = "compose.yaml";
/// Where a container of the project finds kemu.
const IN_THE_NETWORK: &str = "kraken:8080";

/// Tells how many commands were run.
pub(super) fn run(project: &Project<'_>) -> Result<usize> {
    Ok(workflow(project)? + compose(project)?)
}

/// Every step that says what to run, unless it says when, with the job's variables.
fn workflow(project: &Project<'_>) -> Result<usize> {
    let Some(workflow) = checked(project, WORKFLOW, "vendor.github-workflows")? else { return Ok(0) };
    let job = &workflow["jobs"]["test"];
    let steps = job["steps"].as_array().context("the job has steps")?;
    let unconditional = steps.iter().filter(|step| step["if"].is_null());
    let scripts: Vec<&str> = unconditional.filter_map(|step| step["run"].as_str()).collect();
    for script in &scripts {
        // As GitHub runs a step.
        shell::run(project.shell(&format!("set -e; {script}"))?.envs(variables(job, "env")?))?;
    }
    Ok(scripts.len())
}

/// kemu with the variables of its service, its health check, and the command of the tests' service with its own.
fn compose(project: &Project<'_>) -> Result<usize> {
    let Some(compose) = checked(project, COMPOSE, "vendor.compose-spec")? else { return Ok(0) };
    let service = |name: &str| &compose["services"][name];
    let kemu = shell::target()?.join("debug/kemu");
    let mut serve = shell::apart(Command::new(&kemu));
    serve.envs(variables(service("kraken"), "environment")?).env("KEMU_LISTEN", "127.0.0.1:0");
    let server = Server::start(&mut serve)?;
    let mut check = shell::apart(Command::new(&kemu));
    shell::run(check.arg("healthcheck").env("KEMU_URL", format!("http://{}", server.host)))?;
    let tests = service("tests");
    let command = tests["command"].as_str().context("the tests have a command")?;
    let variables = variables(tests, "environment")?.into_iter();
    let variables = variables.map(|(name, value)| (name, value.replace(IN_THE_NETWORK, &server.host)));
    shell::run(project.shell(command)?.envs(variables))?;
    Ok(1)
}

/// A YAML file of the project that is valid, if the project has it.
fn checked(project: &Project<'_>, file: &str, schema: &str) -> Result<Option<Json>> {
    let Some(text) = project.read(file)? else { return Ok(None) };
    shell::run(project.tool("check-jsonschema").args(["--builtin-schema", schema]).arg(Path::new(file)))?;
    serde_saphyr::from_str(&text).map(Some).with_context(|| format!("{file} cannot be read"))
}

fn variables(of: &Json, key: &str) -> Result<Vec<(String, String)>> {
    let variables = of[key].as_object().with_context(|| format!("there is no {key}"))?;
    let texts = variables.iter().map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
    let texts: Option<Vec<_>> = texts.collect();
    let texts = texts.context("the variables are texts")?;
    ensure!(!texts.is_empty(), "{key} has no variables");
    Ok(texts)
}
