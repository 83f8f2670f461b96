//! GraphQL: the sites ([`site`]), what a request brings and what it is answered ([`request`]), what can be said of an
//! operation without executing it ([`analysis`]), and the resolvers in a file a noun.

pub mod analysis;
pub mod coverage;
pub mod engine;
pub mod request;
pub mod site;

mod accounts;
mod addresses;
mod agreements;
mod authentication;
mod balance_transfers;
mod bill_transactions;
mod billing_documents;
mod bills;
mod calendars;
mod credit_storage;
mod devices;
mod direct_debits;
mod dispatches;
mod facts;
mod krakenflex_devices;
mod ledgers;
mod measurements;
mod meters;
mod organisations;
mod payment_instructions;
mod payment_schedules;
mod payments;
mod platform;
mod product_rates;
mod product_switches;
mod products;
mod properties;
mod quotes;
mod readings;
mod repayments;
mod supply_points;
mod transactions;
mod users;

use self::engine::resolvers::Resolvers;
pub use self::request::{Ctx, Described, GraphQLRequest, GraphQLResponse, RequestContext, Summary};
pub use self::site::Site;

/// All resolvers. A noun's file is named here once.
pub fn resolvers() -> Resolvers {
    let mut all = Resolvers::default();
    accounts::register(&mut all);
    agreements::register(&mut all);
    authentication::register(&mut all);
    balance_transfers::register(&mut all);
    bill_transactions::register(&mut all);
    billing_documents::register(&mut all);
    bills::register(&mut all);
    calendars::register(&mut all);
    credit_storage::register(&mut all);
    devices::register(&mut all);
    direct_debits::register(&mut all);
    dispatches::register(&mut all);
    facts::register(&mut all);
    krakenflex_devices::register(&mut all);
    ledgers::register(&mut all);
    measurements::register(&mut all);
    meters::register(&mut all);
    organisations::register(&mut all);
    payment_instructions::register(&mut all);
    payment_schedules::register(&mut all);
    payments::register(&mut all);
    platform::register(&mut all);
    product_rates::register(&mut all);
    product_switches::register(&mut all);
    products::register(&mut all);
    properties::register(&mut all);
    quotes::register(&mut all);
    readings::register(&mut all);
    repayments::register(&mut all);
    supply_points::register(&mut all);
    transactions::register(&mut all);
    users::register(&mut all);
    all
}
