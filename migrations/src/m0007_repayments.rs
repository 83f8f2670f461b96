//! What customers ask for about their money: repayments, and payments to be collected.

pub(crate) const UP: &str = "
CREATE TABLE repayments (
    id ID_KEY NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    ledger_id BIGINT NOT NULL REFERENCES ledgers (id),
    amount BIGINT NOT NULL,
    method TEXT NOT NULL,
    reason TEXT,
    instruction TEXT,
    idempotency_key TEXT NOT NULL,
    status TEXT NOT NULL,
    requested_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX repayments_by_key ON repayments (account_id, idempotency_key);

-- Which payment an idempotency key has led to. The request is kept as it was: the payment may be amended.
CREATE TABLE collected_payments (
    payment_id ID_KEY NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    idempotency_key TEXT NOT NULL,
    -- kemu_domain::payments::CollectionWish, as JSON.
    request TEXT NOT NULL
);
CREATE UNIQUE INDEX collected_payments_by_key ON collected_payments (account_id, idempotency_key);
";
