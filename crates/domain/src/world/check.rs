//! Whether a description contradicts itself, said before anything is built and in the fixture's own words.

use std::collections::HashSet;
use std::hash::Hash;

use super::WorldError;
use crate::fixture::{Account, Device, Fixture, History};
use crate::oauth::ClientType;
use crate::users::normalised_email;

/// Finds the first contradiction.
pub(super) fn check(fixture: &Fixture) -> Result<(), WorldError> {
    let ledgers = || fixture.accounts.iter().flat_map(|account| &account.ledgers);
    unique("people's names", fixture.people.iter().map(|person| person.name.clone()))?;
    unique("people's ids", fixture.people.iter().map(|person| person.id))?;
    unique("people's e-mail addresses", fixture.people.iter().map(|person| normalised_email(&person.email)))?;
    unique("accounts' numbers", fixture.accounts.iter().map(|account| account.number.to_string()))?;
    unique("accounts' ids", fixture.accounts.iter().map(|account| account.id))?;
    unique("ledgers' numbers", ledgers().map(|ledger| ledger.number.to_string()))?;
    unique("ledgers' ids", ledgers().map(|ledger| ledger.id))?;
    let properties = fixture.accounts.iter().flat_map(|account| &account.properties);
    unique("properties' ids", properties.map(|property| property.id))?;
    let properties = fixture.accounts.iter().flat_map(|account| &account.properties);
    unique(
        "supply points' ids",
        properties.flat_map(|property| &property.supply_points).map(|point| point.id),
    )?;
    unique("agreements' ids", ledgers().flat_map(|ledger| &ledger.agreements).map(|one| one.id))?;
    unique(
        "organisations' names",
        fixture.organisations.iter().map(|organisation| organisation.name.clone()),
    )?;
    unique("organisations' ids", fixture.organisations.iter().map(|organisation| organisation.id))?;
    unique("OAuth clients' names", fixture.clients.iter().map(|client| client.name.clone()))?;
    unique("OAuth clients' ids", fixture.clients.iter().map(|client| client.id.to_string()))?;
    keys_are_unique(fixture)?;
    clients_make_sense(fixture)?;
    references_lead_somewhere(fixture)?;
    values_make_sense(fixture)
}

fn unique<T: Hash + Eq + ToString>(
    what: &'static str,
    values: impl Iterator<Item = T>,
) -> Result<(), WorldError> {
    let mut seen = HashSet::new();
    for value in values {
        let text = value.to_string();
        if !seen.insert(value) {
            return Err(WorldError::Duplicate { what, value: text });
        }
    }
    Ok(())
}

/// People and organisations share the form of their keys, and a key must lead to one of them.
fn keys_are_unique(fixture: &Fixture) -> Result<(), WorldError> {
    let mut seen = HashSet::new();
    let people = fixture.people.iter().map(|person| (&person.name, &person.api_key));
    let organisations =
        fixture.organisations.iter().map(|organisation| (&organisation.name, &organisation.secret_key));
    for (name, key) in people.chain(organisations) {
        if !seen.insert(key.digest()) {
            // The key itself stays out of messages.
            return Err(WorldError::Senseless {
                who: name.clone(),
                problem: "somebody else has the same key; each needs its own",
            });
        }
    }
    Ok(())
}

fn clients_make_sense(fixture: &Fixture) -> Result<(), WorldError> {
    for client in &fixture.clients {
        let senseless =
            |problem| WorldError::Senseless { who: format!("OAuth client {}", client.name), problem };
        if client.secret.is_some() != (client.client_type == ClientType::Confidential) {
            return Err(senseless("a confidential client, and no other, has a secret"));
        }
        let organisation = client.organisation.as_ref();
        let is_there = |name: &&String| fixture.organisations.iter().any(|one| one.name == **name);
        if let Some(name) = organisation.filter(|name| !is_there(name)) {
            let who = format!("OAuth client {}", client.name);
            return Err(WorldError::Missing { who, what: "organisation", name: name.clone() });
        }
        super::build::oauth_settings(fixture, client).check().map_err(senseless)?;
    }
    Ok(())
}

fn references_lead_somewhere(fixture: &Fixture) -> Result<(), WorldError> {
    for account in &fixture.accounts {
        if let Some(user) = account.users.iter().find(|user| fixture.person(&user.person).is_none()) {
            let who = format!("account {}", account.number);
            return Err(WorldError::Missing { who, what: "person", name: user.person.clone() });
        }
        let points: HashSet<i64> =
            account.properties.iter().flat_map(|place| &place.supply_points).map(|point| point.id).collect();
        let ledgers: HashSet<i64> = account.ledgers.iter().map(|ledger| ledger.id).collect();
        for ledger in &account.ledgers {
            let missing = |what, id: i64| {
                let who = format!("ledger {}", ledger.number);
                Err(WorldError::Missing { who, what, name: id.to_string() })
            };
            if let Some(agreement) = ledger.agreements.iter().find(|one| !points.contains(&one.supply_point))
            {
                return missing("supply point of the account", agreement.supply_point);
            }
            if let Some(other) = ledger.pays_for.filter(|other| !ledgers.contains(other)) {
                return missing("ledger of the account", other);
            }
        }
    }
    for account in &fixture.accounts {
        let has = |id| account.properties.iter().any(|property| property.id == id);
        if let Some(device) = account.devices.iter().find(|device| !has(device.property)) {
            let who = format!("a device of account {}", account.number);
            return Err(WorldError::Missing { who, what: "property", name: device.property.to_string() });
        }
    }
    let known: HashSet<_> = fixture.accounts.iter().map(|account| &account.number).collect();
    for organisation in &fixture.organisations {
        if let Some(number) = organisation.accounts.iter().find(|number| !known.contains(number)) {
            let who = format!("organisation {}", organisation.name);
            return Err(WorldError::Missing { who, what: "account", name: number.to_string() });
        }
    }
    Ok(())
}

/// Whether the battery, up to its limit, holds the largest charge of a night: 1.4 quarters of a week's.
fn holds_a_charge(account: &Account, device: &Device) -> bool {
    let home = account.properties.iter().find(|property| property.id == device.property);
    let vehicle = home.and_then(|property| property.home.vehicle);
    let week = vehicle.map_or(0, |vehicle| u64::from(vehicle.kwh_a_week));
    device.battery_kwh > 0 && week * 35 <= u64::from(device.battery_kwh) * u64::from(device.charged_to)
}

fn values_make_sense(fixture: &Fixture) -> Result<(), WorldError> {
    for account in &fixture.accounts {
        let wrong =
            |problem| Err(WorldError::Senseless { who: format!("account {}", account.number), problem });
        if account.billing.lines.len() > 5 {
            return wrong("a billing address has at most five lines");
        }
        if account.opened_months_ago > 1_200 {
            return wrong("opened_months_ago is at most 1200: a hundred years");
        }
        if account.devices.iter().any(|device| !(10..=100).contains(&device.charged_to)) {
            return wrong("a device's charged_to is a percentage from 10 to 100");
        }
        if account.devices.iter().any(|device| device.registered_days_ago > 36_500) {
            return wrong("registered_days_ago is at most 36500: a hundred years");
        }
        if account.devices.iter().any(|device| !holds_a_charge(account, device)) {
            return wrong("a device's battery is too small for what the car of its home takes in a night");
        }
    }
    for ledger in fixture.accounts.iter().flat_map(|account| &account.ledgers) {
        let wrong =
            |problem| Err(WorldError::Senseless { who: format!("ledger {}", ledger.number), problem });
        if ledger.meter_point.as_ref().is_some_and(|number| number.len() != 14) {
            return wrong("a meter point's number has 14 digits; write it in quotes");
        }
        if ledger.history.is_some() && !ledger.agreements.is_empty() {
            return wrong("a ledger has either a history or agreements, from which billing makes its past");
        }
        for agreement in &ledger.agreements {
            if !(1..=12).contains(&agreement.months_a_bill) {
                return wrong("an agreement bills every 1 to 12 months");
            }
            if agreement.to_days_ago.is_some_and(|end| end >= agreement.from_days_ago) {
                return wrong("an agreement ends after it began: to_days_ago is less than from_days_ago");
            }
        }
        if let Some(History { charge, payment, periods, .. }) = &ledger.history {
            if charge.from < 0 || charge.to < charge.from {
                return wrong("a history's charge goes from a smaller to a greater number of cents");
            }
            if payment.is_some_and(|payment| payment <= 0) {
                return wrong("a history's payment is a positive number of cents; leave it out for none");
            }
            if *periods > 100_000 {
                return wrong("a history has at most 100000 periods");
            }
        }
    }
    Ok(())
}
