//! The platform itself: its version, and objects by global id.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kemu_domain::errors::{Failure, codes};

use super::Ctx;
use super::accounts::IdArguments;
use super::engine::resolvers::Resolvers;
use crate::objects;

objects! {
    Version: "KrakenVersionType" by |_| 0;
}
objects!(
    GlobalObject: [
        "AccountFileAttachment", "EmailEventType", "InkBucket", "InkGenericMessage", "InkLiveChatMessage", "InkNote",
        "InkStoryline", "InkStorylineAnalyzerResult", "InkStorylineEntry", "InkTag", "PrintEventType",
        "PrintMessageType", "PushNotificationEventType", "SMSEventType"
    ] is |object| object.type_name,
    by |object| object.id.bytes().fold(0, |key, byte| (key << 5) ^ (key >> 59) ^ i64::from(byte))
);

/// Ours, so that nobody takes it for Kraken's.
struct Version;

/// An object that a global id names. What it is like beyond its id is plausible.
struct GlobalObject {
    type_name: &'static str,
    id: String,
}

pub(super) fn register(all: &mut Resolvers) {
    all.query("krakenVersion", |_, (): ()| async { Ok(Some(Version)) });
    all.query("node", node);
    all.object::<Version>()
        .field("number", |_| format!("kemu {}", env!("CARGO_PKG_VERSION")))
        .field("SHA", |_| None::<String>)
        .field("isPinned", |_| false);
    all.object::<GlobalObject>()
        .field("id", |object| STANDARD.encode(format!("{}:{}", object.type_name, object.id)));
}

/// Errors: 7810 for what is not base64 of `TypeName:id`. A type that has no global ids answers null (a guess).
async fn node(_: Ctx, arguments: IdArguments) -> Result<Option<GlobalObject>, Failure> {
    let text = STANDARD.decode(&arguments.id).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let text = text.ok_or(codes::GLOBAL_ID_INVALID)?;
    let (name, id) =
        text.split_once(':').filter(|(name, _)| !name.is_empty()).ok_or(codes::GLOBAL_ID_INVALID)?;
    let known = <GlobalObject as super::engine::outputs::Object>::TYPES.iter().find(|known| **known == name);
    Ok(known.map(|type_name| GlobalObject { type_name, id: id.to_string() }))
}
