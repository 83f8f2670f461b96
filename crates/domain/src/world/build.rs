//! From the description to the things.

use chrono::{DateTime, NaiveTime, Utc};

use super::history::{self, PaymentDraft};
use super::household::{self, Household};
use super::{BilledAccount, NewUser, World, WorldError, check, devices};
use crate::accounts::{Account, Billing};
use crate::addresses::Address;
use crate::billing::{BillingState, Engine, Posting};
use crate::bookkeeping::{BookingError, Books, LedgerBook};
use crate::dates;
use crate::fixture::{self, Fixture};
use crate::ids::{AccountId, LedgerId, OrganisationId, PaymentId, PropertyId, UserId};
use crate::ledgers::Ledger;
use crate::money::Minor;
use crate::oauth::{Client, ClientSecret, ClientSettings, SigningAlgorithm};
use crate::organisations::Organisation;
use crate::payments::Payment;
use crate::properties::Property;
use crate::seed::Seed;
use crate::tariffs::Tariffs;
use crate::transactions::Draft;
use crate::users::{AccountUser, User, normalised_email};

/// The only brand the French contract knows.
const BRAND: &str = "OCTOPUS_ENERGY";
/// The only country of this world.
const COUNTRY: &str = "FR";
/// A million payments fit into an account before its ids would run into the next account's.
const PAYMENTS_AN_ACCOUNT: i64 = 1_000_000;

impl World {
    /// Makes the world that begins at `now`.
    pub fn build(
        fixture: &Fixture,
        tariffs: &Tariffs,
        seed: Seed,
        now: DateTime<Utc>,
    ) -> Result<Self, WorldError> {
        check::check(fixture)?;
        let mut world = Self::default();
        for person in &fixture.people {
            world.people.push(new_user(fixture, person, now));
        }
        for described in &fixture.accounts {
            world.add_account(fixture, described, tariffs, (seed, now))?;
        }
        for described in &fixture.organisations {
            let id = OrganisationId(described.id);
            world.organisations.push(organisation(described));
            let granted = |account: &&fixture::Account| described.accounts.contains(&account.number);
            world
                .grants
                .extend(fixture.accounts.iter().filter(granted).map(|account| (id, AccountId(account.id))));
        }
        world.clients.extend(fixture.clients.iter().map(|described| oauth_client(fixture, described)));
        Ok(world)
    }

    /// Adds applications to a description, and makes what was added of them.
    pub fn more_clients(
        fixture: &mut Fixture,
        more: Vec<fixture::OAuthClient>,
    ) -> Result<Vec<Client>, WorldError> {
        let own = fixture.clients.len();
        fixture.clients.extend(more);
        check::check(fixture)?;
        Ok(fixture.clients[own..].iter().map(|described| oauth_client(fixture, described)).collect())
    }

    fn add_account(
        &mut self,
        fixture: &Fixture,
        described: &fixture::Account,
        tariffs: &Tariffs,
        (seed, now): (Seed, DateTime<Utc>),
    ) -> Result<(), WorldError> {
        let id = AccountId(described.id);
        let account = account(described, now);
        for user in &described.users {
            let person = fixture.person(&user.person).expect("`check` found each named person");
            self.account_users.push(AccountUser {
                account_id: id,
                user_id: UserId(person.id),
                role: user.role,
            });
        }
        self.properties.extend(described.properties.iter().map(|place| property(place, &account, now)));
        self.devices.extend(devices::of_account(described, seed, now));
        let household = Household::of(described, &account, now)?;
        // Billing changes their amounts.
        self.schedules.extend(household.schedules.iter().cloned());
        self.book_all(&account, &household, (&described.ledgers, tariffs), (seed, now))?;
        self.installations.extend(household.installations);
        self.agreements.extend(household.agreements);
        self.mandates.extend(household.mandate);
        self.habits.extend(household.habits.into_iter().map(|(ledger, habits)| (id, ledger, habits)));
        self.accounts.push(account);
        Ok(())
    }

    /// Makes the past of each ledger and bills the agreements, all of it in the order of time.
    fn book_all(
        &mut self,
        account: &Account,
        household: &Household,
        (ledgers, tariffs): (&[fixture::Ledger], &Tariffs),
        (seed, now): (Seed, DateTime<Utc>),
    ) -> Result<(), WorldError> {
        let named = || account.number.to_string();
        let mut made: Vec<Ledger> = ledgers.iter().map(|described| ledger(described, account.id)).collect();
        let mut drafts: Vec<(LedgerId, Draft)> = Vec::new();
        let mut payments: Vec<(LedgerId, PaymentDraft)> = Vec::new();
        for described in ledgers {
            let (past, id) = (history::past(described, now, seed), LedgerId(described.id));
            drafts.extend(past.drafts.into_iter().map(|draft| (id, draft)));
            payments.extend(past.payments.into_iter().map(|payment| (id, payment)));
        }
        drafts.sort_by_key(|(_, draft)| (draft.posted_date, draft.created_at));
        payments.sort_by_key(|(_, payment)| payment.payment_date);

        let plan = household
            .plan(account.id, &made, tariffs, seed)
            .map_err(|error| WorldError::Plan { account: named(), error })?;
        let meters = household.meters(tariffs, seed);
        let engine = Engine { plan: &plan, tariffs, meters: &meters };
        let mut state = BillingState::default();
        let books = made.drain(..).map(|ledger| LedgerBook { ledger, count: 0 });
        let mut posting = Posting::new(account.clone(), Books::default(), books);
        for (position, (ledger_id, draft)) in (0..).zip(payments) {
            posting.pay(payment(account.id, ledger_id, position, draft));
        }
        let bill_until = |posting: &mut Posting, state: &mut BillingState, until| {
            while let Some(event) = engine.next_event(state, until) {
                posting.enter(&event)?;
            }
            Ok::<(), BookingError>(())
        };
        let enter_all = || {
            for (ledger, draft) in drafts {
                bill_until(&mut posting, &mut state, draft.created_at)?;
                state.note(draft.created_at);
                posting.book(ledger, draft)?;
                state.set_balance(ledger, posting.balance(ledger));
            }
            bill_until(&mut posting, &mut state, now)
        };
        enter_all().map_err(|error| WorldError::Booking { account: named(), error })?;
        let (posted, books) = posting.close();
        self.ledgers.extend(books.into_iter().map(|book| book.ledger));
        self.transactions.extend(posted.booked);
        self.payments.extend(posted.payments);
        self.bills.extend(posted.bills);
        for (schedule, amount) in posted.amounts {
            self.schedules.iter_mut().filter(|one| one.id == schedule).for_each(|one| one.amount = amount);
        }
        let (next_due, events) = (engine.next_due(&state), posted.events);
        self.billing.push(BilledAccount { account_id: account.id, state, next_due, events });
        Ok(())
    }
}

fn new_user(fixture: &Fixture, person: &fixture::Person, now: DateTime<Utc>) -> NewUser {
    // A person is as old as the oldest account on which they have a role.
    let months =
        fixture.accounts.iter().filter(|account| account.users.iter().any(|user| user.person == person.name));
    let months = months.map(|account| account.opened_months_ago).max().unwrap_or(0);
    let user = User {
        id: UserId(person.id),
        email: normalised_email(&person.email),
        given_name: person.given_name.clone(),
        family_name: person.family_name.clone(),
        preferred_name: person.preferred_name.clone(),
        title: person.title.clone(),
        pronouns: person.pronouns.clone(),
        date_of_birth: person.date_of_birth,
        mobile: person.mobile.clone(),
        landline: person.landline.clone(),
        is_active: true,
        is_deceased: false,
        created_at: months_ago(months, now),
        api_key: Some(person.api_key.clone()),
        password_hash: None,
        password_expired: person.password_expired,
        mfa_enforced: person.mfa_enforced,
        tokens_valid_from: None,
    };
    NewUser { user, password: person.password.clone() }
}

fn account(described: &fixture::Account, now: DateTime<Utc>) -> Account {
    let mut lines: [String; 5] = Default::default();
    for (line, given) in lines.iter_mut().zip(&described.billing.lines) {
        line.clone_from(given);
    }
    Account {
        id: AccountId(described.id),
        number: described.number.clone(),
        account_type: described.account_type,
        status: described.status,
        brand: BRAND.to_owned(),
        portfolio_number: described.portfolio.clone(),
        urn: described.urn.clone(),
        billing: Billing {
            name: Some(described.billing.name.clone()),
            sub_name: described.billing.sub_name.clone(),
            email: described.billing.email.clone(),
            lines,
            postcode: Some(described.billing.postcode.clone()),
            country_code: Some(COUNTRY.to_owned()),
            delivery_point_identifier: None,
        },
        created_at: months_ago(described.opened_months_ago, now),
    }
}

fn property(described: &fixture::Property, account: &Account, now: DateTime<Utc>) -> Property {
    Property {
        id: PropertyId(described.id),
        account_id: account.id,
        label: described.label.clone(),
        address: Address {
            street_address: Some(described.street.clone()),
            locality: Some(described.town.clone()),
            postal_code: Some(described.postcode.clone()),
            country: Some(COUNTRY.to_owned()),
            ..Address::default()
        },
        occupied_from: account.created_at,
        occupied_to: described.left_days_ago.map(|days| household::midnight(days, now)),
    }
}

fn ledger(described: &fixture::Ledger, account_id: AccountId) -> Ledger {
    Ledger {
        id: LedgerId(described.id),
        number: described.number.clone(),
        account_id,
        ledger_type: described.ledger_type,
        name: described.ledger_type.display_name(described.meter_point.as_deref()),
        balance: Minor::ZERO,
        accepts_payments: described.ledger_type.accepts_payments(),
        affects_account_balance: described.ledger_type.affects_account_balance(),
    }
}

fn payment(account_id: AccountId, ledger_id: LedgerId, position: i64, draft: PaymentDraft) -> Payment {
    Payment {
        id: PaymentId(account_id.get() * PAYMENTS_AN_ACCOUNT + position),
        account_id,
        ledger_id,
        amount: draft.amount,
        payment_date: draft.payment_date,
        reference: draft.reference,
        status: draft.status,
        reason: Some(PaymentDraft::REASON),
        surcharge: Minor::ZERO,
        method: draft.method,
    }
}

fn organisation(described: &fixture::Organisation) -> Organisation {
    Organisation {
        id: OrganisationId(described.id),
        name: described.name.clone(),
        secret_key: described.secret_key.clone(),
        permissions: described.permissions.iter().cloned().collect(),
        sees_all_accounts: described.sees_all_accounts,
    }
}

fn oauth_client(fixture: &Fixture, described: &fixture::OAuthClient) -> Client {
    let secret = described.secret.as_ref();
    let is_hs256 = described.id_token_algorithm == SigningAlgorithm::HS256;
    Client {
        id: described.id.clone(),
        name: described.name.clone(),
        secret_digest: secret.map(ClientSecret::digest),
        signing_secret: secret.filter(|_| is_hs256).cloned(),
        settings: oauth_settings(fixture, described),
    }
}

/// What an application is registered as. An organisation that is not there is left out; `check` refuses it.
pub(super) fn oauth_settings(fixture: &Fixture, described: &fixture::OAuthClient) -> ClientSettings {
    let named = |name: &String| fixture.organisations.iter().find(|organisation| organisation.name == *name);
    let usual = ClientSettings::new(described.client_type, described.grant);
    ClientSettings {
        redirect_uris: described.redirect_uris.clone(),
        post_logout_redirect_uris: described.post_logout_redirect_uris.clone(),
        scopes: described.scopes.clone(),
        requires_pkce: described.requires_pkce,
        skips_authorization: described.skips_authorization,
        id_token_algorithm: described.id_token_algorithm,
        organisation: described.organisation.as_ref().and_then(named).map(|organisation| organisation.id),
        access_token_seconds: described.access_token_seconds.unwrap_or(usual.access_token_seconds),
        refresh_token_seconds: described.refresh_token_seconds.unwrap_or(usual.refresh_token_seconds),
        ..usual
    }
}

/// Nine in the morning in France, on the first of the month that many months ago.
fn months_ago(months: u32, now: DateTime<Utc>) -> DateTime<Utc> {
    let nine = NaiveTime::from_hms_opt(9, 0, 0).expect("nine o'clock is a time of day");
    let date = dates::months_before(dates::month_start(dates::paris_date(now)), months);
    dates::paris_instant(date, nine).min(now)
}
