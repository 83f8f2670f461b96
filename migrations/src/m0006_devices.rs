//! Smart devices.

/// The settings are read and written as a whole, so they are one text: JSON. Nothing else of a device changes.
pub(crate) const UP: &str = "
CREATE TABLE devices (
    id TEXT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    -- From 0, in the order in which the account's devices were registered.
    position BIGINT NOT NULL,
    property_id BIGINT NOT NULL REFERENCES properties (id),
    kind TEXT NOT NULL,
    name TEXT,
    provider TEXT NOT NULL,
    make TEXT,
    model TEXT,
    integration_device_id TEXT,
    battery_wh BIGINT NOT NULL,
    -- The limit that is set in the car, in hundredths of a percent.
    charged_to BIGINT NOT NULL,
    lifecycle TEXT NOT NULL,
    registered_at BIGINT NOT NULL,
    settings TEXT NOT NULL
);
CREATE UNIQUE INDEX devices_of_account ON devices (account_id, position);
";
