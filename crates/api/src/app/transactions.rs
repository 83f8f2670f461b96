//! Pages of books.

use kemu_domain::accounts::Account;
use kemu_domain::errors::{Failure, codes};
use kemu_domain::transactions::Transaction;
use kemu_domain::{Page, PageRequest};
use kemu_persistence::transactions::{Book, Filter, Reading, page};

use super::ledgers;
use crate::graphql::RequestContext;

/// Which of an account's books is read.
#[derive(Debug, Clone, Default)]
pub struct BookChoice {
    /// One ledger's.
    pub ledger_number: Option<String>,
    /// All ledgers', those included that do not count for the balance.
    pub all_ledgers: bool,
}

/// A page of an account's transactions. Errors: 3818 one ledger and all, 3837 a ledger that is none of the account's.
pub async fn of_account(
    ctx: &RequestContext,
    account: &Account,
    choice: &BookChoice,
    filter: &Filter,
    reading: Reading,
    request: &PageRequest,
) -> Result<Page<Transaction>, Failure> {
    let book = match &choice.ledger_number {
        Some(_) if choice.all_ledgers => return Err(codes::ALL_LEDGERS_AND_ONE.into()),
        Some(number) => Book::Ledger(ledgers::one_of_account(ctx, account, number).await?.id),
        None if choice.all_ledgers => Book::Complete(account.id),
        None => Book::Account(account.id),
    };
    of_book(ctx, book, filter, reading, request).await
}

/// A page of a book.
pub async fn of_book(
    ctx: &RequestContext,
    book: Book,
    filter: &Filter,
    reading: Reading,
    request: &PageRequest,
) -> Result<Page<Transaction>, Failure> {
    Ok(page(&ctx.sandbox.store.reader(), book, filter, reading, request).await?)
}
