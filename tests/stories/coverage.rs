//! What is modelled.

use kemu_api::cli::schema::french_clients;
use kemu_api::graphql::Site;

#[test]
fn every_field_that_french_clients_select_is_modelled() {
    let selected = french_clients(&Site::api());
    assert_eq!(selected.plausible, Vec::<&str>::new());
    assert_eq!(
        selected.unknown,
        [
            // Names that one client asks for and no schema has.
            "ElectricityMeterPoint.providerCalendarId",
            "ElectricityMeterPoint.providerCalendarName",
            // The live service was seen to refuse it (kraken-facts 1.5).
            "SupplyConsumptionRateType.temporalClass",
        ]
    );
    assert!(selected.modelled.len() > 200);
}
