//! Postal addresses. The contract has several object types for them, all with the same fields.

use std::sync::Arc;

use kemu_domain::addresses::{Address, Show};
use kemu_domain::errors::Failure;

use super::Ctx;
use super::engine::outputs::Object;
use super::engine::resolvers::Fields;
use crate::inputs;

inputs! {
    struct ShowArguments {
        show_country: Option<bool>,
        show_name: Option<bool>,
        show_postal_code: Option<bool>,
    }
}

/// The fields of an object that stands for an address.
pub(super) fn fields<T: Object>(fields: &mut Fields<'_, T>, of: fn(&T) -> &Address) {
    fields
        .field("name", move |own| of(own).name.clone())
        .field("organization", move |own| of(own).organization.clone())
        .field("streetAddress", move |own| of(own).street_address.clone())
        .field("dependentLocality", move |own| of(own).dependent_locality.clone())
        .field("locality", move |own| of(own).locality.clone())
        .field("administrativeArea", move |own| of(own).administrative_area.clone())
        .field("postalCode", move |own| of(own).postal_code.clone())
        .field("sortingCode", move |own| of(own).sorting_code.clone())
        .field("country", move |own| of(own).country.clone())
        .field("deliveryPointIdentifier", move |own| of(own).delivery_point_identifier.clone())
        .field_async("asString", move |own: Arc<T>, _: Ctx, arguments: ShowArguments| async move {
            Ok::<String, Failure>(of(&own).one_line(Show {
                country: arguments.show_country.unwrap_or(true),
                name: arguments.show_name.unwrap_or(true),
                postal_code: arguments.show_postal_code.unwrap_or(true),
            }))
        });
}
