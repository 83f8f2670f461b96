//! Energy is worked out and never written down: nothing ever filled this table.

pub(crate) const UP: &str = "
DROP TABLE recorded_days;
";
