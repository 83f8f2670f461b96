//! The supplier's calendars, and the classes of hours that rates and readings are told apart by.

use kemu_domain::calendars::{Calendar, CalendarType, TemporalClass};
use kemu_graphql::execution::Output;

use super::engine::outputs::{Answer, Node, Object, OutputShape, Place};
use super::engine::resolvers::Resolvers;
use crate::{enums, objects};

objects! {
    Calendar: "ProviderCalendarType" by |_| 0;
    TemporalClass: "ProviderTemporalClassType" by |class| i64::from(class.register_id);
    DistributorClass: "DistributorTemporalClassType" by |class| i64::from(class.0.register_id);
}
enums!(CalendarType);

/// A class of the distributor's calendar, of which only the code is told.
pub(super) struct DistributorClass(TemporalClass);

/// A class of either calendar.
pub(super) enum ClassOf {
    /// The supplier's.
    Provider(TemporalClass),
    /// The distributor's.
    Distributor(DistributorClass),
}

impl ClassOf {
    /// A class of such a calendar.
    pub(super) fn new(calendar: CalendarType, class: TemporalClass) -> Self {
        match calendar {
            CalendarType::Provider => Self::Provider(class),
            CalendarType::Distributor => Self::Distributor(DistributorClass(class)),
        }
    }
}

impl Answer for ClassOf {
    fn shape() -> OutputShape {
        OutputShape::Object(&["ProviderTemporalClassType", "DistributorTemporalClassType"])
    }

    fn answer(self, place: Place<'_>) -> Output<Node> {
        match self {
            Self::Provider(class) => class.into_output(place),
            Self::Distributor(class) => class.into_output(place),
        }
    }
}

pub(super) fn register(all: &mut Resolvers) {
    all.object::<TemporalClass>()
        .field("code", |class| class.code.to_string())
        .field("label", |class| class.label)
        .field("description", |class| class.description)
        .field("registerId", |class| i64::from(class.register_id));
    all.object::<DistributorClass>().field("code", |class| class.0.code.to_string());
    all.object::<Calendar>()
        .field("id", |calendar| calendar.id.clone())
        .field("name", |calendar| calendar.name.clone())
        .field("temporalClasses", |calendar| calendar.classes().to_vec());
}
