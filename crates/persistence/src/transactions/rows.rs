//! Rows into transactions and back.

use std::mem;

use kemu_domain::bookkeeping::Booked;
use kemu_domain::transactions::{Amounts, Consumption, Detail, Draft, Transaction, TransactionKind};
use kemu_domain::{AccountId, BillId, LedgerId, Minor, TransactionId};
use sea_orm::ActiveValue::Set;

use crate::columns::{date, days, instant, micros, parsed};
use crate::entities::transactions::{ActiveModel, Model};
use crate::error::Result;

pub(super) fn transaction(mut row: Model) -> Result<Transaction> {
    let detail = detail(&mut row)?;
    Ok(Transaction {
        id: TransactionId(row.id),
        account_id: AccountId(row.account_id),
        account_number: parsed("transactions.account_number", row.account_number)?,
        ledger_id: LedgerId(row.ledger_id),
        balance_carried_forward: Minor(row.balance_carried_forward),
        entry: Draft {
            detail,
            amounts: Amounts { net: Minor(row.net), tax: Minor(row.tax), gross: Minor(row.gross) },
            posted_date: date("transactions.posted_date", row.posted_date)?,
            created_at: instant("transactions.created_at", row.created_at)?,
            title: row.title,
            note: row.note,
            reason_code: row.reason_code,
            is_reversed: row.is_reversed,
            is_held: row.is_held,
            is_issued: row.is_issued,
            has_statement: row.has_statement,
            is_imported: row.is_imported,
            billing_document: row.billing_document.map(BillId),
        },
    })
}

/// Takes the texts that it reads out of the row.
fn detail(row: &mut Model) -> Result<Detail> {
    Ok(match parsed("transactions.kind", mem::take(&mut row.kind))? {
        TransactionKind::Charge => Detail::Charge {
            subject: parsed("transactions.charge_subject", row.charge_subject.take().unwrap_or_default())?,
            consumption: consumption(row)?,
        },
        TransactionKind::Payment => Detail::Payment {
            method: match row.payment_method.take() {
                Some(method) => Some(parsed("transactions.payment_method", method)?),
                None => None,
            },
            is_late_failed: row.is_late_failed,
        },
        TransactionKind::Refund => Detail::Refund,
        TransactionKind::Credit => Detail::Credit,
    })
}

/// The five columns are written together, so the first missing one means that there is none.
fn consumption(row: &Model) -> Result<Option<Consumption>> {
    let (Some(start), Some(end), Some(quantity_wh), Some(usage_cost), Some(supply_charge)) =
        (row.consumption_start, row.consumption_end, row.consumption_wh, row.usage_cost, row.supply_charge)
    else {
        return Ok(None);
    };
    Ok(Some(Consumption {
        start_date: date("transactions.consumption_start", start)?,
        end_date: date("transactions.consumption_end", end)?,
        quantity_wh,
        usage_cost: Minor(usage_cost),
        supply_charge: Minor(supply_charge),
    }))
}

pub(crate) fn row(booked: &Booked) -> ActiveModel {
    let transaction = &booked.transaction;
    let entry = &transaction.entry;
    let (subject, consumption) = match entry.detail {
        Detail::Charge { subject, consumption } => (Some(subject), consumption),
        _ => (None, None),
    };
    let (method, is_late_failed) = match entry.detail {
        Detail::Payment { method, is_late_failed } => (method, is_late_failed),
        _ => (None, false),
    };
    ActiveModel {
        id: Set(transaction.id.get()),
        account_id: Set(transaction.account_id.get()),
        account_number: Set(transaction.account_number.to_string()),
        ledger_id: Set(transaction.ledger_id.get()),
        ledger_position: Set(booked.ledger_position),
        account_position: Set(booked.account_position),
        complete_position: Set(booked.complete_position),
        kind: Set(transaction.kind().to_string()),
        net: Set(entry.amounts.net.cents()),
        tax: Set(entry.amounts.tax.cents()),
        gross: Set(entry.amounts.gross.cents()),
        balance_carried_forward: Set(transaction.balance_carried_forward.cents()),
        posted_date: Set(days(entry.posted_date)),
        created_at: Set(micros(entry.created_at)),
        title: Set(entry.title.clone()),
        note: Set(entry.note.clone()),
        reason_code: Set(entry.reason_code.clone()),
        is_reversed: Set(entry.is_reversed),
        is_held: Set(entry.is_held),
        is_issued: Set(entry.is_issued),
        has_statement: Set(entry.has_statement),
        is_imported: Set(entry.is_imported),
        billing_document: Set(entry.billing_document.map(BillId::get)),
        charge_subject: Set(subject.map(|subject| subject.to_string())),
        consumption_start: Set(consumption.map(|c| days(c.start_date))),
        consumption_end: Set(consumption.map(|c| days(c.end_date))),
        consumption_wh: Set(consumption.map(|c| c.quantity_wh)),
        usage_cost: Set(consumption.map(|c| c.usage_cost.cents())),
        supply_charge: Set(consumption.map(|c| c.supply_charge.cents())),
        payment_method: Set(method.map(|method| method.to_string())),
        is_late_failed: Set(is_late_failed),
    }
}
