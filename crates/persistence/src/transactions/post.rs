//! Booking a transaction.

use kemu_domain::accounts::Account;
use kemu_domain::bookkeeping::{self, BookingError, Books, LedgerBook};
use kemu_domain::transactions::{Draft, Transaction};
use kemu_domain::{LedgerId, Minor};
use sea_orm::sea_query::{Expr, Order};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::Book;
use crate::columns::{date, position};
use crate::entities::transactions::{Column, Entity};
use crate::entities::{accounts, ledgers};
use crate::error::Result;

/// Books a draft on a ledger of the account and moves the ledger's balance. Needs the transaction of a
/// mutation (`Store::begin`): what is read here must still be true when it is written.
pub async fn post(
    transaction: &DatabaseTransaction,
    account: &Account,
    ledger: LedgerId,
    draft: Draft,
) -> Result<Transaction> {
    // PostgreSQL: others who book on this account wait here. SQLite has one writer and leaves this out.
    accounts::Entity::find_by_id(account.id.get()).lock_exclusive().one(transaction).await?;
    let found = ledgers::Entity::find_by_id(ledger.get()).one(transaction).await?;
    let found = found.ok_or(BookingError::ForeignLedger(ledger))?;
    let mut on = LedgerBook {
        ledger: crate::ledgers::ledger(found)?,
        count: count(transaction, Book::Ledger(ledger)).await?,
    };
    let mut books = books(transaction, account).await?;
    let booked = bookkeeping::book(account, &mut books, &mut on, draft)?;
    Entity::insert(super::row(&booked)).exec_without_returning(transaction).await?;
    set_balance(transaction, ledger, on.ledger.balance).await?;
    Ok(booked.transaction)
}

/// The books of an account as they are open for entries: its own and those of its ledgers. Like [`post`] it needs the
/// transaction of what is about to be written.
pub async fn open_books(
    transaction: &DatabaseTransaction,
    account: &Account,
) -> Result<(Books, Vec<LedgerBook>)> {
    accounts::Entity::find_by_id(account.id.get()).lock_exclusive().one(transaction).await?;
    let mut on = Vec::new();
    for ledger in crate::ledgers::of_account(transaction, account.id).await? {
        let count = count(transaction, Book::Ledger(ledger.id)).await?;
        on.push(LedgerBook { ledger, count });
    }
    Ok((books(transaction, account).await?, on))
}

async fn books(transaction: &impl ConnectionTrait, account: &Account) -> Result<Books> {
    let last: Option<(i64, i64)> = Entity::find()
        .select_only()
        .columns([Column::CompletePosition, Column::PostedDate])
        .filter(Book::Complete(account.id).holds())
        .order_by(Column::CompletePosition, Order::Desc)
        .limit(1)
        .into_tuple()
        .one(transaction)
        .await?;
    let Some((last_position, last_posted)) = last else {
        return Ok(Books::default());
    };
    Ok(Books {
        last_posted: Some(date("transactions.posted_date", last_posted)?),
        account_count: count(transaction, Book::Account(account.id)).await?,
        complete_count: last_position + 1,
    })
}

async fn count(transaction: &impl ConnectionTrait, book: Book) -> Result<i64> {
    super::end(transaction, book, None).await.map(position)
}

/// Writes what is on a ledger.
pub(crate) async fn set_balance(
    transaction: &impl ConnectionTrait,
    ledger: LedgerId,
    balance: Minor,
) -> Result<()> {
    ledgers::Entity::update_many()
        .col_expr(ledgers::Column::Balance, Expr::value(balance.cents()))
        .filter(ledgers::Column::Id.eq(ledger.get()))
        .exec(transaction)
        .await?;
    Ok(())
}
