//! The lines of a bill.

use chrono::{NaiveDate, NaiveTime};

use super::periods::Period;
use super::plan::Supply;
use super::{Metered, Meters};
use crate::bills::{BillLine, LineKind};
use crate::dates;
use crate::supply_points::Direction;
use crate::tariffs::{Tariffs, Tax};

/// The lines for a period. It is cut wherever a price or a tax changes; each piece has its own lines, in the
/// order of French bills: standing charge, CTA, energy by temporal class, accise.
pub fn lines(supply: &Supply, period: &Period, tariffs: &Tariffs, meters: &dyn Meters) -> Vec<BillLine> {
    let mut cuts = vec![period.from];
    cuts.extend(tariffs.changes(&supply.product, period.from, period.to));
    cuts.push(period.to);
    let meter = meters.of(&supply.agreement);
    cuts.windows(2).flat_map(|piece| lines_of_piece(supply, (piece[0], piece[1]), tariffs, meter)).collect()
}

/// The lines that a bill would have for the days of the running period that are over by `today`: a look at
/// the open statement. Empty where nothing is to be billed yet.
pub fn open_lines(
    supply: &Supply,
    running: &Period,
    today: NaiveDate,
    tariffs: &Tariffs,
    meters: &dyn Meters,
) -> Vec<BillLine> {
    let so_far = Period { to: running.to.min(today), ..*running };
    if so_far.days() <= 0 { Vec::new() } else { lines(supply, &so_far, tariffs, meters) }
}

fn lines_of_piece(
    supply: &Supply,
    (from, to): (NaiveDate, NaiveDate),
    tariffs: &Tariffs,
    meter: Option<&dyn Metered>,
) -> Vec<BillLine> {
    let product = &*supply.product;
    let prices = product.prices_on(from);
    let start = dates::paris_instant(from, NaiveTime::MIN);
    let end = dates::paris_instant(to, NaiveTime::MIN);
    let used: Vec<_> = prices
        .energy
        .iter()
        .map(|&(class, rate)| (class, rate, meter.map_or(0, |meter| meter.energy_wh(class, start, end))))
        .filter(|&(_, _, energy_wh)| energy_wh != 0)
        .collect();
    let mut lines = Vec::new();
    if product.direction == Direction::Generation {
        for (class, rate, energy_wh) in used {
            // Households sell small amounts without VAT (assumed).
            lines.push(BillLine::new(LineKind::FeedIn { class, energy_wh, rate }, from, to, 0));
        }
        return lines;
    }
    let days = (to - from).num_days();
    let vat = tariffs.taxes.value(Tax::VatOnStanding, from);
    let (rate, cta) = (prices.standing, tariffs.cta(product, from));
    lines.push(BillLine::new(LineKind::Standing { days, rate }, from, to, vat));
    lines.push(BillLine::new(LineKind::Cta { days, rate: cta }, from, to, vat));
    let vat = tariffs.taxes.value(Tax::VatOnEnergy, from);
    let all_wh = used.iter().map(|&(_, _, energy_wh)| energy_wh).sum();
    for (class, rate, energy_wh) in used {
        lines.push(BillLine::new(LineKind::Energy { class, energy_wh, rate }, from, to, vat));
    }
    if all_wh != 0 {
        let rate = tariffs.accise(product.market, from);
        lines.push(BillLine::new(LineKind::Accise { energy_wh: all_wh, rate }, from, to, vat));
    }
    lines
}
