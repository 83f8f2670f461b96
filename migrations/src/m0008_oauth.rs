//! OAuth: applications, sign-ins at the auth site, what was granted, and the codes and tokens of it. Codes, tokens and
//! cookies are kept as digests only.

pub(crate) const UP: &str = "
CREATE TABLE oauth_clients (
    client_id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL UNIQUE,
    -- Empty for public clients.
    secret_digest BYTES,
    -- The secret itself: only where id_tokens are signed with it.
    signing_secret TEXT,
    -- kemu_domain::oauth::ClientSettings, as JSON.
    settings TEXT NOT NULL
);

CREATE TABLE oauth_sessions (
    digest BYTES PRIMARY KEY NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id),
    signed_in_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- One decision of a person, or one request of an application for itself. What is issued from it dies with it.
CREATE TABLE oauth_grants (
    id TEXT PRIMARY KEY NOT NULL,
    client_id TEXT NOT NULL,
    -- On whose behalf: one of the two.
    user_id BIGINT REFERENCES users (id),
    organisation_id BIGINT REFERENCES organisations (id),
    scopes TEXT NOT NULL,
    auth_time BIGINT NOT NULL,
    nonce TEXT,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT,
    CHECK ((user_id IS NULL) <> (organisation_id IS NULL))
);
CREATE INDEX oauth_grants_of_client ON oauth_grants (client_id);

CREATE TABLE oauth_codes (
    digest BYTES PRIMARY KEY NOT NULL,
    grant_id TEXT NOT NULL REFERENCES oauth_grants (id),
    redirect_uri TEXT,
    challenge TEXT,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);

CREATE TABLE oauth_tokens (
    digest BYTES PRIMARY KEY NOT NULL,
    grant_id TEXT NOT NULL REFERENCES oauth_grants (id),
    kind TEXT NOT NULL,
    scopes TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    -- Revoked, or replaced by rotation.
    ended_at BIGINT
);
CREATE TABLE oauth_device_requests (
    digest BYTES PRIMARY KEY NOT NULL,
    user_code BYTES NOT NULL UNIQUE,
    client_id TEXT NOT NULL,
    scopes TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    interval_ms BIGINT NOT NULL,
    polled_at BIGINT,
    state TEXT NOT NULL,
    grant_id TEXT REFERENCES oauth_grants (id)
);
CREATE INDEX oauth_tokens_of_grant ON oauth_tokens (grant_id);
";
