//! Billing goes on as time does: bills are issued and collected as far as the sandbox's clock has come.
//!
//! Nothing runs in the background. Whoever reads or changes a world first lets billing catch up ([`catch_up`]), which
//! costs a look at one number until something is due. An account is billed in one transaction, with its state, so that
//! a process that is killed goes on where it was; two processes on one store wait for each other at the account's row.

use std::sync::atomic::Ordering::SeqCst;
use std::sync::atomic::{AtomicI64, AtomicU64};

use chrono::{DateTime, Utc};
use kemu_domain::accounts::Account;
use kemu_domain::agreements::Agreement;
use kemu_domain::billing::{AccountPlan, BillingState, Engine, Forecast, Posting, forecast};
use kemu_domain::errors::Failure;
use kemu_domain::ledgers::Ledger;
use kemu_domain::metering::AccountMeters;
use kemu_domain::payment_schedules::PaymentSchedule;
use kemu_domain::transactions::Draft;
use kemu_domain::{AccountId, LedgerId, Scope, TransactionId};
use kemu_persistence::{WriteTransaction, accounts, billing, ledgers, payment_schedules, transactions};
use sea_orm::ConnectionTrait;
use tokio::sync::Mutex;

use super::supplies::Supplies;
use crate::sandbox::Sandbox;

/// When billing goes on, and whose turn it is.
#[derive(Debug)]
pub struct BillingClock {
    /// Microseconds; `i64::MAX` where nothing is to come. Another process on the same store may have come further.
    next_due: AtomicI64,
    /// How often something was committed that may be due earlier.
    changes: AtomicU64,
    turn: Mutex<()>,
}

impl BillingClock {
    /// Goes on at this time.
    pub fn new(next_due: Option<DateTime<Utc>>) -> Self {
        Self {
            next_due: AtomicI64::new(micros(next_due)),
            changes: AtomicU64::new(0),
            turn: Mutex::default(),
        }
    }

    fn is_due(&self, now: DateTime<Utc>) -> bool {
        self.next_due.load(SeqCst) <= now.timestamp_micros()
    }

    /// Goes on at this time, unless something was committed since `changes` were counted: then it looks again at once.
    fn set(&self, next_due: Option<DateTime<Utc>>, changes: u64, now: DateTime<Utc>) {
        self.next_due.store(micros(next_due), SeqCst);
        if self.changes.load(SeqCst) != changes {
            self.not_after(Some(now));
        }
    }

    /// Another process on the same store may have made something due earlier.
    pub fn follow(&self, next_due: Option<DateTime<Utc>>) {
        if micros(next_due) < self.next_due.load(SeqCst) {
            self.not_after(next_due);
        }
    }

    /// Goes on no later than this.
    pub fn not_after(&self, due: Option<DateTime<Utc>>) {
        self.changes.fetch_add(1, SeqCst);
        self.next_due.fetch_min(micros(due), SeqCst);
    }
}

fn micros(instant: Option<DateTime<Utc>>) -> i64 {
    instant.map_or(i64::MAX, |instant| instant.timestamp_micros())
}

/// Bills everything that is due at `now`; says for how many accounts something was.
pub async fn catch_up(sandbox: &Sandbox, now: DateTime<Utc>) -> Result<usize, Failure> {
    if !sandbox.billing.is_due(now) {
        return Ok(0);
    }
    // In a box, so that requests, for which nothing is due as a rule, need not carry its state around.
    Box::pin(bill_all(sandbox, now)).await
}

async fn bill_all(sandbox: &Sandbox, now: DateTime<Utc>) -> Result<usize, Failure> {
    let _turn = sandbox.billing.turn.lock().await;
    if !sandbox.billing.is_due(now) {
        return Ok(0);
    }
    let due = billing::due_at(sandbox.store.connection(), now).await?;
    let mut done = Ok(due.len());
    for account in due {
        let billed = async { Opened::begin(sandbox, account, now).await?.commit(sandbox).await };
        // An account that cannot be billed holds up no other.
        if let Err(failure) = billed.await {
            done = Err(failure);
        }
    }
    let changes = sandbox.billing.changes.load(SeqCst);
    let next_due = billing::next_due(sandbox.store.connection()).await?;
    sandbox.billing.set(next_due, changes, now);
    done
}

/// An account that is open for a change: billed up to now, nobody else writes to it. What is decided with it is
/// written by [`Opened::commit`]; dropped without, it leaves no trace.
pub struct Opened {
    /// For further queries.
    pub transaction: WriteTransaction,
    /// The account.
    pub account: Account,
    /// What it is supplied with.
    pub supplies: Supplies,
    /// Its payment schedules, oldest first.
    pub schedules: Vec<PaymentSchedule>,
    /// How far billing is. Who books says so here: `kemu_domain::billing`.
    pub state: BillingState,
    /// Its books.
    pub posting: Posting,
    /// What billing hangs on.
    pub plan: AccountPlan,
    meters: AccountMeters,
}

impl Opened {
    /// Opens an account and bills it up to `now`.
    pub async fn begin(sandbox: &Sandbox, id: AccountId, now: DateTime<Utc>) -> Result<Self, Failure> {
        Self::within(sandbox, sandbox.store.begin().await?, id, now).await
    }

    /// The same in a transaction that has begun. Who opens several accounts does so in the order of their ids.
    pub async fn within(
        sandbox: &Sandbox,
        transaction: WriteTransaction,
        id: AccountId,
        now: DateTime<Utc>,
    ) -> Result<Self, Failure> {
        let account = accounts::visible_to(Scope::All).by_id(&*transaction, id).await?;
        let account = account.ok_or_else(|| Failure::internal("an account with a billing state is gone"))?;
        let (books, on) = transactions::open_books(&transaction, &account).await?;
        let mut state = billing::state(&*transaction, id).await?;
        let supplies = Supplies::of(&*transaction, id).await?;
        let schedules = payment_schedules::of_account(&*transaction, id).await?;
        let plan = plan(sandbox, &*transaction, account.id, (&supplies.agreements, &schedules)).await?;
        let meters = supplies.meters(sandbox);
        let mut posting = Posting::new(account.clone(), books, on);
        let engine = Engine { plan: &plan, tariffs: &sandbox.tariffs, meters: &meters };
        while let Some(event) = engine.next_event(&mut state, now) {
            posting.enter(&event)?;
        }
        Ok(Self { transaction, account, supplies, schedules, state, posting, plan, meters })
    }

    /// Books something that billing did not make, and tells billing.
    pub fn book(&mut self, ledger: LedgerId, draft: Draft) -> Result<TransactionId, Failure> {
        self.state.note(draft.created_at);
        let booked = self.posting.book(ledger, draft)?;
        self.state.set_balance(ledger, self.posting.balance(ledger));
        Ok(booked)
    }

    /// The account's ledgers as they stand, by id.
    pub fn ledgers(&self) -> Vec<Ledger> {
        self.posting.ledgers().cloned().collect()
    }

    /// The payments that are to come until then, by date, as things stand.
    pub fn foresee(&self, sandbox: &Sandbox, now: DateTime<Utc>, until: DateTime<Utc>) -> Vec<Forecast> {
        let engine = Engine { plan: &self.plan, tariffs: &sandbox.tariffs, meters: &self.meters };
        forecast(&engine, &self.state, now, until)
    }

    /// Writes all of it. Agreements, schedules and habits that were changed by queries of the transaction count: when
    /// billing goes on is reckoned from what is there now.
    pub async fn commit(self, sandbox: &Sandbox) -> Result<(), Failure> {
        let (transaction, next_due) = self.write(sandbox).await?;
        transaction.commit().await?;
        sandbox.billing.not_after(next_due);
        Ok(())
    }

    /// Writes all of it and leaves the transaction open; says when billing goes on. Whoever commits the transaction
    /// tells that [`BillingClock::not_after`].
    pub async fn write(
        self,
        sandbox: &Sandbox,
    ) -> Result<(WriteTransaction, Option<DateTime<Utc>>), Failure> {
        let Self { transaction, account, state, posting, meters, .. } = self;
        let supplies = Supplies::of(&*transaction, account.id).await?;
        let schedules = payment_schedules::of_account(&*transaction, account.id).await?;
        let plan = plan(sandbox, &*transaction, account.id, (&supplies.agreements, &schedules)).await?;
        let next_due = Engine { plan: &plan, tariffs: &sandbox.tariffs, meters: &meters }.next_due(&state);
        let (posted, books) = posting.close();
        billing::write(&*transaction, account.id, &posted, &books).await?;
        billing::save_state(&*transaction, account.id, &state, next_due).await?;
        Ok((transaction, next_due))
    }
}

/// The billing of an account as it stands, for looks ahead. Nothing is written.
pub struct Outlook {
    /// How far billing is.
    pub state: BillingState,
    /// What billing hangs on.
    pub plan: AccountPlan,
    meters: AccountMeters,
}

impl Outlook {
    /// Reads it.
    pub async fn of(sandbox: &Sandbox, account: AccountId) -> Result<Self, Failure> {
        let connection = &sandbox.store.reader();
        let state = billing::state(connection, account).await?;
        let supplies = Supplies::of(connection, account).await?;
        let schedules = payment_schedules::of_account(connection, account).await?;
        let plan = plan(sandbox, connection, account, (&supplies.agreements, &schedules)).await?;
        let meters = supplies.meters(sandbox);
        Ok(Self { state, plan, meters })
    }

    /// Billing itself.
    pub fn engine<'a>(&'a self, sandbox: &'a Sandbox) -> Engine<'a> {
        Engine { plan: &self.plan, tariffs: &sandbox.tariffs, meters: &self.meters }
    }
}

/// The payments of an account that are to come until then, by date. Nothing is written.
pub async fn foresee(
    sandbox: &Sandbox,
    account: AccountId,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Vec<Forecast>, Failure> {
    let outlook = Outlook::of(sandbox, account).await?;
    Ok(forecast(&outlook.engine(sandbox), &outlook.state, now, until))
}

/// What billing hangs on, as the store has it.
async fn plan(
    sandbox: &Sandbox,
    connection: &impl ConnectionTrait,
    account: AccountId,
    (agreements, schedules): (&[Agreement], &[PaymentSchedule]),
) -> Result<AccountPlan, Failure> {
    let ledgers = ledgers::of_account(connection, account).await?;
    let habits = billing::habits(connection, account).await?;
    let (world, tariffs) = (sandbox.seed, &sandbox.tariffs);
    Ok(AccountPlan::assemble(account, world, &ledgers, agreements, schedules, &habits, tariffs)?)
}
