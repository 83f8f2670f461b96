//! Bills, payments and bookings, as the engine makes them.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::events::{Booking, EventKey};
use super::periods::{MAX_PERIODS, Period};
use super::plan::{AccountPlan, LedgerPlan, Supply};
use crate::agreements::AgreementId;
use crate::bills::{self, Bill, BillKind, BillLine, BillStatus, LineKind};
use crate::dates;
use crate::ids::{AccountId, BillId, LedgerId, PaymentId};
use crate::money::Minor;
use crate::payments::{Payment, PaymentMethod, PaymentReason, PaymentStatus};
use crate::seed::Seed;
use crate::supply_points::{Direction, Market};
use crate::transactions::{Amounts, ChargeSubject, Consumption, Detail, Draft};

/// Some time within the hour of a day, drawn from the seed, so that not all is entered at once.
pub(super) fn within_hour(seed: Seed, key: EventKey, date: NaiveDate, hour: u32) -> DateTime<Utc> {
    /// Microseconds, the precision of the stores.
    const LAST_OF_AN_HOUR: i64 = 3_600_000_000 - 1;
    let time = NaiveTime::from_hms_opt(hour, 0, 0).expect("callers give hours of a day");
    let micros = seed.derive(&key.to_string()).derive("time").stream().between(0, LAST_OF_AN_HOUR);
    let start = dates::paris_instant(date, time);
    start.checked_add_signed(TimeDelta::microseconds(micros)).unwrap_or(start)
}

/// When debits clear.
pub(super) fn collected_at(seed: Seed, key: EventKey, date: NaiveDate) -> DateTime<Utc> {
    within_hour(seed, key, date, 6)
}

/// `days` later; the last day there is where the calendar ends.
pub(super) fn later(date: NaiveDate, days: u64) -> NaiveDate {
    date.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX)
}

/// Ids of bills are small (the contract has 32 bits for them) and cannot collide: each agreement has a range.
pub(super) fn bill_id(agreement: AgreementId, index: u32) -> BillId {
    BillId(agreement.get() * i64::from(MAX_PERIODS) + i64::from(index))
}

/// Ids of payments are drawn, from a range above all others (2^52 to 2^53) that JSON numbers still hold. A
/// million of them meet with a chance of one in ten thousand; the store's unique index would tell.
pub(super) fn payment_id(seed: Seed, key: EventKey) -> PaymentId {
    const FIRST: u64 = 1 << 52;
    let drawn = seed.derive(&key.to_string()).derive("payment").stream().next_u64() >> 12;
    PaymentId(i64::try_from(FIRST | drawn).expect("53 bits fit"))
}

/// The bill for a period. `stated` is the closing balance of the ledger's last bill, `balance` what is on it.
pub(super) fn bill(
    plan: &AccountPlan,
    ledger: &LedgerPlan,
    supply: &Supply,
    period: &Period,
    (lines, at, (stated, balance)): (Vec<BillLine>, DateTime<Utc>, (Minor, Minor)),
) -> Bill {
    let agreement = &supply.agreement;
    let issued_date = dates::paris_date(at);
    let amounts = bills::total(&lines);
    Bill {
        id: bill_id(agreement.id, period.index),
        identifier: format!("F{:07}-{:04}", agreement.id.get(), period.index + 1),
        account_id: plan.account,
        ledger_id: ledger.ledger,
        agreement_id: agreement.id,
        kind: match supply.product.direction {
            Direction::Consumption => BillKind::Statement,
            Direction::Generation => BillKind::CreditNote,
        },
        status: BillStatus::Closed,
        is_final: period.is_final,
        from: period.from,
        to: period.to,
        issued_at: at,
        issued_date,
        due_date: later(issued_date, plan.terms.due_after_days),
        lines,
        amounts,
        opening_balance: stated,
        closing_balance: balance - amounts.gross,
    }
}

/// What a bill books: a charge with the bill's own amounts, or a credit for energy that was fed in.
pub(super) fn charge(bill: &Bill, supply: &Supply) -> Booking {
    let sum = |wanted: fn(&LineKind) -> bool| {
        bill.lines.iter().filter(|line| wanted(&line.kind)).map(|line| line.amounts.net).sum::<Minor>()
    };
    let (title, detail) = match (supply.product.direction, supply.product.market) {
        (Direction::Generation, _) => ("Rachat d'électricité solaire", Detail::Credit),
        (Direction::Consumption, market) => {
            let consumption = Consumption {
                start_date: bill.from,
                end_date: bill.to,
                quantity_wh: bill.energy_wh(),
                usage_cost: sum(|kind| !kind.is_standing()),
                supply_charge: sum(LineKind::is_standing),
            };
            let title = match market {
                Market::FraElectricity => "Consommation d'électricité",
                Market::FraGas => "Consommation de gaz",
            };
            let subject = ChargeSubject::Energy;
            (title, Detail::Charge { subject, consumption: Some(consumption) })
        }
    };
    let draft = Draft {
        amounts: bill.amounts,
        billing_document: Some(bill.id),
        is_issued: true,
        has_statement: true,
        ..draft(detail, Minor::ZERO, bill.issued_at, title, None)
    };
    Booking { ledger: bill.ledger_id, draft }
}

/// The two bookings of credit that moves: a charge where it leaves (the contract has no kind of its own for
/// it, so this is guessed), a credit where it comes.
pub fn credit_used((from, to): (LedgerId, LedgerId), amount: Minor, at: DateTime<Utc>) -> (Booking, Booking) {
    const REASON: &str = "BALANCE_TRANSFER";
    let leaves = Detail::Charge { subject: ChargeSubject::Other, consumption: None };
    let out = draft(leaves, amount, at, "Crédit utilisé pour une facture", Some(REASON));
    let into = draft(Detail::Credit, -amount, at, "Crédit imputé sur la facture", Some(REASON));
    (Booking { ledger: from, draft: out }, Booking { ledger: to, draft: into })
}

/// The booking of money that came.
pub(super) fn received(ledger: LedgerId, amount: Minor, at: DateTime<Utc>, method: PaymentMethod) -> Booking {
    let title = if method == PaymentMethod::Eft { "Virement reçu" } else { "Prélèvement automatique" };
    let detail = Detail::Payment { method: Some(method), is_late_failed: false };
    Booking { ledger, draft: draft(detail, -amount, at, title, None) }
}

/// The booking of money that the bank took back.
pub(super) fn returned(ledger: LedgerId, amount: Minor, at: DateTime<Utc>) -> Booking {
    let detail = Detail::Payment { method: Some(PaymentMethod::DdRegularCollection), is_late_failed: false };
    Booking { ledger, draft: draft(detail, amount, at, "Prélèvement rejeté", Some("PAYMENT_RETURNED")) }
}

/// The booking of money that went back to the customer.
pub(super) fn refunded(ledger: LedgerId, amount: Minor, at: DateTime<Utc>) -> Booking {
    let title = "Remboursement après clôture";
    Booking { ledger, draft: draft(Detail::Refund, amount, at, title, Some("FINAL_BALANCE")) }
}

/// The booking of credit that the customer wanted back.
pub(super) fn repaid(ledger: LedgerId, amount: Minor, at: DateTime<Utc>) -> Booking {
    let reason = Some("PARTIAL_CREDIT_REFUND");
    Booking { ledger, draft: draft(Detail::Refund, amount, at, "Remboursement", reason) }
}

/// The two bookings of a balance that the customer moves: a charge where it leaves, a credit where it comes, as
/// `AccountBalanceTransferType` has it.
pub fn balance_transferred(
    (from, to): (LedgerId, LedgerId),
    amount: Minor,
    at: DateTime<Utc>,
    note: Option<&str>,
) -> (Booking, Booking) {
    const REASON: &str = "BALANCE_TRANSFER";
    let leaves = Detail::Charge { subject: ChargeSubject::Other, consumption: None };
    let out = draft(leaves, amount, at, "Transfert de solde", Some(REASON));
    let into = draft(Detail::Credit, -amount, at, "Transfert de solde", Some(REASON));
    let noted = |draft: Draft| Draft { note: note.map(str::to_owned), ..draft };
    (Booking { ledger: from, draft: noted(out) }, Booking { ledger: to, draft: noted(into) })
}

/// A booking that no bill shows yet.
fn draft(detail: Detail, gross: Minor, at: DateTime<Utc>, title: &str, reason: Option<&str>) -> Draft {
    Draft {
        detail,
        amounts: Amounts::untaxed(gross),
        posted_date: dates::paris_date(at),
        created_at: at,
        title: title.to_owned(),
        note: None,
        reason_code: reason.map(str::to_owned),
        is_reversed: false,
        is_held: false,
        is_issued: false,
        has_statement: false,
        is_imported: false,
        billing_document: None,
    }
}

/// What makes a payment.
pub(super) struct Asked {
    pub(super) ledger: LedgerId,
    pub(super) amount: Minor,
    pub(super) on: NaiveDate,
    pub(super) status: PaymentStatus,
    pub(super) reason: PaymentReason,
    pub(super) method: PaymentMethod,
}

/// A payment; its id and its reference follow from seed and key.
pub(super) fn payment(account: AccountId, seed: Seed, key: EventKey, asked: &Asked) -> Payment {
    let number = seed.derive(&key.to_string()).derive("reference").stream().between(0, 9_999_999_999);
    let prefix = if asked.method == PaymentMethod::Eft { "VIR" } else { "SEPA" };
    Payment {
        id: payment_id(seed, key),
        account_id: account,
        ledger_id: asked.ledger,
        amount: asked.amount,
        payment_date: asked.on,
        reference: format!("{prefix}{number:010}"),
        status: asked.status,
        reason: Some(asked.reason),
        surcharge: Minor::ZERO,
        method: asked.method,
    }
}
