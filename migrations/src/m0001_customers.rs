//! People, organisations, accounts and places.

pub(crate) const UP: &str = "
-- What the store itself remembers: the seed and the digest of the fixture its world was made from.
CREATE TABLE meta (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
);

CREATE TABLE users (
    id ID_KEY NOT NULL,
    -- In lower case, so that the unique index answers a look-up in any spelling.
    email TEXT NOT NULL UNIQUE,
    given_name TEXT NOT NULL,
    family_name TEXT NOT NULL,
    preferred_name TEXT,
    title TEXT,
    pronouns TEXT,
    date_of_birth BIGINT,
    mobile TEXT NOT NULL,
    landline TEXT NOT NULL,
    is_active BOOLEAN NOT NULL,
    is_deceased BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    -- The key is kept because its owner may read it again; it is found by its digest alone.
    api_key TEXT,
    api_key_digest BYTES UNIQUE,
    password_hash TEXT,
    password_expired BOOLEAN NOT NULL,
    mfa_enforced BOOLEAN NOT NULL,
    tokens_valid_from BIGINT
);

CREATE TABLE organisations (
    id ID_KEY NOT NULL,
    name TEXT NOT NULL UNIQUE,
    secret_key TEXT NOT NULL,
    secret_key_digest BYTES NOT NULL UNIQUE,
    sees_all_accounts BOOLEAN NOT NULL
);

CREATE TABLE organisation_permissions (
    organisation_id BIGINT NOT NULL REFERENCES organisations (id),
    permission TEXT NOT NULL,
    PRIMARY KEY (organisation_id, permission)
);

CREATE TABLE accounts (
    id ID_KEY NOT NULL,
    number TEXT NOT NULL UNIQUE,
    account_type TEXT NOT NULL,
    status TEXT NOT NULL,
    brand TEXT NOT NULL,
    portfolio_number TEXT NOT NULL,
    urn TEXT,
    billing_name TEXT,
    billing_sub_name TEXT,
    billing_email TEXT,
    billing_line1 TEXT NOT NULL,
    billing_line2 TEXT NOT NULL,
    billing_line3 TEXT NOT NULL,
    billing_line4 TEXT NOT NULL,
    billing_line5 TEXT NOT NULL,
    billing_postcode TEXT,
    billing_country_code TEXT,
    billing_delivery_point TEXT,
    created_at BIGINT NOT NULL
);

CREATE TABLE account_users (
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    role TEXT NOT NULL,
    PRIMARY KEY (account_id, user_id)
);
CREATE INDEX account_users_of_user ON account_users (user_id);

CREATE TABLE organisation_accounts (
    organisation_id BIGINT NOT NULL REFERENCES organisations (id),
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    PRIMARY KEY (organisation_id, account_id)
);

CREATE TABLE properties (
    id ID_KEY NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    label TEXT,
    address_name TEXT,
    organization TEXT,
    street_address TEXT,
    dependent_locality TEXT,
    locality TEXT,
    administrative_area TEXT,
    postal_code TEXT,
    sorting_code TEXT,
    country TEXT,
    delivery_point_identifier TEXT,
    occupied_from BIGINT NOT NULL,
    occupied_to BIGINT
);
CREATE INDEX properties_of_account ON properties (account_id);
";
