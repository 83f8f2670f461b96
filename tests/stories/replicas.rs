//! Two kemus on one PostgreSQL, as processes. Whatever one of them does holds at the other.

use std::net::TcpListener;

use futures_util::stream::{self, StreamExt as _};
use kemu_persistence::limits::{self, Step};
use kemu_persistence::store::Store;
use kemu_tests::process::Serving;
use kemu_tests::{Stores, oauth, on_stores};
use serde_json::{Value as Json, json};

/// The API keys of two demo customers.
const KEY: &str = "sk_live_demoFlatBase000000000001";
const OTHER_KEY: &str = "sk_live_demoTempo000000000000010";
/// The published id of demo-device.
const DEVICE: &str = "91d77172adefafba6746acb8c5c5a7cfc50ed0910cc69ad822018e1e072195f2";

/// Two replicas, reached under one name as behind a load balancer.
struct Replicas {
    both: [Serving; 2],
    client: reqwest::Client,
}

impl Replicas {
    async fn start(stores: &Stores, more: &[&str]) -> Self {
        let store = stores.fresh().await;
        let start = |address: &str| {
            let mut arguments =
                vec!["--listen", address, "--quiet", "--log", "warn", "--database-url", &store];
            arguments.extend(["--public-url", "http://kemu.test", "--clock", "2026-01-15T12:00:00Z"]);
            arguments.extend(more);
            // What it prints is the name that both share; here each is to be reached by itself.
            let mut serving = Serving::start_if_free(&arguments)?;
            serving.url = format!("http://{address}");
            Some(serving)
        };
        let one = || {
            let mut tries = (0..10).map(|_| free_address());
            tries.find_map(|address| start(&address)).expect("of ten free ports others do not take all")
        };
        Self { both: [one(), one()], client: reqwest::Client::new() }
    }

    /// The address of one of them: requests take turns.
    fn url(&self, turn: usize) -> &str {
        &self.both[turn % 2].url
    }

    async fn gql(&self, turn: usize, token: Option<&str>, query: &str) -> Json {
        self.both[turn % 2].gql(token, query).await
    }

    async fn token(&self, turn: usize) -> String {
        self.token_of(turn, KEY).await
    }

    async fn token_of(&self, turn: usize, key: &str) -> String {
        let query = format!("mutation {{ obtainKrakenToken(input: {{ APIKey: \"{key}\" }}) {{ token }} }}");
        let answer = self.gql(turn, None, &query).await;
        answer["data"]["obtainKrakenToken"]["token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    async fn emulator(&self, turn: usize, path: &str, body: &Json) -> Json {
        let asked = self.client.post(format!("{}/_emulator/{path}", self.url(turn))).json(body).send().await;
        asked.expect("kemu answers").json().await.expect("JSON")
    }

    /// Status and body of a POST of a form.
    async fn form(&self, turn: usize, path: &str, form: &[(&str, &str)]) -> (u16, Json) {
        let request = self.client.post(format!("{}{path}", self.url(turn)));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let asked = request.body(oauth::form(form)).send().await;
        let answer = asked.expect("kemu answers");
        (answer.status().as_u16(), answer.json().await.expect("JSON"))
    }

    /// A refresh token: started at one, allowed at the other, fetched at the first.
    async fn refresh_token(&self) -> String {
        let (_, started) = self.form(0, "/device-authorization/", &[("client_id", DEVICE)]).await;
        let text = |name: &str| started[name].as_str().unwrap_or_else(|| panic!("{started}")).to_owned();
        let allowed = json!({ "userCode": text("user_code"), "as": "flat-base" });
        self.emulator(1, "oauth/device/approve", &allowed).await;
        let form = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            ("client_id", DEVICE),
            ("device_code", &text("device_code")),
        ];
        let (status, tokens) = self.form(0, "/token/", &form).await;
        assert_eq!(status, 200, "{tokens}");
        tokens["refresh_token"].as_str().expect("a refresh token").to_owned()
    }
}

/// An address that is free now, and may not be a moment later.
fn free_address() -> String {
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
    free.local_addr().expect("it has an address").to_string()
}

/// A story of two replicas. They need a store that they can share, so there is no such story on SQLite.
macro_rules! story_of_replicas {
    ($name:ident, $more:expr, $tell:expr) => {
        mod $name {
            use super::*;

            #[test]
            fn postgres() {
                let tell = $tell;
                on_stores(kemu_tests::StoreKind::Postgres, |stores| async move {
                    tell(Replicas::start(&stores, $more).await).await;
                });
            }
        }
    };
}

mod people;

story_of_replicas!(
    a_token_of_one_works_at_the_other_and_so_does_its_end,
    &[],
    |replicas: Replicas| async move {
        let token = replicas.token(0).await;
        let viewer = async |turn| replicas.gql(turn, Some(&token), "{ viewer { id } }").await;
        assert_eq!(viewer(1).await, viewer(0).await);
        replicas
            .gql(0, Some(&token), "mutation { forceReauthentication(input: { includeThirdParties: true }) { tokensInvalidated } }")
            .await;
        let refused = viewer(1).await;
        assert_eq!(refused["errors"][0]["extensions"]["errorCode"], "KT-CT-1162", "{refused}");
    }
);

story_of_replicas!(
    a_limit_reached_at_one_holds_at_the_other,
    &["--rate-limit", "Query.account=7/h"],
    |replicas: Replicas| async move {
        let token = replicas.token(0).await;
        let account = "{ account(accountNumber: \"A-F1A7BA5E\") { number } }";
        let asked = stream::iter(0..100).map(|turn| replicas.gql(turn, Some(&token), account));
        let answers: Vec<Json> = asked.buffer_unordered(20).collect().await;
        let passed = answers.iter().filter(|answer| answer["errors"].is_null()).count();
        assert_eq!(passed, 7);
        let info = "{ rateLimitInfo { pointsAllowanceRateLimit { usedPoints } } }";
        let used = async |turn| {
            let answer = replicas.gql(turn, Some(&token), info).await;
            answer["data"]["rateLimitInfo"]["pointsAllowanceRateLimit"]["usedPoints"]
                .as_i64()
                .expect("points")
        };
        let (here, there) = (used(0).await, used(1).await);
        assert!(here >= 100 && there > here, "both count the same points: {here}, then {there}");
    }
);

story_of_replicas!(
    of_2000_uses_of_20_refresh_tokens_at_both_20_win,
    &["--rate-limits", "off"],
    |replicas: Replicas| async move {
        let mut winners = Vec::new();
        for _ in 0..20 {
            let token = replicas.refresh_token().await;
            let form = [("grant_type", "refresh_token"), ("client_id", DEVICE), ("refresh_token", &*token)];
            let uses = stream::iter(0..100).map(|turn| replicas.form(turn, "/token/", &form));
            let answers: Vec<(u16, Json)> = uses.buffer_unordered(20).collect().await;
            let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|(status, _)| *status == 200);
            assert_eq!((won.len(), lost.len()), (1, 99));
            assert!(lost.iter().all(|(status, body)| *status == 400 && body["error"] == "invalid_grant"));
            winners.push(won[0].1["refresh_token"].as_str().expect("a new one").to_owned());
        }
        winners.sort_unstable();
        winners.dedup();
        assert_eq!(winners.len(), 20, "the replicas draw different secrets");
    }
);

story_of_replicas!(the_clock_and_what_it_brings_are_shared, &[], |replicas: Replicas| async move {
    let bills = "{ account(accountNumber: \"A-F1A7BA5E\") { bills(first: 50) { edges { node { id } } } } }";
    let before = replicas.gql(0, Some(&replicas.token(0).await), bills).await;
    replicas.emulator(1, "clock", &json!({ "action": "freeze" })).await;
    let later = replicas.emulator(0, "clock", &json!({ "action": "advance", "by": "3mo" })).await;
    let there = replicas.client.get(format!("{}/_emulator/clock", replicas.url(1))).send().await;
    let there: Json = there.expect("kemu answers").json().await.expect("JSON");
    assert_eq!(there["now"], later["now"]);
    let token = replicas.token(1).await;
    let (here, there) =
        (replicas.gql(0, Some(&token), bills).await, replicas.gql(1, Some(&token), bills).await);
    let count = |answer: &Json| answer["data"]["account"]["bills"]["edges"].as_array().map_or(0, Vec::len);
    assert_eq!(here, there);
    assert!(count(&here) > count(&before), "{before} {here}");
    // Both at once: each is told a different time, none is lost.
    let advance = json!({ "action": "advance", "by": "1h" });
    let moves = stream::iter(0..20).map(|turn| replicas.emulator(turn, "clock", &advance));
    let mut shown: Vec<String> =
        moves.buffer_unordered(20).map(|answer| answer["now"].to_string()).collect().await;
    shown.sort_unstable();
    shown.dedup();
    assert_eq!(shown.len(), 20);
});

story_of_replicas!(
    what_two_customers_write_at_both_at_once_gets_ids_of_its_own,
    &[],
    |replicas: Replicas| async move {
        let own = "{ viewer { accounts { number ... on AccountType { ledgers { number } } } } }";
        let mut payers = Vec::new();
        for key in [KEY, OTHER_KEY] {
            let token = replicas.token_of(0, key).await;
            let answer = replicas.gql(0, Some(&token), own).await;
            let account = &answer["data"]["viewer"]["accounts"][0];
            let number =
                |value: &Json| value["number"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned();
            payers.push((token, number(account), number(&account["ledgers"][0])));
        }
        let pay = async |turn: usize| {
            let (token, account, ledger) = &payers[turn % 2];
            let input = format!(
                "{{ accountNumber: \"{account}\", ledgerNumber: \"{ledger}\", amount: 2500, description: \"Acompte\", \
             idempotencyKey: \"{turn}\", paymentDate: \"2026-01-20\" }}"
            );
            let collect =
                format!("mutation {{ collectPayment(input: {input}) {{ payment {{ reference }} }} }}");
            // Half of the requests of each customer go to each replica.
            let answer = replicas.gql(turn / 2, Some(token), &collect).await;
            answer["data"]["collectPayment"]["payment"]["reference"]
                .as_str()
                .map(ToOwned::to_owned)
                .ok_or(answer)
        };
        let made: Vec<Result<String, Json>> =
            stream::iter(0..60).map(pay).buffer_unordered(20).collect().await;
        let mut references: Vec<String> = made.into_iter().map(|made| made.expect("a payment")).collect();
        references.sort_unstable();
        references.dedup();
        assert_eq!(references.len(), 60);
    }
);

/// The same store may be opened with another `--rate-limit`, which a dynamic limit takes its steps from.
mod a_limit_that_has_fewer_steps_than_before_goes_on_at_its_strictest {
    use super::*;

    #[test]
    fn postgres() {
        on_stores(kemu_tests::StoreKind::Postgres, |stores| async move {
            let url = stores.fresh().await.parse().expect("a database URL");
            let store = Store::open(&url).await.expect("a store");
            let step = |whole| Step { whole, call: whole };
            let take = async |steps: &[Step], now| {
                limits::take(store.connection(), ("somebody", "Query.it"), steps, 1, now)
                    .await
                    .expect("counted")
            };
            let three = [step(10), step(100), step(1_000)];
            assert!(take(&three, 1).await);
            assert!(!take(&three, 2).await && !take(&three, 3).await, "two breaches");
            assert!(!take(&three[..1], 4).await, "nothing is left of the strictest step");
            assert!(take(&three[..1], 2_000).await);
        });
    }
}
