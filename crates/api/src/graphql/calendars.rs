//! The classes of hours that rates and readings are told apart by.

use kemu_domain::calendars::TemporalClass;

use super::engine::resolvers::Resolvers;
use crate::objects;

objects! {
    TemporalClass: "ProviderTemporalClassType" by |class| i64::from(class.register_id);
}

pub(super) fn register(all: &mut Resolvers) {
    all.object::<TemporalClass>()
        .field("code", |class| class.code.to_string())
        .field("label", |class| class.label)
        .field("description", |class| class.description)
        .field("registerId", |class| i64::from(class.register_id));
}
