//! Redirect URIs: which may be registered, and whether the one of a request is registered.
//!
//! They are compared byte for byte (RFC 9700 section 4.1.3). The one exception is RFC 8252 section 7.3: a command that
//! listens on this machine cannot know its port beforehand, so a registered `http://127.0.0.1/…` or `http://[::1]/…`
//! fits with any port. `localhost` is a name and no such address.

/// The loopback addresses whose port may differ.
const LOOPBACK: [&str; 2] = ["http://127.0.0.1", "http://[::1]"];

/// The parameters that an answer adds.
const OF_ANSWERS: [&str; 5] = ["code", "state", "iss", "error", "error_description"];

/// The names of the parameters in the query of a URI.
fn parameters(uri: &str) -> impl Iterator<Item = &str> {
    let (_, query) = uri.split_once('?').unwrap_or_default();
    query.split('&').filter_map(|pair| pair.split('=').next())
}

/// Whether a URI may be registered; if not, what would be right.
pub fn check(uri: &str) -> Result<(), &'static str> {
    let is_plain = uri.bytes().all(|byte| byte.is_ascii_graphic() && !br#""<>\^`{|}"#.contains(&byte));
    if !is_plain {
        return Err("a redirect URI is plain ASCII without blanks, quotes, brackets and backslashes");
    }
    if uri.contains('#') {
        return Err("a redirect URI has no fragment");
    }
    // The answer would have them twice, and an application takes the first: the registered one.
    if parameters(uri).any(|name| OF_ANSWERS.contains(&name)) {
        return Err(
            "a redirect URI has no parameter that answers bring: code, state, iss, error, error_description",
        );
    }
    if uri.contains('*') {
        return Err("a redirect URI is compared as it is; there are no wildcards");
    }
    let Some((scheme, rest)) = uri.split_once(':') else {
        return Err("a redirect URI is absolute: https://app.example/callback");
    };
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" => {
            let authority =
                rest.strip_prefix("//").map(|rest| rest.split(['/', '?']).next().unwrap_or_default());
            match authority {
                Some(authority) if !authority.is_empty() && !authority.contains('@') => Ok(()),
                _ => Err("a redirect URI names a host, and no user: https://app.example/callback"),
            }
        }
        // RFC 8252 section 7.1: a scheme of the app's own is a domain name turned around, so it has a dot. It also
        // keeps javascript: and data: out.
        own if is_scheme && own.contains('.') && !rest.is_empty() => Ok(()),
        _ => Err(
            "a redirect URI is https, http, or a scheme of the app's own with a dot: com.example.app:/callback",
        ),
    }
}

/// Whether the URI of a request is this registered one.
pub fn fits(registered: &str, requested: &str) -> bool {
    registered == requested
        || LOOPBACK.iter().any(|address| {
            let parts = (registered.strip_prefix(address), requested.strip_prefix(address));
            let (Some(registered), Some(requested)) = parts else { return false };
            without_port(registered) == without_port(requested) && ends_the_host(without_port(registered))
        })
}

/// What follows a host, without the port that it may begin with. A port that is no number stays, and fits nothing.
fn without_port(rest: &str) -> &str {
    let Some(port) = rest.strip_prefix(':') else { return rest };
    let end = port.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(port.len());
    match port[..end].parse::<u16>() {
        Ok(1..) => &port[end..],
        _ => rest,
    }
}

fn ends_the_host(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with(['/', '?'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_registered() {
        for good in [
            "https://app.example/callback",
            "https://app.example/callback?tenant=1&codes=x",
            "http://127.0.0.1/callback",
            "http://[::1]:8000/callback",
            "http://localhost:3000/callback",
            "com.example.app:/callback",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "/callback",
            "https://",
            "https:///callback",
            "https:app.example",
            "https://user@app.example/",
            "https://app.example/#x",
            "https://*.example/",
            "https://app.example/callback?code=x",
            "https://app.example/callback?tenant=1&state=",
            "https://app.example/callback?iss",
            "https://app.example/callback?error=x",
            "https://app.example/\"><script>",
            "https://app.example/a b",
            "https://app.example\\@evil.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "com.example.app:",
            "https://épée.example/",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn byte_for_byte_but_for_the_port_of_loopback() {
        let https = "https://app.example/callback";
        assert!(fits(https, https));
        for other in [
            "https://evil.example/callback",
            "https://app.example/callback/x",
            "https://app.example/callback?a=b",
            "https://app.example/Callback",
            "https://APP.example/callback",
            "https://app.example/x/../callback",
            "https://app.example/%63allback",
            "https://app.example:443/callback",
            "https://app.example/callback#f",
            "https://app.example/callback ",
        ] {
            assert!(!fits(https, other), "{other}");
        }
        let loopback = "http://127.0.0.1/callback";
        for port in ["http://127.0.0.1:1/callback", "http://127.0.0.1:65535/callback", loopback] {
            assert!(fits(loopback, port), "{port}");
        }
        assert!(fits("http://[::1]:8000/cb", "http://[::1]:9/cb"));
        for other in [
            "http://127.0.0.1:9999@evil.example/callback",
            "http://127.0.0.1.evil.example/callback",
            "http://127.0.0.1:0/callback",
            "http://127.0.0.1:65536/callback",
            "http://127.0.0.1:/callback",
            "http://127.0.0.1:80x/callback",
            "http://127.0.0.1:80/other",
            "https://127.0.0.1:80/callback",
            "http://127.0.0.2:80/callback",
            "http://localhost:80/callback",
        ] {
            assert!(!fits(loopback, other), "{other}");
        }
        assert!(!fits("http://localhost:80/cb", "http://localhost:81/cb"), "a name is no address");
        assert!(!fits("http://127.0.0.10/cb", "http://127.0.0.1:9/cb"));
        assert!(!fits("http://127.0.0.1@evil.example/cb", "http://127.0.0.1:8@evil.example/cb"));
    }
}
