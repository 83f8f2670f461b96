//! Could kemu serve HTTPS as it is told to? Nothing is made or renewed here.

use std::path::Path;
use std::time::SystemTime;

use super::{Finding, blocker, fine, note, place};
use crate::cli::certs::given;
use crate::config::Config;
use crate::tls::{self, Folder, Found, Remains};

const ABOUT: &str = "HTTPS";

/// What is found of `--tls`, where it is asked for. A kemu that runs has its port already.
pub(super) fn findings(config: &Config, runs: bool, now: SystemTime) -> Vec<Finding> {
    if !config.tls {
        return Vec::new();
    }
    let mut findings = Vec::new();
    if !runs {
        let address = config.tls_listen.address();
        findings.push(match address.port() {
            0 => note(ABOUT, "kemu picks another free port at each start"),
            _ => place(ABOUT, address, "--tls-listen :8444"),
        });
    }
    findings.push(match (given(&config.tls_cert), given(&config.tls_key)) {
        (Some(certificate), Some(key)) => of_the_user(certificate, key, now),
        (None, None) => of_kemu(given(&config.tls_dir), now),
        _ => blocker("certificate", tls::ONE_OF_TWO),
    });
    findings
}

fn of_the_user(certificate: &Path, key: &Path, now: SystemTime) -> Finding {
    let remains = tls::server_config(certificate, key).and_then(|_| tls::remains(certificate, now));
    let path = certificate.display();
    match remains {
        Ok(Remains::Enough) => {
            fine("certificate", format!("{path} goes with its key and is good for a month or more"))
        }
        Ok(Remains::Little) => note("certificate", format!("{path} ends within a month")),
        Ok(Remains::Nothing) => {
            blocker("certificate", format!("{path} has ended, or is not good yet; clients will refuse it"))
        }
        Err(error) => blocker("certificate", error.to_string()),
    }
}

fn of_kemu(directory: Option<&Path>, now: SystemTime) -> Finding {
    let folder = match Folder::new(directory) {
        Ok(folder) => folder,
        Err(error) => return blocker("certificate", error.to_string()),
    };
    let ca = folder.ca();
    let ca = ca.display();
    match folder.look(now) {
        Found::All => fine("certificate", format!("it is there and good; clients are to trust {ca}")),
        Found::Authority => {
            note("certificate", format!("the next start makes it anew, with the CA that is there: {ca}"))
        }
        Found::Nothing => {
            note("certificate", format!("the next start makes it, and a CA for clients to trust: {ca}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::*;
    use crate::cli::certs::wall_clock;

    fn told(config: &Config) -> Vec<(Verdict, String)> {
        let findings = findings(config, true, wall_clock());
        findings.into_iter().map(|finding| (finding.verdict, finding.text)).collect()
    }

    #[test]
    fn certificates_are_looked_at_and_left_alone() {
        let place = tempfile::tempdir().unwrap();
        let directory = place.path().join("certs");
        let config = Config { tls: true, tls_dir: directory.clone(), ..Config::default() };
        let found = told(&config);
        assert!(
            found[0].0 == Verdict::Note && found[0].1.contains("the next start makes it, and a CA"),
            "{found:?}"
        );
        assert!(!directory.exists());
        let folder = Folder::new(Some(&directory)).unwrap();
        folder.prepare(wall_clock(), false).unwrap();
        assert_eq!(told(&config)[0].0, Verdict::Fine);
        std::fs::remove_file(folder.server()).unwrap();
        assert!(told(&config)[0].1.contains("makes it anew"));
        assert_eq!(told(&Config { tls: false, ..config }), []);
    }

    #[test]
    fn a_certificate_of_the_users_has_a_key_and_an_end() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::new(Some(place.path())).unwrap();
        folder.prepare(wall_clock(), false).unwrap();
        let own =
            Config { tls: true, tls_cert: folder.server(), tls_key: folder.server(), ..Config::default() };
        let found = told(&own);
        assert!(found[0].0 == Verdict::Fine && found[0].1.contains("a month or more"), "{found:?}");
        let of_another = Config { tls_key: folder.ca_key(), ..own.clone() };
        assert!(told(&of_another)[0].1.contains("do not serve"), "{:?}", told(&of_another));
        let without_key = Config { tls_key: std::path::PathBuf::new(), ..own };
        assert_eq!(told(&without_key), [(Verdict::Blocker, tls::ONE_OF_TWO.to_owned())]);
    }

    #[test]
    fn a_port_that_is_taken_is_in_the_way() {
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let listen = taken.local_addr().unwrap().to_string().parse().unwrap();
        let place = tempfile::tempdir().unwrap();
        let config =
            Config { tls: true, tls_listen: listen, tls_dir: place.path().into(), ..Config::default() };
        let found = findings(&config, false, wall_clock());
        assert_eq!(found[0].verdict, Verdict::Blocker);
        assert!(
            found[0].text.contains("is taken") && found[0].text.contains("--tls-listen :8444"),
            "{}",
            found[0].text
        );
    }
}
