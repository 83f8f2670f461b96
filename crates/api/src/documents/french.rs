//! Numbers and dates as the French write them: `1 234,56 €`, `31/03/2026`.

use chrono::NaiveDate;
use kemu_domain::Minor;
use kemu_domain::tariffs::Rate;

/// Keeps a number and its unit on one line, and groups digits by three.
const NO_BREAK: char = '\u{a0}';

/// `1 234,56 €`.
pub(super) fn euros(amount: Minor) -> String {
    format!("{}{NO_BREAK}€", decimal(amount.cents(), 2, Zeros::Kept))
}

/// The same with a sign in front of what is above zero, too.
pub(super) fn signed_euros(amount: Minor) -> String {
    let sign = if amount > Minor::ZERO { "+" } else { "" };
    format!("{sign}{}", euros(amount))
}

/// `31/03/2026`.
pub(super) fn date(date: NaiveDate) -> String {
    date.format("%d/%m/%Y").to_string()
}

/// `312,5 kWh`.
pub(super) fn energy(wh: i64) -> String {
    format!("{}{NO_BREAK}kWh", decimal(wh, 3, Zeros::Dropped))
}

/// `1 jour`, `31 jours`.
pub(super) fn days(days: i64) -> String {
    let word = if days.abs() < 2 { "jour" } else { "jours" };
    format!("{}{NO_BREAK}{word}", decimal(days, 0, Zeros::Kept))
}

/// `12,94 c€/kWh`; `per` is what the price is for.
pub(super) fn price(rate: Rate, per: &str) -> String {
    format!("{}{NO_BREAK}c€/{per}", decimal(rate.0, 4, Zeros::Dropped))
}

/// A part per thousand as a percentage: `5,5 %`.
pub(super) fn percent(per_thousand: i64) -> String {
    format!("{}{NO_BREAK}%", decimal(per_thousand, 1, Zeros::Dropped))
}

/// What becomes of zeros at the end of the decimals.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Zeros {
    Kept,
    Dropped,
}

/// A number whose last `places` digits are decimals.
fn decimal(value: i64, places: usize, zeros: Zeros) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let digits = format!("{:0>1$}", value.unsigned_abs(), places + 1);
    let (whole, decimals) = digits.split_at(digits.len() - places);
    let decimals = if zeros == Zeros::Dropped { decimals.trim_end_matches('0') } else { decimals };
    let mut text = String::from(sign);
    for (place, digit) in (0..whole.len()).rev().zip(whole.chars()) {
        text.push(digit);
        if place > 0 && place % 3 == 0 {
            text.push(NO_BREAK);
        }
    }
    if !decimals.is_empty() {
        text.push(',');
        text.push_str(decimals);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_in_france() {
        let table = [
            (euros(Minor(0)), "0,00 €"),
            (euros(Minor(-5)), "-0,05 €"),
            (euros(Minor(123_456)), "1 234,56 €"),
            (euros(Minor(i64::MIN)), "-92 233 720 368 547 758,08 €"),
            (signed_euros(Minor(100_000)), "+1 000,00 €"),
            (signed_euros(Minor(-1)), "-0,01 €"),
            (energy(312_500), "312,5 kWh"),
            (energy(1_000_000), "1 000 kWh"),
            (energy(7), "0,007 kWh"),
            (days(1), "1 jour"),
            (days(31), "31 jours"),
            (price(Rate(129_400), "kWh"), "12,94 c€/kWh"),
            (price(Rate(180_960_000), "an"), "18 096 c€/an"),
            (percent(200), "20 %"),
            (percent(55), "5,5 %"),
            (percent(0), "0 %"),
            (date(NaiveDate::from_ymd_opt(2026, 3, 1).unwrap()), "01/03/2026"),
        ];
        for (found, expected) in table {
            assert_eq!(found.replace(NO_BREAK, " "), expected);
        }
    }
}
