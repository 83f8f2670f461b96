//! A browser as small as the auth site's pages need it: it keeps the one cookie, sends the hidden fields of the form it
//! was shown, and follows no redirect by itself. It reads our own templates and nothing else.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};

use super::Failed;
use super::server::{client_builder, unreachable};
use crate::http::CORRELATION_ID;

/// A browser that was never here.
pub(super) struct Browser {
    base: String,
    client: reqwest::Client,
    cookie: String,
}

/// What a page or redirect was.
pub(super) struct Shown {
    pub(super) is_refused: bool,
    /// Where a redirect leads.
    pub(super) location: Option<String>,
    /// Finds the request in the log.
    pub(super) correlation_id: String,
    text: String,
}

impl Browser {
    /// For the auth site at this address.
    pub(super) fn new(base: &str) -> Result<Self, Failed> {
        let client = client_builder().redirect(reqwest::redirect::Policy::none());
        let client = client.build().map_err(Failed::new)?;
        Ok(Self { base: base.to_owned(), client, cookie: String::new() })
    }

    /// Opens a page.
    pub(super) async fn open(&mut self, path: &str) -> Result<Shown, Failed> {
        let request = self.client.get(format!("{}{path}", self.base));
        self.send(request).await
    }

    /// Sends the form that a page showed, with what a person would click.
    pub(super) async fn submit(
        &mut self,
        page: &Shown,
        action: &str,
        (name, value): (&str, &str),
    ) -> Result<Shown, Failed> {
        let mut fields = hidden_fields(&page.text);
        fields.push((name.to_owned(), value.to_owned()));
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let request = post(&self.client, &format!("{}{action}", self.base), &fields);
        self.send(request).await
    }

    async fn send(&mut self, request: reqwest::RequestBuilder) -> Result<Shown, Failed> {
        let sent = request.header(COOKIE, &self.cookie).send().await;
        let answer = sent.map_err(|error| unreachable(&self.base, &error))?;
        let header =
            |name| answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        if let Some(set) = header(SET_COOKIE) {
            set.split(';').next().unwrap_or_default().clone_into(&mut self.cookie);
        }
        Ok(Shown {
            is_refused: answer.status().is_client_error() || answer.status().is_server_error(),
            location: header(LOCATION),
            correlation_id: header(CORRELATION_ID).unwrap_or_default(),
            text: answer.text().await.map_err(|error| unreachable(&self.base, &error))?,
        })
    }
}

/// A POST of a form.
pub(super) fn post(client: &reqwest::Client, url: &str, fields: &[(&str, &str)]) -> reqwest::RequestBuilder {
    client.post(url).header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(query(fields))
}

/// `a=1&b=2`, escaped.
pub(super) fn query(parameters: &[(&str, &str)]) -> String {
    let escaped = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pairs = parameters.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// The hidden fields of the first form on a page.
fn hidden_fields(page: &str) -> Vec<(String, String)> {
    let form = page.split("</form>").next().unwrap_or_default();
    let fields = form.split("<input type=\"hidden\" name=\"").skip(1).filter_map(|rest| {
        let (name, rest) = rest.split_once("\" value=\"")?;
        Some((name.to_owned(), unescape(rest.split_once('"')?.0)))
    });
    fields.collect()
}

/// What minijinja escapes.
fn unescape(text: &str) -> String {
    let pairs =
        [("&#x2f;", "/"), ("&quot;", "\""), ("&#x27;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
    pairs.iter().fold(text.to_owned(), |text, (escaped, plain)| text.replace(escaped, plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hidden_fields_of_a_form_come_back_as_they_were() {
        let nasty = "a=\"'<>/&amp;%22";
        let mut pages = minijinja::Environment::new();
        let page = "<form><input type=\"hidden\" name=\"query\" value=\"{{ query }}\"></form>\
                    <form><input type=\"hidden\" name=\"other\" value=\"x\"></form>";
        pages.add_template("page.html", page).unwrap();
        let page = pages.get_template("page.html").unwrap().render(minijinja::context! { query => nasty });
        assert_eq!(hidden_fields(&page.unwrap()), [("query".to_owned(), nasty.to_owned())]);
        assert_eq!(query(&[("a b", "ü&"), ("c", "")]), "a%20b=%C3%BC%26&c=");
    }
}
