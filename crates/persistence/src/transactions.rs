//! Transactions: pages of a book, and booking.
//!
//! A book's positions are dense and ascending by date (`kemu_domain::bookkeeping`), so a window of indexes is
//! a range of positions: the page is found by the unique index of the book, at the same cost wherever it
//! lies. A range of dates is a range of positions as well; only filters by type have to count.

mod in_place;
mod post;
mod rows;

use std::ops::Range;

use chrono::NaiveDate;
use kemu_domain::billing::Step;
use kemu_domain::transactions::{ChargeSubject, Transaction, TransactionKind, TypeFilter};
use kemu_domain::{AccountId, BillId, LedgerId, Minor, Page, PageRequest};
use sea_orm::sea_query::{Order, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};

use crate::columns::{days, index, position};
use crate::entities::billing_events;
use crate::entities::transactions::{Column, Entity};
use crate::error::Result;
use crate::reads::Reads;

pub(crate) use post::set_balance;
pub use post::{open_books, post};
pub(crate) use rows::row;
use rows::transaction;

/// Which book is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Book {
    /// A ledger's.
    Ledger(LedgerId),
    /// An account's: the ledgers that affect its balance.
    Account(AccountId),
    /// An account's complete one: all its ledgers (`includeAllLedgers`).
    Complete(AccountId),
}

/// In which order a book is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reading {
    /// Oldest first: `POSTED_DATE_ASC`.
    OldestFirst,
    /// Newest first: `POSTED_DATE_DESC`, the contract's default.
    #[default]
    NewestFirst,
}

/// Which transactions of a book are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only those that one of these lets through; empty for all.
    pub types: Vec<TypeFilter>,
    /// None of those that one of these lets through.
    pub types_excluded: Vec<TypeFilter>,
    /// Posted on this day or later.
    pub from: Option<NaiveDate>,
    /// Posted on this day or earlier.
    pub to: Option<NaiveDate>,
}

/// A page of a book.
pub async fn page(
    connection: &impl Reads,
    book: Book,
    filter: &Filter,
    reading: Reading,
    request: &PageRequest,
) -> Result<Page<Transaction>> {
    if let Some(in_place) = connection.in_place().filter(|_| *filter == Filter::default()) {
        return in_place::page(in_place, book, reading, request);
    }
    let end = end(connection, book, filter.to).await?;
    let start = match filter.from {
        Some(from) => start(connection, book, from).await?.unwrap_or(end).min(end),
        None => 0,
    };
    let by_type = filter.by_type();
    let selects_all = by_type.is_empty();
    let selected = stretch(book, start..end, reading).filter(by_type);

    let total = if selects_all {
        end - start
    } else {
        usize::try_from(selected.clone().count(connection).await?).unwrap_or(usize::MAX)
    };
    let window = request.window(total);
    if window.range.is_empty() {
        return Ok(Page::new(Vec::new(), &window, total));
    }
    let select = if selects_all {
        let positions = match reading {
            Reading::OldestFirst => start + window.range.start..start + window.range.end,
            Reading::NewestFirst => end - window.range.end..end - window.range.start,
        };
        stretch(book, positions, reading)
    } else {
        selected.offset(window.range.start as u64).limit(window.range.len() as u64)
    };
    let rows = select.all(connection).await?;
    let items = rows.into_iter().map(transaction).collect::<Result<_>>()?;
    Ok(Page::new(items, &window, total))
}

/// The refunds of an account that no request for a repayment led to, oldest first.
pub async fn unasked_refunds_of(
    connection: &impl ConnectionTrait,
    account: AccountId,
) -> Result<Vec<Transaction>> {
    let asked = Query::select()
        .column(billing_events::Column::TransactionId)
        .from(billing_events::Entity)
        .and_where(billing_events::Column::AccountId.eq(account.get()))
        .and_where(billing_events::Column::EventKey.starts_with(format!("{}/", Step::RepaymentPaid)))
        .and_where(billing_events::Column::TransactionId.is_not_null())
        .to_owned();
    let select = Entity::find()
        .filter(Column::AccountId.eq(account.get()))
        .filter(Column::Kind.eq(TransactionKind::Refund.to_string()))
        .filter(Column::Id.not_in_subquery(asked));
    let rows = select.order_by_asc(Column::CompletePosition).all(connection).await?;
    rows.into_iter().map(transaction).collect()
}

/// What was charged to an account on `from` or later: the part of its debt that may not be due yet.
pub async fn charged_since(
    connection: &impl ConnectionTrait,
    account: AccountId,
    from: NaiveDate,
) -> Result<Minor> {
    // Added up here, as PostgreSQL gives the sum of a bigint another type.
    let amounts: Vec<i64> = Entity::find()
        .select_only()
        .column(Column::Gross)
        .filter(Book::Account(account).holds())
        .filter(Column::PostedDate.gte(days(from)))
        .filter(Column::Kind.eq(TransactionKind::Charge.to_string()))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(amounts.into_iter().map(Minor).sum())
}

/// What stands on a bill of a ledger, or without one what is booked on the ledger and on no bill yet; oldest first. A
/// bill has some dozens of bookings at most, so lists are filtered and cut to pages by those who ask.
pub async fn on_bill(
    connection: &impl ConnectionTrait,
    ledger: LedgerId,
    bill: Option<BillId>,
) -> Result<Vec<Transaction>> {
    let document = Column::BillingDocument;
    let rows = Entity::find()
        .filter(Book::Ledger(ledger).holds())
        .filter(bill.map_or_else(|| document.is_null(), |bill| document.eq(bill.get())))
        .order_by(Column::LedgerPosition, Order::Asc)
        .all(connection)
        .await?;
    rows.into_iter().map(transaction).collect()
}

/// The transactions at some positions of a book.
fn stretch(book: Book, positions: Range<usize>, reading: Reading) -> Select<Entity> {
    let column = book.position();
    Entity::find()
        .filter(book.holds())
        .filter(column.gte(position(positions.start)))
        .filter(column.lt(position(positions.end)))
        .order_by(column, reading.order())
}

/// Behind which position the wanted part of a book ends: its length, where no date cuts it off.
async fn end(connection: &impl ConnectionTrait, book: Book, to: Option<NaiveDate>) -> Result<usize> {
    let last: Option<i64> = last(book, to).into_tuple().one(connection).await?;
    last.map_or(Ok(0), |last| index("transactions.position", last + 1))
}

fn last(book: Book, to: Option<NaiveDate>) -> Select<Entity> {
    let column = book.position();
    let select = Entity::find().select_only().column(column).filter(book.holds());
    let select = match to {
        Some(to) => select.filter(Column::PostedDate.lte(days(to))).order_by(Column::PostedDate, Order::Desc),
        None => select,
    };
    select.order_by(column, Order::Desc).limit(1)
}

/// At which position the part of a book that begins with a date begins.
async fn start(connection: &impl ConnectionTrait, book: Book, from: NaiveDate) -> Result<Option<usize>> {
    let first: Option<i64> = first(book, from).into_tuple().one(connection).await?;
    first.map(|first| index("transactions.position", first)).transpose()
}

fn first(book: Book, from: NaiveDate) -> Select<Entity> {
    let column = book.position();
    let select = Entity::find().select_only().column(column).filter(book.holds());
    let select = select.filter(Column::PostedDate.gte(days(from)));
    select.order_by(Column::PostedDate, Order::Asc).order_by(column, Order::Asc).limit(1)
}

impl Book {
    const fn position(self) -> Column {
        match self {
            Self::Ledger(_) => Column::LedgerPosition,
            Self::Account(_) => Column::AccountPosition,
            Self::Complete(_) => Column::CompletePosition,
        }
    }

    fn holds(self) -> Condition {
        let all = Condition::all();
        match self {
            Self::Ledger(ledger) => all.add(Column::LedgerId.eq(ledger.get())),
            Self::Account(account) => {
                all.add(Column::AccountId.eq(account.get())).add(Column::AccountPosition.is_not_null())
            }
            Self::Complete(account) => all.add(Column::AccountId.eq(account.get())),
        }
    }
}

impl Reading {
    const fn order(self) -> Order {
        match self {
            Self::OldestFirst => Order::Asc,
            Self::NewestFirst => Order::Desc,
        }
    }
}

impl Filter {
    /// What the types ask for; empty where they ask for nothing.
    fn by_type(&self) -> Condition {
        let any_of = |types: &[TypeFilter]| {
            types.iter().fold(Condition::any(), |any, wanted| any.add(lets_through(*wanted)))
        };
        let mut all = Condition::all();
        if !self.types.is_empty() {
            all = all.add(any_of(&self.types));
        }
        if !self.types_excluded.is_empty() {
            all = all.add(any_of(&self.types_excluded).not());
        }
        all
    }
}

/// `TypeFilter::matches` in SQL. Never null, always true or false: the `NOT` of `types_excluded` would lose
/// a row about which the condition says nothing.
fn lets_through(wanted: TypeFilter) -> Condition {
    let charged_for = |subject: ChargeSubject| {
        Condition::all()
            .add(Column::ChargeSubject.is_not_null())
            .add(Column::ChargeSubject.eq(subject.to_string()))
    };
    let imported = |kind: TransactionKind| {
        Condition::all().add(Column::IsImported.eq(true)).add(Column::Kind.eq(kind.to_string()))
    };
    match wanted {
        TypeFilter::EnergyCharges => charged_for(ChargeSubject::Energy),
        TypeFilter::WaterCharges => charged_for(ChargeSubject::Water),
        TypeFilter::ImportedCharges => imported(TransactionKind::Charge),
        TypeFilter::ImportedCredits => imported(TransactionKind::Credit),
        TypeFilter::ImportedPayments => imported(TransactionKind::Payment),
        TypeFilter::ImportedRepayments => imported(TransactionKind::Refund),
        TypeFilter::UnissuedTransactions => Condition::all().add(Column::IsIssued.eq(false)),
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::QueryTrait;

    use super::*;
    use crate::{Store, StoreUrl};

    /// Pages cost the same at each depth only while SQLite seeks in the index of the book. This sees it
    /// choose another one, or sort.
    #[tokio::test]
    async fn each_statement_seeks_in_the_right_index() {
        let store = Store::open(&StoreUrl::Temporary).await.expect("opens");
        let date = NaiveDate::from_ymd_opt(2026, 1, 15).expect("a date");
        let books = [
            (Book::Ledger(LedgerId(1)), "book_of_ledger", "dates_of_ledger"),
            (Book::Account(AccountId(1)), "book_of_account", "dates_of_account"),
            (Book::Complete(AccountId(1)), "complete_book_of_account", "dates_of_account"),
        ];
        for (book, positions, dates) in books {
            let statements = [
                (stretch(book, 500..600, Reading::NewestFirst), positions),
                (stretch(book, 500..600, Reading::OldestFirst), positions),
                (last(book, None), positions),
                (last(book, Some(date)), dates),
                (first(book, date), dates),
            ];
            for (select, index) in statements {
                let mut statement = select.build(store.connection().get_database_backend());
                statement.sql.insert_str(0, "EXPLAIN QUERY PLAN ");
                let plan = store.connection().query_all_raw(statement).await.expect("a plan");
                let plan: Vec<String> =
                    plan.iter().map(|row| row.try_get("", "detail").expect("text")).collect();
                let plan = plan.join("; ");
                assert!(plan.contains(&format!("INDEX {index} ")), "{book:?} wants {index}: {plan}");
                // Sorting the bookings of one day (`LAST TERM`) is all there may be.
                assert!(!plan.contains("USE TEMP B-TREE FOR ORDER BY"), "{book:?}: {plan}");
            }
        }
    }
}
