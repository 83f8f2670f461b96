//! Somebody who asks.

use serde_json::{Value as Json, json};

use crate::{API, AUTH, Answer, TestApp};

/// Somebody who asks: nobody in particular, a person or an organisation.
#[derive(Clone)]
pub struct Role {
    app: TestApp,
    name: String,
    authorization: Option<String>,
    refresh_token: Option<String>,
    refresh_expires_in: Option<i64>,
}

/// The mutation that stories sign in with.
const SIGN_IN: &str = "mutation ($input: ObtainJSONWebTokenInput!) { obtainKrakenToken(input: $input) \
                       { token refreshToken refreshExpiresIn payload } }";

impl Role {
    pub(crate) fn new(app: &TestApp, name: &str) -> Self {
        Self {
            app: app.clone(),
            name: name.into(),
            authorization: None,
            refresh_token: None,
            refresh_expires_in: None,
        }
    }

    /// Who it is.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The access token. Panics for somebody who has none.
    pub fn token(&self) -> &str {
        self.authorization.as_deref().expect("this role is signed in")
    }

    /// The refresh token. Panics for somebody who has none.
    pub fn refresh_token(&self) -> &str {
        self.refresh_token.as_deref().expect("this role is signed in")
    }

    /// When the refresh token ends, as told at sign-in.
    pub fn refresh_expires_in(&self) -> i64 {
        self.refresh_expires_in.expect("this role is signed in")
    }

    /// The same with this `Authorization` header.
    #[must_use]
    pub fn with_header(&self, authorization: &str) -> Self {
        Self { authorization: Some(authorization.into()), ..self.clone() }
    }

    /// Asks for tokens with this input and shows what came back.
    pub async fn try_sign_in(&self, input: Json) -> Answer {
        self.gql(SIGN_IN, json!({ "input": input })).await
    }

    /// Becomes somebody with this input.
    pub async fn sign_in(&self, name: &str, input: Json) -> Self {
        let answer = self.try_sign_in(input).await;
        let issued = &answer.data()["obtainKrakenToken"];
        Self {
            name: name.into(),
            authorization: issued["token"].as_str().map(Into::into),
            refresh_token: issued["refreshToken"].as_str().map(Into::into),
            refresh_expires_in: issued["refreshExpiresIn"].as_i64(),
            ..self.clone()
        }
    }

    /// Renews the token with the refresh token, without a header.
    pub async fn refresh(&self) -> Answer {
        self.app.anonymous().try_sign_in(json!({ "refreshToken": self.refresh_token() })).await
    }

    /// Asks the API site.
    pub async fn gql(&self, query: &str, variables: Json) -> Answer {
        self.ask(API, query, variables).await
    }

    /// Asks the API site something without variables.
    pub async fn ask_for(&self, query: &str) -> Answer {
        self.ask(API, query, json!({})).await
    }

    /// Asks the auth site.
    pub async fn gql_auth(&self, query: &str, variables: Json) -> Answer {
        self.ask(AUTH, query, variables).await
    }

    async fn ask(&self, path: &str, query: &str, variables: Json) -> Answer {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let mut headers = vec![("content-type", "application/json")];
        if let Some(authorization) = &self.authorization {
            headers.push(("authorization", authorization));
        }
        self.app.post_raw(path, &headers, body).await
    }
}
