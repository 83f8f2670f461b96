//! Bills, how ledgers are paid, and how far billing is.

pub(crate) const UP: &str = "
CREATE TABLE bills (
    id ID_KEY NOT NULL,
    identifier TEXT NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    ledger_id BIGINT NOT NULL REFERENCES ledgers (id),
    agreement_id BIGINT NOT NULL REFERENCES agreements (id),
    kind TEXT NOT NULL,
    is_final BOOLEAN NOT NULL,
    from_day BIGINT NOT NULL,
    to_day BIGINT NOT NULL,
    issued_at BIGINT NOT NULL,
    issued_day BIGINT NOT NULL,
    due_day BIGINT NOT NULL,
    net BIGINT NOT NULL,
    tax BIGINT NOT NULL,
    gross BIGINT NOT NULL,
    opening_balance BIGINT NOT NULL,
    closing_balance BIGINT NOT NULL,
    -- kemu_domain::bills::BillLine, as JSON: lines are read and written with their bill.
    lines TEXT NOT NULL
);
CREATE INDEX bills_of_account ON bills (account_id, issued_at);

CREATE TABLE payment_schedules (
    id ID_KEY NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    ledger_id BIGINT NOT NULL REFERENCES ledgers (id),
    trigger_kind TEXT NOT NULL,
    amount BIGINT NOT NULL,
    day_of_month BIGINT,
    valid_from BIGINT NOT NULL,
    valid_to BIGINT
);
CREATE INDEX payment_schedules_of_account ON payment_schedules (account_id);

CREATE TABLE direct_debit_instructions (
    id ID_KEY NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    -- Empty: for all ledgers of the account.
    ledger_id BIGINT REFERENCES ledgers (id),
    account_holder TEXT NOT NULL,
    iban TEXT NOT NULL,
    status TEXT NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_to BIGINT
);
CREATE INDEX direct_debit_instructions_of_account ON direct_debit_instructions (account_id);

CREATE TABLE payment_habits (
    ledger_id ID_KEY NOT NULL REFERENCES ledgers (id),
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    -- kemu_domain::billing::PaymentHabits, as JSON.
    habits TEXT NOT NULL
);
CREATE INDEX payment_habits_of_account ON payment_habits (account_id);

CREATE TABLE billing_states (
    account_id ID_KEY NOT NULL REFERENCES accounts (id),
    -- kemu_domain::billing::BillingState, as JSON.
    state TEXT NOT NULL,
    -- When billing goes on; empty where it never does.
    next_due BIGINT
);

-- What billing has done. The key is the second lock against doing it twice; the first is the state, which is
-- written in the same transaction.
CREATE TABLE billing_events (
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    event_key TEXT NOT NULL,
    happened_at BIGINT NOT NULL,
    -- The event's first booking.
    transaction_id BIGINT REFERENCES transactions (id),
    PRIMARY KEY (account_id, event_key)
);
";
