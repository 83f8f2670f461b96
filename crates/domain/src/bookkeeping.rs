//! How a booking enters the books.
//!
//! Each transaction stands in up to three books: its ledger's, the account's (the ledgers that affect the
//! account's balance) and the account's complete one (all its ledgers). Books are append-only and their
//! posted dates never decrease, so in each the positions are dense from 0, ascending by date; read newest
//! first, index *i* is position `count - 1 - i`. That makes a cursor by index as cheap as one by key.

use chrono::NaiveDate;

use crate::accounts::Account;
use crate::ids::{LedgerId, TransactionId};
use crate::ledgers::Ledger;
use crate::transactions::{Detail, Draft, Transaction};

/// Why a booking was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BookingError {
    /// The book has gone on already.
    #[error("posted on {posted}, but the account's books already reach {last}: books are append-only")]
    BehindTheBooks {
        /// The date of the draft.
        posted: NaiveDate,
        /// The last date in the books.
        last: NaiveDate,
    },
    /// The ledger is another account's.
    #[error("ledger {0} belongs to another account")]
    ForeignLedger(LedgerId),
    /// Net and tax do not make gross.
    #[error("net and tax do not add up to gross")]
    AmountsDoNotAddUp,
}

/// How far the books of an account are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Books {
    /// The last date in any of them.
    pub last_posted: Option<NaiveDate>,
    /// How many transactions are in the account's book.
    pub account_count: i64,
    /// How many are in its complete book.
    pub complete_count: i64,
}

/// A ledger and how far its book is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerBook {
    /// The ledger.
    pub ledger: Ledger,
    /// How many transactions are in its book.
    pub count: i64,
}

/// A transaction with its places in the books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booked {
    /// The transaction.
    pub transaction: Transaction,
    /// Its place in the ledger's book.
    pub ledger_position: i64,
    /// Its place in the account's book, where the ledger affects the account's balance.
    pub account_position: Option<i64>,
    /// Its place in the account's complete book.
    pub complete_position: i64,
}

/// Books a draft: gives it an id, its places and the balance carried forward, and moves the books on.
pub fn book(
    account: &Account,
    books: &mut Books,
    on: &mut LedgerBook,
    draft: Draft,
) -> Result<Booked, BookingError> {
    if on.ledger.account_id != account.id {
        return Err(BookingError::ForeignLedger(on.ledger.id));
    }
    if let Some(last) = books.last_posted
        && draft.posted_date < last
    {
        return Err(BookingError::BehindTheBooks { posted: draft.posted_date, last });
    }
    if draft.amounts.net + draft.amounts.tax != draft.amounts.gross {
        return Err(BookingError::AmountsDoNotAddUp);
    }
    on.ledger.balance += draft.effect();
    let booked = Booked {
        ledger_position: on.count,
        account_position: on.ledger.affects_account_balance.then_some(books.account_count),
        complete_position: books.complete_count,
        transaction: Transaction {
            id: transaction_id(on.ledger.id, on.count, draft.detail),
            account_id: account.id,
            account_number: account.number.clone(),
            ledger_id: on.ledger.id,
            balance_carried_forward: on.ledger.balance,
            entry: draft,
        },
    };
    on.count += 1;
    books.complete_count += 1;
    books.account_count += i64::from(booked.account_position.is_some());
    books.last_posted = Some(booked.transaction.entry.posted_date);
    Ok(booked)
}

/// A million bookings fit on a ledger before its ids would run into the next ledger's.
const IDS_A_LEDGER: i64 = 1_000_000;

/// Ids follow from ledger and position, so they are unique and the same for the same seed. Payments and
/// refunds are negative: clients must bear negative ids, as one was captured (kraken-facts 8).
const fn transaction_id(ledger: LedgerId, position: i64, detail: Detail) -> TransactionId {
    let id = ledger.0 * IDS_A_LEDGER + position;
    match detail {
        Detail::Payment { .. } | Detail::Refund => TransactionId(-id),
        Detail::Charge { .. } | Detail::Credit => TransactionId(id),
    }
}
