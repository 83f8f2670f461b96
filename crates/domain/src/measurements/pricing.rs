//! What measured energy costs, by the agreements under which it was used.
//!
//! A part of an interval is cut wherever an agreement, a price or a tax changes, as bills are; each piece is priced by
//! itself. Amounts are rounded to a hundred-thousandth of a cent a piece, so the days of a billing period sum to its
//! bill but for the cents to which the bill's lines are rounded.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::{FineCents, Part, PartOf, Price, product_label};
use crate::agreements::Agreement;
use crate::calendars::ClassCode;
use crate::dates;
use crate::energy::{EnergyMeter, ParisDay};
use crate::supply_points::SupplyPointId;
use crate::tariffs::{Priced, Product, Rate, Tariffs, rounded};

/// Hundred-thousandths of a cent in a [`Rate`]'s ten-thousandth.
const FINE_PARTS: i128 = 10;
/// A day in parts of which each half-hour of a day of 46, 48 or 50 is a whole number.
const PARTS_A_DAY: i64 = 27_600;
/// As bills reckon it, leap year or not.
const DAYS_A_YEAR: i128 = 365;

/// The prices of a supply point over time.
pub struct Pricing<'a> {
    tariffs: &'a Tariffs,
    meter: &'a dyn EnergyMeter,
    terms: Vec<Term<'a>>,
}

/// What is agreed from one midnight to another.
struct Term<'a> {
    from: DateTime<Utc>,
    to: Option<DateTime<Utc>>,
    product: &'a Arc<Product>,
}

/// A stretch of time in which nothing changes.
struct Piece<'a> {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    product: &'a Product,
}

impl<'a> Pricing<'a> {
    /// The prices at a supply point whose energy `meter` counts. Of the agreements those on other points are left out.
    pub fn new(
        tariffs: &'a Tariffs,
        meter: &'a dyn EnergyMeter,
        point: SupplyPointId,
        agreements: &[Agreement],
    ) -> Self {
        let midnight = |date| dates::paris_instant(date, NaiveTime::MIN);
        let of_point = agreements.iter().filter(|agreement| agreement.supply_point_id == point);
        let terms = of_point.filter_map(|agreement| {
            Some(Term {
                from: midnight(agreement.first_day()),
                to: agreement.end_day().map(midnight),
                product: tariffs.product(&agreement.product_code)?,
            })
        });
        Self { tariffs, meter, terms: terms.collect() }
    }

    /// What a part costs; nothing where no agreement has a price for it.
    pub fn price(&self, part: &Part) -> Option<Price> {
        let mut sum: Option<Price> = None;
        for piece in self.pieces(part.from, part.to) {
            let is_all = piece.from == part.from && piece.to == part.to;
            let Some(price) = (match part.of {
                PartOf::Energy { class, wh } => {
                    let wh = if is_all { wh } else { self.meter.energy_wh(class, piece.from, piece.to) };
                    self.energy(&piece, class, wh)
                }
                PartOf::StandingCharge => self.standing(&piece),
            }) else {
                continue;
            };
            let before = sum.take().unwrap_or(ZERO);
            sum = Some(Price {
                // Where the product changes within the interval, the last one names it.
                label: price.label,
                incl_tax: FineCents(before.incl_tax.0.saturating_add(price.incl_tax.0)),
                excl_tax: FineCents(before.excl_tax.0.saturating_add(price.excl_tax.0)),
            });
        }
        sum
    }

    fn pieces(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Piece<'a>> {
        let mut pieces = Vec::new();
        for term in &self.terms {
            let (from, to) = (from.max(term.from), term.to.map_or(to, |end| to.min(end)));
            if from >= to {
                continue;
            }
            let (first, last) = (dates::paris_date(from), dates::paris_date(to - TimeDelta::seconds(1)));
            let mut start = from;
            if first != last {
                // A change on the last day begins before the end, so it counts.
                let after = last.succ_opt().unwrap_or(last);
                for day in self.tariffs.changes(term.product, first, after) {
                    let cut = dates::paris_instant(day, NaiveTime::MIN);
                    pieces.push(Piece { from: start, to: cut, product: term.product });
                    start = cut;
                }
            }
            pieces.push(Piece { from: start, to, product: term.product });
        }
        pieces
    }

    fn energy(&self, piece: &Piece<'_>, class: Option<ClassCode>, wh: i64) -> Option<Price> {
        let date = dates::paris_date(piece.from);
        // Gas has no classes: its one price is that of `BASE`.
        let what = Priced::Energy(class.unwrap_or(ClassCode::Base));
        let cost = |rate: Rate| fine(i128::from(rate.0) * i128::from(wh) * FINE_PARTS, 1_000);
        Some(Price {
            label: class.and_then(|class| label(piece.product, class)),
            incl_tax: cost(self.tariffs.price_with_taxes(piece.product, what, date)?),
            excl_tax: cost(self.tariffs.price(piece.product, what, date)?),
        })
    }

    /// Nothing for a product without a standing charge.
    fn standing(&self, piece: &Piece<'_>) -> Option<Price> {
        let date = dates::paris_date(piece.from);
        let parts = i128::from(day_parts(date, piece.to) - day_parts(date, piece.from));
        let whole = DAYS_A_YEAR * i128::from(PARTS_A_DAY);
        let cost = |rate: Rate| fine(i128::from(rate.0) * parts * FINE_PARTS, whole);
        let price = self.tariffs.price(piece.product, Priced::Standing, date).filter(|rate| rate.0 != 0)?;
        let with_taxes = self.tariffs.price_with_taxes(piece.product, Priced::Standing, date)?;
        Some(Price { label: None, incl_tax: cost(with_taxes), excl_tax: cost(price) })
    }
}

impl std::fmt::Debug for Pricing<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pricing").field("terms", &self.terms.len()).finish_non_exhaustive()
    }
}

const ZERO: Price = Price { label: None, incl_tax: FineCents(0), excl_tax: FineCents(0) };

fn fine(numerator: i128, denominator: i128) -> FineCents {
    FineCents(rounded(numerator, denominator))
}

/// What the statistics of a product call a class: those of `OctoFlex` name the product, those of the *effacement*
/// products their calendar, as captured (kraken-facts 7.2). The others leave it to the class.
fn label(product: &Product, class: ClassCode) -> Option<String> {
    if product.code.starts_with("OCTOFLEX") {
        Some(product_label(&product.code, class))
    } else if product.calendar.starts_with("EFFACEMENT") {
        Some(product_label(&product.calendar, class))
    } else {
        None
    }
}

/// The time since midnight of `since`, in parts of French days. Days count the same however long they are.
fn day_parts(since: NaiveDate, at: DateTime<Utc>) -> i64 {
    let day = ParisDay::containing(at);
    let (over, whole) = ((at - day.start()).num_seconds(), (day.end() - day.start()).num_seconds());
    (day.date() - since).num_days() * PARTS_A_DAY + PARTS_A_DAY * over / whole
}

#[cfg(test)]
mod tests;
