//! Moving a balance from one ledger to another, perhaps of another account.

use kemu_domain::accounts::Account;
use kemu_domain::billing::{Booking, balance_transferred};
use kemu_domain::errors::{Failure, codes};
use kemu_domain::ledgers::{Ledger, check_transfer};
use kemu_domain::transactions::Draft;
use kemu_domain::{Minor, TransactionId};
use kemu_persistence::ledgers;

use super::billing::Opened;
use super::{accounts, ledgers as own};
use crate::graphql::RequestContext;

/// One end of a transfer, as it is named.
#[derive(Debug, Clone)]
pub struct End {
    /// The account's number.
    pub account_number: String,
    /// The ledger's number.
    pub ledger_number: Option<String>,
}

/// What was booked: what left the one ledger, and what came to the other.
#[derive(Debug, Clone)]
pub struct Transfer {
    /// The charge.
    pub out: (TransactionId, Draft),
    /// The credit.
    pub into: (TransactionId, Draft),
}

/// Moves an amount.
///
/// Errors: 3822 for an account that is unknown or somebody else's, 3823 for a ledger that is none of its, 3821, and those
/// of [`check_transfer`].
pub async fn transfer(
    ctx: &RequestContext,
    (source, target): (&End, &End),
    amount: Minor,
    note: Option<&str>,
) -> Result<Transfer, Failure> {
    let (from_account, from) = found(ctx, source).await?;
    let (to_account, to) = found(ctx, target).await?;
    let (out, into) = balance_transferred((from.id, to.id), amount, ctx.now, note);
    let sandbox = &ctx.sandbox;
    // Decided by what is there when the books are open.
    let check = |opened: &Opened| check_transfer((from.id, opened.posting.balance(from.id)), to.id, amount);
    let book = |opened: &mut Opened, booking: &Booking| opened.book(booking.ledger, booking.draft.clone());
    let (first, second) = (from_account.id.min(to_account.id), from_account.id.max(to_account.id));
    let mut opened = Opened::begin(sandbox, first, ctx.now).await?;
    let (mut left, mut came) = (None, None);
    if from_account.id == first {
        check(&opened)?;
        left = Some(book(&mut opened, &out)?);
    }
    if to_account.id == first {
        came = Some(book(&mut opened, &into)?);
    }
    if first != second {
        let (transaction, next_due) = opened.write(sandbox).await?;
        opened = Opened::within(sandbox, transaction, second, ctx.now).await?;
        if from_account.id == second {
            check(&opened)?;
            left = Some(book(&mut opened, &out)?);
        } else {
            came = Some(book(&mut opened, &into)?);
        }
        // Too early where the rest fails, and so without harm.
        sandbox.billing.not_after(next_due);
    }
    opened.commit(sandbox).await?;
    let booked = left.zip(came).ok_or_else(|| Failure::internal("a transfer has an end that is nowhere"))?;
    Ok(Transfer { out: (booked.0, out.draft), into: (booked.1, into.draft) })
}

async fn found(ctx: &RequestContext, end: &End) -> Result<(Account, Ledger), Failure> {
    let account = accounts::find_or(ctx, &end.account_number, codes::MONEY_UNAUTHORIZED).await?;
    let all = ledgers::of_account(&ctx.sandbox.store.reader(), account.id).await?;
    let ledger = own::chosen(all, end.ledger_number.as_deref(), codes::LEDGER_UNAUTHORIZED)?;
    Ok((account, ledger))
}
