//! Tokens that are kept. Only their digests are, so each one's digest is its key.

pub(crate) const UP: &str = "
CREATE TABLE refresh_tokens (
    digest BYTES PRIMARY KEY NOT NULL,
    -- Whom it signs in: one of the two.
    user_id BIGINT REFERENCES users (id),
    organisation_id BIGINT REFERENCES organisations (id),
    -- The organisation that holds it on the user's behalf; set for long-lived tokens.
    third_party_id BIGINT REFERENCES organisations (id),
    signed_in_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    invalidated_at BIGINT,
    CHECK ((user_id IS NULL) <> (organisation_id IS NULL))
);
CREATE INDEX refresh_tokens_of_user ON refresh_tokens (user_id);

CREATE TABLE pre_signed_tokens (
    digest BYTES PRIMARY KEY NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id),
    scope TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    invalidated_at BIGINT
);
CREATE INDEX pre_signed_tokens_of_user ON pre_signed_tokens (user_id);

CREATE TABLE masquerade_tokens (
    digest BYTES PRIMARY KEY NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id),
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
";
