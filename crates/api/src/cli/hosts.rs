//! `kemu hosts`: the line for `/etc/hosts` to stdout, so that it can be sent there, and all else to stderr.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use clap::Args;

use super::Failed;
use super::certs::Place;
use crate::config::Environment;
use crate::http::hosts::REAL_HOSTS;

/// The port that clients ask who name none.
const HTTPS: u16 = 443;

#[derive(Debug, Clone, Args)]
pub(super) struct Options {
    #[command(flatten)]
    place: Place,
}

pub(super) fn run(options: &Options, environment: &Environment) -> Result<(), Failed> {
    let [api, auth] = REAL_HOSTS;
    let address = options.place.config(environment)?.tls_listen.ip;
    let address = if address.is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { address };
    super::print(format!("{address} {api} {auth}"))?;
    let text = include_str!("hosts.txt")
        .replace("API_HOST", api)
        .replace("AUTH_HOST", auth)
        .replace("OWN_ADDRESS", &SocketAddr::new(address, HTTPS).to_string())
        .replace("CA_FILE", &options.place.folder(environment)?.ca().display().to_string());
    super::tell(text.trim_end());
    Ok(())
}
