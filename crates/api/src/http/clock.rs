//! `/_emulator/clock`: what time it is in the world, and moving it. Time goes forward only, since what went by has left
//! tokens, bookings and bills.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use kemu_domain::clock::{Mode, Move, Reading, Refused};
use kemu_domain::dates;
use serde_json::{Map, Value as Json, json};

use super::{App, body};
use crate::app;
use crate::switches::instant;

/// What may be asked for: the action, what it needs besides, and how it looks.
const ACTIONS: [(&str, Option<&str>, &str); 4] = [
    ("advance", Some("by"), r#"{"action":"advance","by":"3h"}"#),
    ("set", Some("to"), r#"{"action":"set","to":"2026-04-15T12:00:00Z"}"#),
    ("freeze", None, r#"{"action":"freeze"}"#),
    ("resume", None, r#"{"action":"resume"}"#),
];

/// What the clock shows.
pub(super) async fn read(State(app): State<Arc<App>>) -> Response {
    super::json(StatusCode::OK, Json::from(shown(&app.sandbox.clock.reading())).to_string().into_bytes())
}

/// Moves the clock, stops it or lets it run on. Tells what it shows now, as `before`
/// what it showed, and for how many accounts something was billed on the way.
pub(super) async fn change(State(app): State<Arc<App>>, request: Request) -> Response {
    let bad = |error: String| {
        super::json(StatusCode::BAD_REQUEST, json!({ "error": error }).to_string().into_bytes())
    };
    let body = match body::read(request.into_body(), body::LARGEST_BODY).await {
        Ok(body) => body,
        Err(unread) => return bad(unread.to_string()),
    };
    let wanted = match wanted(&body) {
        Ok(wanted) => wanted,
        Err(error) => return bad(error),
    };
    let (before, after) = match app.sandbox.move_clock(wanted).await {
        Ok(Ok(moved)) => moved,
        Ok(Err(refused)) => return bad(told(refused)),
        Err(cause) => {
            tracing::error!(%cause, "The clock could not be kept.");
            let body =
                json!({ "error": "the store did not keep the time, so the clock stays; the log says why" });
            return super::json(StatusCode::INTERNAL_SERVER_ERROR, body.to_string().into_bytes());
        }
    };
    tracing::info!(from = %before.now, to = %after.now, mode = mode(&after), "The clock was moved.");
    // Whoever asks next would bill as well; here it is waited for, so that the answer tells what came of it.
    let billed = match app::billing::catch_up(&app.sandbox, after.now).await {
        Ok(billed) => billed,
        Err(failure) => {
            tracing::error!(?failure, "Billing could not catch up with the clock.");
            let error =
                "the clock has moved, but billing failed; the log says why, and the next request tries again";
            let body = json!({ "error": error }).to_string().into_bytes();
            return super::json(StatusCode::INTERNAL_SERVER_ERROR, body);
        }
    };
    let mut body = shown(&after);
    body.insert("before".into(), shown(&before).into());
    body.insert("accountsBilled".into(), billed.into());
    super::json(StatusCode::OK, Json::from(body).to_string().into_bytes())
}

fn shown(reading: &Reading) -> Map<String, Json> {
    Map::from_iter([
        ("now".into(), dates::rfc3339(reading.now).into()),
        ("mode".into(), mode(reading).into()),
        ("offsetSeconds".into(), reading.offset_seconds().into()),
        ("today".into(), reading.today().to_string().into()),
    ])
}

fn mode(reading: &Reading) -> &'static str {
    match reading.mode {
        Mode::Real => "real",
        Mode::Offset(_) => "offset",
        Mode::Frozen(_) => "frozen",
    }
}

/// Reads what a body asks for, or says what would be right.
fn wanted(body: &[u8]) -> Result<Move, String> {
    let members: Map<String, Json> = serde_json::from_slice(body)
        .map_err(|_| format!("the body is no JSON object; right would be {}", ACTIONS[0].2))?;
    let given = members.get("action").and_then(Json::as_str);
    let Some((action, parameter, example)) = ACTIONS.into_iter().find(|(name, ..)| given == Some(*name))
    else {
        let what = members.get("action").map_or_else(
            || "there is no action".into(),
            |action| format!("action: {action} is none of its values"),
        );
        let [names @ .., last] = ACTIONS.map(|(name, ..)| name);
        return Err(format!("{what}; right would be {} or {last}", names.join(", ")));
    };
    if let Some(other) = members.keys().find(|key| *key != "action" && Some(key.as_str()) != parameter) {
        return Err(format!("{other}: {action} knows nothing of it; right would be {example}"));
    }
    let value = parameter.map_or(Ok(""), |parameter| {
        let value = members.get(parameter).and_then(Json::as_str);
        value.ok_or_else(|| format!("{action} needs {parameter} as text; right would be {example}"))
    })?;
    match action {
        "advance" => value.parse().map(Move::Advance).map_err(|error| format!("by: {error}")),
        "set" => instant(value)
            .map(Move::Set)
            .ok_or_else(|| format!("to: '{value}' is no time; right would be 2026-04-15T12:00:00Z")),
        "freeze" => Ok(Move::Freeze),
        _ => Ok(Move::Resume),
    }
}

/// A refusal, with the way that leads there all the same.
fn told(refused: Refused) -> String {
    match refused {
        Refused::Back { .. } => {
            format!("{refused}; an earlier time takes a fresh kemu, started with --clock")
        }
        Refused::TooFar => refused.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_example_is_what_it_says() {
        let read = |at: usize| wanted(ACTIONS[at].2.as_bytes()).unwrap();
        assert_eq!(read(0), Move::Advance("3h".parse().unwrap()));
        assert_eq!(read(1), Move::Set("2026-04-15T12:00:00Z".parse().unwrap()));
        assert_eq!((read(2), read(3)), (Move::Freeze, Move::Resume));
    }

    #[test]
    fn what_is_wrong_is_told_with_what_would_be_right() {
        for (body, told) in [
            ("", r#"the body is no JSON object; right would be {"action":"advance","by":"3h"}"#),
            ("[1]", r#"the body is no JSON object; right would be {"action":"advance","by":"3h"}"#),
            ("{}", "there is no action; right would be advance, set, freeze or resume"),
            (
                r#"{"action":"stop"}"#,
                r#"action: "stop" is none of its values; right would be advance, set, freeze or resume"#,
            ),
            (
                r#"{"action":"advance"}"#,
                r#"advance needs by as text; right would be {"action":"advance","by":"3h"}"#,
            ),
            (
                r#"{"action":"advance","by":3}"#,
                r#"advance needs by as text; right would be {"action":"advance","by":"3h"}"#,
            ),
            (
                r#"{"action":"freeze","to":"x"}"#,
                r#"to: freeze knows nothing of it; right would be {"action":"freeze"}"#,
            ),
            (
                r#"{"action":"advance","by":"soon"}"#,
                "by: 'soon' is no duration; right would be 90s, 15m, 1h, 7d, 2w, 3mo, 1y, or P3M or PT1H",
            ),
            (
                r#"{"action":"advance","by":"-1h"}"#,
                "by: '-1h' goes back, and a world only goes forward: the time that went by has left bills",
            ),
            (r#"{"action":"set","to":"soon"}"#, "to: 'soon' is no time; right would be 2026-04-15T12:00:00Z"),
        ] {
            assert_eq!(wanted(body.as_bytes()).unwrap_err(), told, "{body}");
        }
    }
}
