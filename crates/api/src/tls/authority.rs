//! What the CA vouches for, and how long.
//!
//! Whoever trusts the CA trusts whoever reads its key. So the CA says of itself that it vouches for no servers but
//! [`NAMES`] and what is below them (RFC 5280 section 4.2.1.10): with a stolen key nobody can pass for a bank.

use std::net::IpAddr;
use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, NameConstraints,
};
use sha2::{Digest as _, Sha256};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, KeyUsage, anchor_from_trusted_cert};

use super::TlsError;
use crate::http::hosts::REAL_HOSTS;

/// For whom certificates are: this machine, kemu in the usual networks of containers, and the real hosts.
pub const NAMES: [&str; 9] = [
    "localhost",
    "api.localhost",
    "auth.localhost",
    "kemu",
    "host.docker.internal",
    REAL_HOSTS[0],
    REAL_HOSTS[1],
    "127.0.0.1",
    "::1",
];

const DAY: Duration = Duration::from_hours(24);
/// To trust a CA is a chore, so it lasts.
const CA_LIFETIME: Duration = DAY.saturating_mul(3650);
/// Apple's clients refuse certificates of more than 825 days, and public ones of more than 398.
const LIFETIME: Duration = DAY.saturating_mul(397);
/// A certificate that ends sooner is renewed.
const REMAINS: Duration = DAY.saturating_mul(30);
/// Clocks of containers and machines differ.
const BEFORE: Duration = DAY;

/// A CA: its key, of which all else follows.
pub(super) struct Authority {
    key: KeyPair,
}

impl Authority {
    /// A new one.
    pub(super) fn generate() -> Result<Self, TlsError> {
        Ok(Self { key: KeyPair::generate()? })
    }

    /// The one of this key.
    pub(super) fn of_key(pem: &str) -> Result<Self, TlsError> {
        Ok(Self { key: KeyPair::from_pem(pem)? })
    }

    /// Its key as PEM.
    pub(super) fn key(&self) -> String {
        self.key.serialize_pem()
    }

    /// Its own certificate as PEM: what clients trust.
    pub(super) fn certificate(&self, now: SystemTime) -> Result<String, TlsError> {
        Ok(self.params(now)?.self_signed(&self.key)?.pem())
    }

    /// A key and a certificate for [`NAMES`], as one PEM text.
    pub(super) fn issue(&self, now: SystemTime) -> Result<String, TlsError> {
        self.issue_for(&NAMES, now)
    }

    /// The same for any names, which need not be ones that it may vouch for.
    pub(super) fn issue_for(&self, names: &[&str], now: SystemTime) -> Result<String, TlsError> {
        let key = KeyPair::generate()?;
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let mut params = CertificateParams::new(names)?;
        params.distinguished_name.push(DnType::CommonName, "kemu");
        params.not_before = (now - BEFORE).into();
        params.not_after = (now + LIFETIME).into();
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let issuer = Issuer::new(self.params(now)?, &self.key);
        let certificate = params.signed_by(&key, &issuer)?;
        Ok(format!("{}{}", key.serialize_pem(), certificate.pem()))
    }

    fn params(&self, now: SystemTime) -> Result<CertificateParams, TlsError> {
        let mut params = CertificateParams::new(Vec::new())?;
        // Two CAs have two names, so that lists of trusted ones can be told apart.
        let mark = hex::encode(&Sha256::digest(self.key.public_key_raw())[..4]);
        params.distinguished_name.push(DnType::OrganizationName, "kemu, an emulator");
        params.distinguished_name.push(DnType::CommonName, format!("kemu development CA {mark}"));
        params.not_before = (now - BEFORE).into();
        params.not_after = (now + CA_LIFETIME).into();
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let permitted_subtrees = NAMES.into_iter().map(subtree).collect();
        params.name_constraints = Some(NameConstraints { permitted_subtrees, excluded_subtrees: Vec::new() });
        Ok(params)
    }
}

fn subtree(name: &str) -> GeneralSubtree {
    match name.parse::<IpAddr>() {
        Ok(address) => {
            let length = if address.is_ipv4() { 32 } else { 128 };
            GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(address, length))
        }
        Err(_) => GeneralSubtree::DnsName(name.to_owned()),
    }
}

/// For how long a certificate is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remains {
    /// A month at least.
    Enough,
    /// Less than that.
    Little,
    /// It has ended or has not begun.
    Nothing,
}

/// For how long is a certificate good that anybody may have issued?
pub(super) fn remains(certificate: &CertificateDer<'_>, now: SystemTime) -> Result<Remains, webpki::Error> {
    let certificate = EndEntityCert::try_from(certificate)?;
    let is_good_at = |at: SystemTime| {
        // Nobody is trusted here, so it is refused in any case, and for its time first.
        let usage = KeyUsage::server_auth();
        let refused =
            certificate.verify_for_usage(ALL_VERIFICATION_ALGS, &[], &[], unix_time(at), usage, None, None);
        !matches!(refused, Err(webpki::Error::CertExpired { .. } | webpki::Error::CertNotValidYet { .. }))
    };
    Ok(match (is_good_at(now), is_good_at(now + REMAINS)) {
        (true, true) => Remains::Enough,
        (true, false) => Remains::Little,
        (false, _) => Remains::Nothing,
    })
}

fn unix_time(at: SystemTime) -> UnixTime {
    UnixTime::since_unix_epoch(at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default())
}

/// Will clients that trust this CA take this certificate, for each name, now and for a while?
pub(super) fn check(ca: &[u8], certificate: &[u8], now: SystemTime) -> Result<(), webpki::Error> {
    let (ca, certificate) = (CertificateDer::from(ca), CertificateDer::from(certificate));
    let anchors = [anchor_from_trusted_cert(&ca)?];
    let certificate = EndEntityCert::try_from(&certificate)?;
    for at in [now, now + REMAINS] {
        let (at, usage) = (unix_time(at), KeyUsage::server_auth());
        certificate.verify_for_usage(ALL_VERIFICATION_ALGS, &anchors, &[], at, usage, None, None)?;
    }
    for name in NAMES {
        let name = ServerName::try_from(name).expect("a test holds each name to be one");
        certificate.verify_is_valid_for_subject_name(&name)?;
    }
    Ok(())
}
