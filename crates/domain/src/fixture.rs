//! What a world is described with: the types of `fixtures/demo.yaml`.
//!
//! Unknown keys are refused, so that a misspelt one is not silently ignored. Reading the text is the
//! business of `kemu-persistence::demo`; making a world of it, of [`crate::world`]. To add something to the
//! fixture: a field here with its meaning, its use in `world/`, a line in `fixtures/README.md`.

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Deserializer, de};

use crate::accounts::{AccountStatus, AccountType};
use crate::billing::{DebitOutcome, Way};
use crate::devices::{DeviceKind, Lifecycle, Provider};
use crate::energy::HomeProfile;
use crate::ids::{AccountNumber, ClientId, LedgerNumber, PortfolioNumber};
use crate::ledgers::LedgerType;
use crate::meters::MeterPoint;
use crate::oauth::{ClientGrant, ClientSecret, ClientType, Scopes, SigningAlgorithm};
use crate::secrets::SecretKey;
use crate::supply_points::{Direction, Market};
use crate::transactions::TransactionKind;
use crate::users::Role;

/// A whole world, described.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fixture {
    /// People who sign in.
    pub people: Vec<Person>,
    /// Accounts.
    pub accounts: Vec<Account>,
    /// Third-party organisations.
    #[serde(default)]
    pub organisations: Vec<Organisation>,
    /// OAuth applications.
    #[serde(default)]
    pub clients: Vec<OAuthClient>,
}

impl Fixture {
    /// The accounts on which the person called `name` has a role, in the fixture's order.
    pub fn accounts_of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a AccountNumber> {
        let theirs = move |account: &&Account| account.users.iter().any(|user| user.person == name);
        self.accounts.iter().filter(theirs).map(|account| &account.number)
    }

    /// The person called `name`: the NAME of `kemu token --as NAME`.
    pub fn person(&self, name: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.name == name)
    }

    /// The organisation of this name.
    pub fn organisation(&self, name: &str) -> Option<&Organisation> {
        self.organisations.iter().find(|organisation| organisation.name == name)
    }
}

/// A person who signs in.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// What they are called in the banner and on the command line, such as `flat-base`.
    pub name: String,
    /// Their id.
    pub id: i64,
    /// The address they sign in with.
    pub email: String,
    /// The published password.
    pub password: String,
    /// The published API key.
    pub api_key: SecretKey,
    /// First name.
    pub given_name: String,
    /// Last name.
    pub family_name: String,
    /// What they like to be called.
    #[serde(default)]
    pub preferred_name: Option<String>,
    /// Mr, Mrs, ….
    #[serde(default)]
    pub title: Option<String>,
    /// Pronouns.
    #[serde(default)]
    pub pronouns: Option<String>,
    /// Date of birth.
    #[serde(default)]
    pub date_of_birth: Option<NaiveDate>,
    /// Mobile number.
    #[serde(default)]
    pub mobile: String,
    /// Landline.
    #[serde(default)]
    pub landline: String,
    /// Signing in with the password answers KT-CT-1146.
    #[serde(default)]
    pub password_expired: bool,
    /// Signing in with the password alone answers KT-CT-1148.
    #[serde(default)]
    pub mfa_enforced: bool,
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // A fixture may be a user's own, and its passwords theirs.
        f.debug_struct("Person").field("name", &self.name).field("id", &self.id).finish_non_exhaustive()
    }
}

/// An account.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// Its number.
    pub number: AccountNumber,
    /// Its id.
    pub id: i64,
    /// The portfolio's number.
    pub portfolio: PortfolioNumber,
    /// Who may do what on it.
    pub users: Vec<AccountUser>,
    /// Household, business, ….
    #[serde(rename = "type")]
    pub account_type: AccountType,
    /// How far along it is.
    #[serde(default = "active")]
    pub status: AccountStatus,
    /// When it was opened.
    pub opened_months_ago: u32,
    /// The number under which an earlier system knew it.
    #[serde(default)]
    pub urn: Option<String>,
    /// Where the bills go.
    pub billing: Billing,
    /// The places it supplies.
    #[serde(default)]
    pub properties: Vec<Property>,
    /// Its ledgers.
    pub ledgers: Vec<Ledger>,
    /// The bank account that may be debited.
    #[serde(default)]
    pub mandate: Option<Mandate>,
    /// Its smart devices.
    #[serde(default)]
    pub devices: Vec<Device>,
}

fn active() -> AccountStatus {
    AccountStatus::Active
}

/// A person's role on an account.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountUser {
    /// The name of one of the people.
    pub person: String,
    /// The role.
    pub role: Role,
}

/// Where the bills go.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Billing {
    /// To whom.
    pub name: String,
    /// For the attention of.
    #[serde(default)]
    pub sub_name: Option<String>,
    /// Electronically to.
    #[serde(default)]
    pub email: Option<String>,
    /// Street, complement, hamlet, town, area: at most five, later ones may be left out.
    pub lines: Vec<String>,
    /// The postcode.
    pub postcode: String,
}

/// A place.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Property {
    /// Its id.
    pub id: i64,
    /// What the customer calls it.
    #[serde(default)]
    pub label: Option<String>,
    /// Number and street.
    pub street: String,
    /// The town.
    pub town: String,
    /// The postcode.
    pub postcode: String,
    /// When they left it; left out while they live there.
    #[serde(default)]
    pub left_days_ago: Option<u32>,
    /// What its household uses.
    #[serde(default)]
    pub home: HomeProfile,
    /// Where energy comes in, or goes out.
    #[serde(default)]
    pub supply_points: Vec<SupplyPoint>,
}

/// A supply point.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SupplyPoint {
    /// Its id.
    pub id: i64,
    /// Its market.
    pub market: Market,
    /// Its PRM or PCE, in quotes.
    pub number: String,
    /// Which way the energy goes.
    #[serde(default)]
    pub direction: Direction,
    /// What the distributor knows of it; left out, `meterPoint` is null.
    #[serde(default)]
    pub meter_point: Option<MeterPoint>,
}

/// A mandate for direct debits from all of the account's ledgers, given when the account was opened.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mandate {
    /// Whose bank account it is.
    pub holder: String,
    /// Which.
    pub iban: String,
}

/// A smart device. Its ids are drawn from the seed, and what it charges follows from the home of its place.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// `electric_vehicle` or `charge_point`.
    pub kind: DeviceKind,
    /// The id of the place where it charges, one of the account's.
    pub property: i64,
    /// What the customer calls it.
    #[serde(default)]
    pub name: Option<String>,
    /// Through whom it is reached.
    pub provider: Provider,
    /// Who makes it.
    #[serde(default)]
    pub make: Option<String>,
    /// Which one it is.
    #[serde(default)]
    pub model: Option<String>,
    /// The size of the car's battery, in kWh.
    pub battery_kwh: u32,
    /// The limit that is set in the car, in percent. The preferences begin with it.
    #[serde(default = "limit")]
    pub charged_to: u8,
    /// When the car shall be ready, `HH:MM`: what the preferences begin with.
    #[serde(default = "seven", deserialize_with = "time_of_day")]
    pub ready_at: NaiveTime,
    /// How far along the onboarding is.
    #[serde(default)]
    pub lifecycle: Lifecycle,
    /// When it was registered.
    pub registered_days_ago: u32,
    /// Smart control is off, since the registration.
    #[serde(default)]
    pub suspended: bool,
    /// It cannot be reached, for so many days.
    #[serde(default)]
    pub lost_days_ago: Option<u32>,
}

fn limit() -> u8 {
    80
}

fn seven() -> NaiveTime {
    NaiveTime::from_hms_opt(7, 0, 0).unwrap_or_default()
}

fn time_of_day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveTime, D::Error> {
    let text = String::deserialize(deserializer)?;
    NaiveTime::parse_from_str(&text, "%H:%M").map_err(de::Error::custom)
}

/// A ledger.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ledger {
    /// Its number.
    pub number: LedgerNumber,
    /// Its id.
    pub id: i64,
    /// What it is for.
    #[serde(rename = "type")]
    pub ledger_type: LedgerType,
    /// The PRM or PCE that stands in brackets behind its name.
    #[serde(default)]
    pub meter_point: Option<String>,
    /// Regular charges and payments.
    #[serde(default)]
    pub history: Option<History>,
    /// Single bookings.
    #[serde(default)]
    pub events: Vec<Event>,
    /// What is charged to it. A ledger with agreements has no `history`: billing makes its past.
    #[serde(default)]
    pub agreements: Vec<Agreement>,
    /// How it is paid; left out: not at all.
    #[serde(default)]
    pub pays: Option<Pays>,
    /// The id of the ledger whose bills this ledger's credit pays.
    #[serde(default)]
    pub pays_for: Option<i64>,
}

/// An agreement.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// Its id.
    pub id: i64,
    /// The id of one of the account's supply points.
    pub supply_point: i64,
    /// The code of its product.
    pub product: String,
    /// When it began: on that day, at midnight in France.
    pub from_days_ago: u32,
    /// When it ended; left out while it goes on.
    #[serde(default)]
    pub to_days_ago: Option<u32>,
    /// How many months a bill is for.
    #[serde(default = "one")]
    pub months_a_bill: u32,
}

fn one() -> u32 {
    1
}

/// How a ledger is paid.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pays {
    /// In which way.
    pub by: Way,
    /// Cents of each instalment.
    #[serde(default)]
    pub instalment: i64,
    /// The day of the month on which instalments are taken, 1 to 28.
    #[serde(default)]
    pub day: i64,
    /// What becomes of direct debits, in turn.
    #[serde(default)]
    pub outcomes: Vec<DebitOutcome>,
    /// Since when; before, each clears.
    #[serde(default)]
    pub outcomes_from_days_ago: Option<u32>,
}

/// How often a history repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Every {
    /// Each calendar month.
    Month,
    /// Each week from Monday.
    Week,
}

/// Regular charges and payments up to the world's first day: in each period one charge and one payment.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct History {
    /// How long a period is.
    pub every: Every,
    /// How many periods there are.
    pub periods: u32,
    /// What a charge is around, in gross cents: drawn from the seed, more in winter than in summer.
    pub charge: Range,
    /// The direct debit of each period, in cents. Left out: nothing is paid.
    #[serde(default)]
    pub payment: Option<i64>,
    /// How many of the last payments failed. The first of these reached the ledger before the bank took it
    /// back, the others never did.
    #[serde(default)]
    pub failed_payments: u32,
}

/// A range of cents, both ends included.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// At least.
    pub from: i64,
    /// At most.
    pub to: i64,
}

/// A single booking.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// When.
    pub days_ago: u32,
    /// What.
    pub kind: TransactionKind,
    /// How much in gross cents, without a sign: the kind says whose it is.
    pub gross: u32,
    /// What the customer reads.
    pub title: String,
    /// What the staff reads.
    #[serde(default)]
    pub note: Option<String>,
    /// Why, as a code.
    #[serde(default)]
    pub reason_code: Option<String>,
    /// Whether it was taken over from an earlier system.
    #[serde(default)]
    pub imported: bool,
}

/// A third-party organisation.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// Its name.
    pub name: String,
    /// Its id.
    pub id: i64,
    /// The published key.
    pub secret_key: SecretKey,
    /// What it may do; `"*"` is everything.
    pub permissions: Vec<String>,
    /// Whether it sees each account.
    #[serde(default)]
    pub sees_all_accounts: bool,
    /// The accounts it sees otherwise.
    #[serde(default)]
    pub accounts: Vec<AccountNumber>,
}

/// An OAuth application.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OAuthClient {
    /// What people are shown, and what commands call it.
    pub name: String,
    /// The published id.
    pub id: ClientId,
    /// Public or confidential.
    #[serde(rename = "type")]
    pub client_type: ClientType,
    /// Its grant.
    pub grant: ClientGrant,
    /// The published secret of a confidential one.
    #[serde(default)]
    pub secret: Option<ClientSecret>,
    /// Where people may be sent back to.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Where people may be sent after they signed out.
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<String>,
    /// What it may ask for, with blanks in between.
    pub scopes: Scopes,
    /// Whether a confidential one must use PKCE too.
    #[serde(default = "yes")]
    pub requires_pkce: bool,
    /// Whether people are spared the question whether they allow it.
    #[serde(default)]
    pub skips_authorization: bool,
    /// How its id_tokens are signed.
    #[serde(default)]
    pub id_token_algorithm: SigningAlgorithm,
    /// The name of the organisation for which it acts with client credentials.
    #[serde(default)]
    pub organisation: Option<String>,
    /// How long its access tokens live; an hour if left out.
    #[serde(default)]
    pub access_token_seconds: Option<u32>,
    /// How long its refresh tokens live, from the sign-in on; 365 days if left out.
    #[serde(default)]
    pub refresh_token_seconds: Option<u32>,
}

fn yes() -> bool {
    true
}
