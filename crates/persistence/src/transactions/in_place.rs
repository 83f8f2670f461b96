//! Whole books, read in place: the same pages as by sea-orm.

use kemu_domain::transactions::Transaction;
use kemu_domain::{Page, PageRequest};
use rusqlite::OptionalExtension as _;

use super::rows::transaction;
use super::{Book, Reading};
use crate::columns::index;
use crate::entities::transactions::Model;
use crate::error::Result;
use crate::reads::{InPlace, InPlaceRow as _, in_place_row};

in_place_row!(Model {
    id, account_id, account_number, ledger_id, kind, net, tax, gross, balance_carried_forward, posted_date, created_at,
    title, note, reason_code, is_reversed, is_held, is_issued, has_statement, is_imported, billing_document,
    charge_subject, consumption_start, consumption_end, consumption_wh, usage_cost, supply_charge, payment_method,
    is_late_failed,
} without { ledger_position: 0, account_position: None, complete_position: 0 });

/// A page of a book nothing of which is filtered out.
pub(super) fn page(
    in_place: &InPlace,
    book: Book,
    reading: Reading,
    request: &PageRequest,
) -> Result<Page<Transaction>> {
    let (owner, position, id) = match book {
        Book::Ledger(id) => ("ledger_id", "ledger_position", id.get()),
        Book::Account(id) => ("account_id", "account_position", id.get()),
        Book::Complete(id) => ("account_id", "complete_position", id.get()),
    };
    let order = match reading {
        Reading::OldestFirst => "ASC",
        Reading::NewestFirst => "DESC",
    };
    in_place.read(|connection| {
        let mut last = connection.prepare_cached(&format!(
            "SELECT {position} FROM transactions WHERE {owner} = ?1 AND {position} IS NOT NULL ORDER BY {position} DESC LIMIT 1"
        ))?;
        let last: Option<i64> = last.query_row((id,), |row| row.get(0)).optional()?;
        let total = last.map_or(0, |last| last + 1);
        let window = request.window(usize::try_from(total).unwrap_or(0));
        let signed = |index: usize| i64::try_from(index).unwrap_or(i64::MAX);
        let (low, high) = match reading {
            Reading::OldestFirst => (signed(window.range.start), signed(window.range.end)),
            Reading::NewestFirst => (total - signed(window.range.end), total - signed(window.range.start)),
        };
        let mut page = connection.prepare_cached(&format!(
            "SELECT {} FROM transactions WHERE {owner} = ?1 AND {position} >= ?2 AND {position} < ?3 ORDER BY {position} {order}",
            Model::COLUMNS
        ))?;
        let mut rows = page.query((id, low, high))?;
        let mut items = Vec::with_capacity(window.range.len());
        while let Some(row) = rows.next()? {
            items.push(transaction(Model::read(row)?)?);
        }
        Ok(Page::new(items, &window, index("transactions.position", total)?))
    })
}
