use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, SystemTime};

use super::authority::{Authority, check};
use super::*;

const DAY: Duration = Duration::from_hours(24);

/// Certificates are made for any time; this one is as good as now.
fn start() -> SystemTime {
    SystemTime::UNIX_EPOCH + DAY * 20_000
}

fn folder() -> (tempfile::TempDir, Folder) {
    let place = tempfile::tempdir().unwrap();
    let folder = Folder::new(Some(&place.path().join("certs"))).unwrap();
    (place, folder)
}

fn texts(folder: &Folder) -> [String; 3] {
    [folder.ca(), folder.ca_key(), folder.server()].map(|path| fs::read_to_string(path).unwrap())
}

#[test]
fn what_is_there_is_kept_until_somebody_forces() {
    let (_place, folder) = folder();
    assert_eq!(folder.prepare(start(), false), Ok(Found::Nothing));
    let made = texts(&folder);
    assert_eq!(folder.prepare(start() + DAY, false), Ok(Found::All));
    assert_eq!(texts(&folder), made);
    assert_eq!(folder.prepare(start(), true), Ok(Found::Nothing));
    assert!(texts(&folder).iter().zip(&made).all(|(new, old)| new != old));
}

#[test]
fn a_certificate_is_renewed_a_month_before_it_ends_and_the_ca_stays() {
    let (_place, folder) = folder();
    folder.prepare(start(), false).unwrap();
    let [ca, key, server] = texts(&folder);
    assert_eq!(folder.prepare(start() + DAY * 366, false), Ok(Found::All));
    assert_eq!(folder.prepare(start() + DAY * 368, false), Ok(Found::Authority));
    let renewed = texts(&folder);
    assert!(renewed[0] == ca && renewed[1] == key && renewed[2] != server);
    // Lost, or of another CA.
    fs::remove_file(folder.server()).unwrap();
    assert_eq!(folder.prepare(start(), false), Ok(Found::Authority));
    fs::write(folder.server(), server.replace("BEGIN CERTIFICATE", "BEGIN NOTHING")).unwrap();
    assert_eq!(folder.prepare(start(), false), Ok(Found::Authority));
}

#[test]
fn without_a_good_ca_nothing_is_made_in_silence() {
    let (_place, folder) = folder();
    folder.prepare(start(), false).unwrap();
    let told = |at| folder.prepare(at, false).unwrap_err().to_string();
    fs::remove_file(folder.server()).unwrap();
    let key = fs::read_to_string(folder.ca_key()).unwrap();
    fs::write(folder.ca_key(), Authority::generate().unwrap().key()).unwrap();
    assert!(told(start()).contains("no longer good"), "{}", told(start()));
    fs::remove_file(folder.ca_key()).unwrap();
    assert!(told(start()).contains("ca-key.pem") && told(start()).contains("--force"));
    fs::write(folder.ca_key(), key).unwrap();
    assert_eq!(folder.prepare(start(), false), Ok(Found::Authority));
}

#[test]
fn keys_are_for_their_owner_alone() {
    let (_place, folder) = folder();
    folder.prepare(start(), false).unwrap();
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(folder.ca_key()), mode(folder.server())), (0o600, 0o600));
    assert!(!fs::read_to_string(folder.ca()).unwrap().contains("PRIVATE"));
}

#[test]
fn the_ca_vouches_for_no_other_names() {
    let authority = Authority::generate().unwrap();
    let der = |pem: &str| CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
    let ca = der(&authority.certificate(start()).unwrap());
    assert_eq!(check(&ca, &der(&authority.issue(start()).unwrap()), start()), Ok(()));
    for name in ["bank.example", "oefr-kraken.energy", "10.0.0.1"] {
        let stolen = der(&authority.issue_for(&[name], start()).unwrap());
        assert_eq!(check(&ca, &stolen, start()), Err(webpki::Error::NameConstraintViolation), "{name}");
    }
}

#[test]
fn files_of_ones_own_are_named_where_they_are_wrong() {
    let (place, folder) = folder();
    folder.prepare(start(), false).unwrap();
    assert!(server_config(&folder.server(), &folder.server()).is_ok());
    let none = place.path().join("none.pem");
    for (certificate, key) in [(&none, &folder.server()), (&folder.server(), &none)] {
        assert!(server_config(certificate, key).unwrap_err().to_string().contains("none.pem"));
    }
    let other = server_config(&folder.server(), &folder.ca_key()).unwrap_err().to_string();
    assert!(other.contains("do not serve"), "{other}");
}

#[test]
fn the_end_of_a_certificate_is_known_whoever_issued_it() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("mine.pem");
    let issued = Authority::generate().unwrap().issue_for(&["kraken.example"], start()).unwrap();
    fs::write(&path, issued).unwrap();
    let at = |days: u32| remains(&path, start() + DAY * days);
    assert_eq!((at(0), at(366)), (Ok(Remains::Enough), Ok(Remains::Enough)));
    assert_eq!((at(368), at(396)), (Ok(Remains::Little), Ok(Remains::Little)));
    assert_eq!((at(398), remains(&path, start() - DAY * 2)), (Ok(Remains::Nothing), Ok(Remains::Nothing)));
    fs::write(&path, "nothing").unwrap();
    assert!(at(0).unwrap_err().to_string().contains("mine.pem: no certificate"));
}
