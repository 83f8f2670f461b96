//! Documents that customers read.

use kemu_domain::errors::Failure;
use kemu_domain::{BillId, Scope};
use kemu_persistence::{accounts, agreements, bills, ledgers, supply_points};

use crate::documents::{BillPaper, render};
use crate::sandbox::Sandbox;

/// A file to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// What it is called, with its ending.
    pub file_name: String,
    /// The PDF.
    pub pdf: Vec<u8>,
}

/// The paper of a bill; `None` where there is no such bill. Whoever asks has shown that they may read it: by an
/// address that was signed for them.
pub async fn bill(sandbox: &Sandbox, id: BillId) -> Result<Option<Document>, Failure> {
    let connection = sandbox.store.reader();
    let Some(bill) = bills::visible_to(Scope::All).by_id(&connection, id).await? else { return Ok(None) };
    let account = accounts::visible_to(Scope::All).by_id(&connection, bill.account_id).await?;
    let account = account.ok_or_else(|| Failure::internal("a bill's account is gone"))?;
    let ledger = ledgers::visible_to(Scope::All).by_id(&connection, bill.ledger_id).await?;
    let ledger = ledger.ok_or_else(|| Failure::internal("a bill's ledger is gone"))?;
    let agreement = agreements::visible_to(Scope::All).by_id(&connection, bill.agreement_id).await?;
    let supplied = supply_points::of_account(&connection, bill.account_id).await?;
    let point = agreement.and_then(|agreement| {
        supplied.iter().find(|supplied| supplied.point.id == agreement.supply_point_id)
    });
    let meter_point = point.map(|supplied| supplied.point.external_identifier.as_str());
    let pdf = render(&BillPaper { bill: &bill, account: &account, ledger: &ledger, meter_point });
    Ok(Some(Document { file_name: format!("{}.pdf", bill.identifier), pdf }))
}
