//! GraphiQL: what a browser gets at a GraphQL address. The files are those of `web/graphiql/built`, compressed as they lie
//! in the binary; `web/README.md` says how they are made.

use std::borrow::Cow;

use axum::body::Bytes;
use axum::extract::{Path, Request};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../web/graphiql/built"]
struct Built;

/// Nothing from elsewhere, no inline script, no eval. Monaco sets styles in attributes, which no nonce can cover.
const POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; \
                      font-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// The page at a GraphQL address. It finds out by itself at which.
pub(super) fn page(headers: &HeaderMap) -> Response {
    file("index.html", headers).unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
}

/// A file of the page.
pub(super) async fn asset(Path(path): Path<String>, uri: Uri, request: Request) -> Response {
    file(&path, request.headers()).unwrap_or_else(|| {
        let words = format!("GraphiQL has no file {}.", uri.path());
        (StatusCode::NOT_FOUND, words).into_response()
    })
}

fn file(path: &str, headers: &HeaderMap) -> Option<Response> {
    let packed = Built::get(&format!("{path}.br"))?.data;
    // The names of assets are made of their contents.
    let keep = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let common = [
        (header::CONTENT_TYPE, content_type(path)),
        (header::CACHE_CONTROL, keep),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::VARY, "accept-encoding"),
    ];
    Some(if takes_brotli(headers) {
        let body = match packed {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => bytes.into(),
        };
        (common, [(header::CONTENT_ENCODING, "br")], body).into_response()
    } else {
        (common, unpacked(&packed)).into_response()
    })
}

fn takes_brotli(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|coding| {
        let (name, quality) = coding.split_once(';').unwrap_or((coding, ""));
        name.trim().eq_ignore_ascii_case("br")
            && !matches!(quality.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
    })
}

/// For the rare client that does not take brotli.
fn unpacked(packed: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    brotli_decompressor::BrotliDecompress(&mut &*packed, &mut bytes)
        .expect("a test unpacks every file that is embedded");
    bytes
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("ttf") => "font/ttf",
        Some("md") => "text/markdown; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use sha2::{Digest as _, Sha256};

    use super::*;

    #[test]
    fn each_file_holds_what_the_list_of_the_build_says_and_has_a_content_type() {
        let list = Built::get("SHA256SUMS").unwrap().data;
        let list = String::from_utf8(list.to_vec()).unwrap();
        let wanted: BTreeMap<String, String> = list
            .lines()
            .map(|line| line.split_once("  ").unwrap())
            .map(|(sum, path)| (format!("{path}.br"), sum.into()))
            .collect();
        let packed = Built::iter().filter(|path| path != "SHA256SUMS");
        let found: BTreeMap<String, String> = packed
            .map(|path| {
                let bytes = unpacked(&Built::get(&path).unwrap().data);
                (path.into_owned(), hex::encode(Sha256::digest(bytes)))
            })
            .collect();
        assert_eq!(found, wanted);
        assert!(wanted.len() > 10, "{}", wanted.len());
        for path in wanted.keys() {
            assert_ne!(content_type(path.trim_end_matches(".br")), "application/octet-stream", "{path}");
        }
    }

    #[test]
    fn brotli_goes_to_those_who_take_it() {
        for (given, takes) in [
            ("gzip, deflate, br, zstd", true),
            ("br;q=0.5", true),
            ("gzip", false),
            ("br;q=0, gzip", false),
            ("", false),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, given.parse().unwrap())]);
            assert_eq!(takes_brotli(&headers), takes, "{given}");
        }
    }
}
