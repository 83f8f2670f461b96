//! What several processes on one store have to count together.

pub(crate) const UP: &str = "
-- How far callers have used up their limits. Only stores that several processes share keep it here.
CREATE TABLE limits (
    -- kemu_api::limits::Caller, as text.
    caller TEXT NOT NULL,
    -- A root field, or the allowance of points.
    name TEXT NOT NULL,
    -- How strict a dynamic limit has become; 0 is as the contract says.
    level BIGINT NOT NULL,
    -- When the limit is whole again, in nanoseconds since 1970.
    whole_at BIGINT NOT NULL,
    PRIMARY KEY (caller, name)
);
";
