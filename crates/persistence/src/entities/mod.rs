//! One file a table: its columns, and nothing else. The nouns' own files turn rows into domain values.

pub(crate) mod account_users;
pub(crate) mod accounts;
pub(crate) mod agreements;
pub(crate) mod billing_events;
pub(crate) mod billing_states;
pub(crate) mod bills;
pub(crate) mod collected_payments;
pub(crate) mod devices;
pub(crate) mod direct_debit_instructions;
pub(crate) mod ledgers;
pub(crate) mod masquerade_tokens;
pub(crate) mod meta;
pub(crate) mod organisation_accounts;
pub(crate) mod organisation_permissions;
pub(crate) mod organisations;
pub(crate) mod payment_habits;
pub(crate) mod payment_schedules;
pub(crate) mod payments;
pub(crate) mod pre_signed_tokens;
pub(crate) mod properties;
pub(crate) mod recorded_days;
pub(crate) mod refresh_tokens;
pub(crate) mod repayments;
pub(crate) mod supply_points;
pub(crate) mod transactions;
pub(crate) mod users;
