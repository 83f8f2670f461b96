//! Bookings and payments from a short description.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc};

use crate::dates;
use crate::fixture::{Event, Every, History, Ledger};
use crate::ids::BillId;
use crate::ledgers::LedgerType;
use crate::money::Minor;
use crate::payments::{PaymentMethod, PaymentReason, PaymentStatus};
use crate::seed::{Seed, Stream};
use crate::transactions::{Amounts, ChargeSubject, Consumption, Detail, Draft, TransactionKind};

/// French VAT on energy, per thousand (since August 2025 on the standing charge as well).
const VAT: i64 = 200;

/// How much of a year's mean is used in each month, per thousand: heating makes the winter.
const SEASONS: [i64; 12] = [1500, 1400, 1200, 1000, 800, 700, 650, 650, 750, 950, 1100, 1300];

/// Cents of a charge for being supplied at all, a day; about 56 were captured (kraken-facts 7.2).
const SUPPLY_CENTS_A_DAY: i64 = 56;

/// A payment before it has an id.
#[derive(Clone, Debug)]
pub(super) struct PaymentDraft {
    pub(super) amount: Minor,
    pub(super) payment_date: NaiveDate,
    pub(super) reference: String,
    pub(super) status: PaymentStatus,
    pub(super) method: PaymentMethod,
}

impl PaymentDraft {
    /// Why each payment of a history is asked for.
    pub(super) const REASON: PaymentReason = PaymentReason::RegularSchedule;
}

/// What happened on a ledger.
#[derive(Clone, Debug, Default)]
pub(super) struct Past {
    pub(super) drafts: Vec<Draft>,
    pub(super) payments: Vec<PaymentDraft>,
}

/// A stretch of time that is billed at once.
struct Period {
    /// Counted from the oldest, which is 0.
    index: u32,
    /// Counted from the newest, which is 0.
    age: u32,
    start: NaiveDate,
    end: NaiveDate,
    charge_on: NaiveDate,
    pay_on: NaiveDate,
}

/// Makes the past of one ledger.
pub(super) fn past(ledger: &Ledger, now: DateTime<Utc>, seed: Seed) -> Past {
    let mut writer = Writer {
        ledger,
        now,
        today: dates::paris_date(now),
        chance: seed.derive(ledger.number.as_str()).stream(),
        hours: seed.derive(ledger.number.as_str()).derive("hours").stream(),
        past: Past::default(),
    };
    if let Some(history) = &ledger.history {
        for age in (0..history.periods).rev() {
            writer.period(history, &writer.period_of(history, age));
        }
    }
    for event in &ledger.events {
        writer.event(event);
    }
    writer.past
}

struct Writer<'a> {
    ledger: &'a Ledger,
    now: DateTime<Utc>,
    today: NaiveDate,
    /// For amounts and references.
    chance: Stream,
    /// For times of day: apart, as bookings that are not made yet draw none.
    hours: Stream,
    past: Past,
}

impl Writer<'_> {
    fn period_of(&self, history: &History, age: u32) -> Period {
        let (start, end, pay_after) = match history.every {
            Every::Month => {
                let end = dates::months_before(dates::month_start(self.today), age);
                (dates::months_before(end, 1), end, 9)
            }
            Every::Week => {
                let monday =
                    self.today - TimeDelta::days(i64::from(self.today.weekday().num_days_from_monday()));
                let end = monday - TimeDelta::weeks(i64::from(age));
                (end - TimeDelta::weeks(1), end, 4)
            }
        };
        Period {
            index: history.periods - 1 - age,
            age,
            start,
            end,
            charge_on: end + TimeDelta::days(1),
            pay_on: end + TimeDelta::days(pay_after),
        }
    }

    fn period(&mut self, history: &History, period: &Period) {
        // Drawn in any case, so that the day of the month on which a world begins changes nothing else.
        let gross = self.chance.between(history.charge.from, history.charge.to);
        let season = SEASONS[period.start.month0() as usize % SEASONS.len()];
        let reference = self.reference();
        if period.charge_on <= self.today {
            let draft = self.charge(Minor(gross * season / 1000), period);
            self.past.drafts.push(draft);
        }
        if let Some(amount) = history.payment {
            self.payment(
                Minor(amount),
                period,
                reference,
                period.age < history.failed_payments,
                period.age + 1 == history.failed_payments,
            );
        }
    }

    fn charge(&mut self, gross: Minor, period: &Period) -> Draft {
        let amounts = Amounts::taxed(gross, VAT);
        let days = (period.end - period.start).num_days();
        let supply_charge = Minor((days * SUPPLY_CENTS_A_DAY).min(amounts.net.cents()));
        let usage_cost = amounts.net - supply_charge;
        let (title, watt_hours_a_cent) = match self.ledger.ledger_type {
            LedgerType::FraGasLedger => ("Consommation de gaz", 100),
            _ => ("Consommation d'électricité", 60),
        };
        let quantity_wh = usage_cost.cents() * watt_hours_a_cent;
        let consumption = Consumption {
            start_date: period.start,
            end_date: period.end,
            quantity_wh,
            usage_cost,
            supply_charge,
        };
        let detail = Detail::Charge { subject: ChargeSubject::Energy, consumption: Some(consumption) };
        Draft { amounts, ..self.draft(detail, Minor::ZERO, period.charge_on, title, self.bill(period)) }
    }

    /// A payment and, where the money came, its booking. `fails` says that it does not come in the end,
    /// `late` that the bank took it back only after it had been booked.
    fn payment(&mut self, amount: Minor, period: &Period, reference: String, fails: bool, late: bool) {
        let method = if period.index == 0 {
            PaymentMethod::DdFirstCollection
        } else {
            PaymentMethod::DdRegularCollection
        };
        let returned_on = period.pay_on + TimeDelta::days(3);
        let is_due = period.pay_on <= self.today;
        // What fails late looks paid until the bank says otherwise.
        let has_failed = fails && is_due && (!late || returned_on <= self.today);
        let status = match (is_due, has_failed) {
            (false, _) => PaymentStatus::Scheduled,
            (true, true) => PaymentStatus::Failed,
            (true, false) => PaymentStatus::Cleared,
        };
        self.past.payments.push(PaymentDraft {
            amount,
            payment_date: period.pay_on,
            reference,
            status,
            method,
        });
        if is_due && (!fails || late) {
            let detail = Detail::Payment { method: Some(method), is_late_failed: has_failed };
            let draft =
                self.draft(detail, -amount, period.pay_on, "Prélèvement automatique", self.bill(period));
            self.past.drafts.push(Draft { is_reversed: has_failed, ..draft });
        }
        if has_failed && late {
            let detail = Detail::Payment { method: Some(method), is_late_failed: false };
            let draft = self.draft(detail, amount, returned_on, "Prélèvement rejeté", self.bill(period));
            self.past.drafts.push(Draft { reason_code: Some("PAYMENT_RETURNED".into()), ..draft });
        }
    }

    fn event(&mut self, event: &Event) {
        let posted = self.today - TimeDelta::days(i64::from(event.days_ago));
        let amount = Minor(i64::from(event.gross));
        let (detail, amounts) = match event.kind {
            TransactionKind::Charge => (
                Detail::Charge { subject: ChargeSubject::Other, consumption: None },
                Amounts::taxed(amount, VAT),
            ),
            TransactionKind::Payment => {
                let detail = Detail::Payment { method: Some(PaymentMethod::Eft), is_late_failed: false };
                (detail, Amounts::untaxed(-amount))
            }
            TransactionKind::Refund => (Detail::Refund, Amounts::untaxed(amount)),
            TransactionKind::Credit => (Detail::Credit, Amounts::untaxed(-amount)),
        };
        let draft = self.draft(detail, Minor::ZERO, posted, &event.title, None);
        self.past.drafts.push(Draft {
            amounts,
            is_imported: event.imported,
            is_issued: true,
            note: event.note.clone(),
            reason_code: event.reason_code.clone(),
            ..draft
        });
    }

    /// The bill of a period. The newest period has none yet: its bookings are unissued.
    fn bill(&self, period: &Period) -> Option<BillId> {
        /// Bills fit between those of one ledger and the next, as `bookkeeping` lays out transactions.
        const BILLS_A_LEDGER: i64 = 1_000_000;
        (period.age > 0).then(|| BillId(self.ledger.id * BILLS_A_LEDGER + i64::from(period.index)))
    }

    fn draft(
        &mut self,
        detail: Detail,
        gross: Minor,
        posted: NaiveDate,
        title: &str,
        bill: Option<BillId>,
    ) -> Draft {
        Draft {
            detail,
            amounts: Amounts::untaxed(gross),
            posted_date: posted,
            created_at: self.entered_on(posted),
            title: title.to_owned(),
            note: None,
            reason_code: None,
            is_reversed: false,
            is_held: false,
            is_issued: bill.is_some(),
            has_statement: bill.is_some(),
            is_imported: false,
            billing_document: bill,
        }
    }

    /// Bookings are entered in the small hours, but never later than now.
    fn entered_on(&mut self, date: NaiveDate) -> DateTime<Utc> {
        let micros = self.hours.between(0, 3 * 3_600_000_000 - 1);
        let three = NaiveTime::from_hms_opt(3, 0, 0).expect("three o'clock is a time of day");
        (dates::paris_instant(date, three) + TimeDelta::microseconds(micros)).min(self.now)
    }

    fn reference(&mut self) -> String {
        format!("SEPA{:010}", self.chance.between(0, 9_999_999_999))
    }
}
