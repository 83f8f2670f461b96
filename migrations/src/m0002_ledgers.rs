//! Ledgers, what is booked on them, and payments.

/// A transaction stands in up to three books (`kemu_domain::bookkeeping`), in each at a dense position from
/// 0. The unique index of a book makes the index cursor a keyset: page 10,000 costs what page 1 costs. The
/// two indexes by date find where a range of dates begins.
pub(crate) const UP: &str = "
CREATE TABLE ledgers (
    id ID_KEY NOT NULL,
    number TEXT NOT NULL UNIQUE,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    ledger_type TEXT NOT NULL,
    name TEXT NOT NULL,
    balance BIGINT NOT NULL,
    accepts_payments BOOLEAN NOT NULL,
    affects_account_balance BOOLEAN NOT NULL
);
CREATE INDEX ledgers_of_account ON ledgers (account_id);

CREATE TABLE transactions (
    id ID_KEY NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    -- Kept beside the id: an account's number never changes, and each answer states it.
    account_number TEXT NOT NULL,
    ledger_id BIGINT NOT NULL REFERENCES ledgers (id),
    ledger_position BIGINT NOT NULL,
    -- Empty where the ledger does not affect the account's balance.
    account_position BIGINT,
    complete_position BIGINT NOT NULL,
    kind TEXT NOT NULL,
    net BIGINT NOT NULL,
    tax BIGINT NOT NULL,
    gross BIGINT NOT NULL,
    balance_carried_forward BIGINT NOT NULL,
    posted_date BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    title TEXT NOT NULL,
    note TEXT,
    reason_code TEXT,
    is_reversed BOOLEAN NOT NULL,
    is_held BOOLEAN NOT NULL,
    is_issued BOOLEAN NOT NULL,
    has_statement BOOLEAN NOT NULL,
    is_imported BOOLEAN NOT NULL,
    billing_document BIGINT,
    -- Of charges alone.
    charge_subject TEXT,
    consumption_start BIGINT,
    consumption_end BIGINT,
    consumption_wh BIGINT,
    usage_cost BIGINT,
    supply_charge BIGINT,
    -- Of payments alone.
    payment_method TEXT,
    is_late_failed BOOLEAN NOT NULL
);
CREATE UNIQUE INDEX book_of_ledger ON transactions (ledger_id, ledger_position);
CREATE UNIQUE INDEX book_of_account ON transactions (account_id, account_position);
CREATE UNIQUE INDEX complete_book_of_account ON transactions (account_id, complete_position);
CREATE INDEX dates_of_ledger ON transactions (ledger_id, posted_date);
CREATE INDEX dates_of_account ON transactions (account_id, posted_date);

CREATE TABLE payments (
    id ID_KEY NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    -- Dense from 0 in the order in which the account's payments were entered.
    position BIGINT NOT NULL,
    ledger_id BIGINT NOT NULL REFERENCES ledgers (id),
    amount BIGINT NOT NULL,
    payment_date BIGINT NOT NULL,
    reference TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT,
    surcharge BIGINT NOT NULL,
    method TEXT NOT NULL
);
CREATE UNIQUE INDEX payments_of_account ON payments (account_id, position);
";
