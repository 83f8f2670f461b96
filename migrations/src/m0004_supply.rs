//! Supply points, agreements, and what meters were read to show.

pub(crate) const UP: &str = "
CREATE TABLE supply_points (
    id ID_KEY NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    property_id BIGINT NOT NULL REFERENCES properties (id),
    market TEXT NOT NULL,
    identifier TEXT NOT NULL,
    direction TEXT NOT NULL,
    -- Descriptions that are read and written as a whole, as JSON: kemu_domain::energy::HomeProfile …
    home TEXT NOT NULL,
    -- … and kemu_domain::meters::MeterPoint; empty where nothing is known.
    meter_point TEXT
);
CREATE INDEX supply_points_of_account ON supply_points (account_id);
CREATE INDEX supply_points_of_identifier ON supply_points (identifier);

CREATE TABLE agreements (
    id ID_KEY NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    supply_point_id BIGINT NOT NULL REFERENCES supply_points (id),
    product_code TEXT NOT NULL,
    supply_contract_number TEXT NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_to BIGINT,
    billing_frequency_months BIGINT NOT NULL,
    charging_ledger_id BIGINT NOT NULL REFERENCES ledgers (id)
);
CREATE INDEX agreements_of_account ON agreements (account_id);

-- What a register counted on a day, where somebody read it: it wins over what the home would have used.
CREATE TABLE recorded_days (
    supply_point_id BIGINT NOT NULL REFERENCES supply_points (id),
    day BIGINT NOT NULL,
    -- The code of the temporal class; empty text for gas.
    class TEXT NOT NULL,
    -- Wh of electricity, litres of gas.
    amount BIGINT NOT NULL,
    PRIMARY KEY (supply_point_id, day, class)
);
";
