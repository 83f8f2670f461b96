//! How the customer pays: what a fixture says of it, and the store keeps.

use serde::{Deserialize, Serialize};

use super::plan::{DebitOutcomes, PaymentBehaviour};
use crate::payment_schedules::PaymentSchedule;

/// In which way bills are paid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Each bill by direct debit.
    DirectDebit,
    /// The same amount each month: there is a regular schedule.
    Instalments,
    /// By hand, so many days after the due day.
    Late(u32),
    /// Not at all.
    #[default]
    Never,
}

/// How a ledger is paid.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentHabits {
    /// In which way.
    pub way: Way,
    /// What becomes of direct debits.
    pub debits: DebitOutcomes,
    /// The id of the ledger whose bills this ledger's credit pays.
    pub pays_for: Option<i64>,
}

impl PaymentHabits {
    /// What billing makes of it. `regular` is the ledger's regular schedule; instalments without one take nothing.
    pub fn behaviour(&self, regular: Option<&PaymentSchedule>) -> PaymentBehaviour {
        let outcomes = self.debits.clone();
        match (self.way, regular) {
            (Way::DirectDebit, _) => PaymentBehaviour::DirectDebit(outcomes),
            (Way::Instalments, Some(schedule)) => {
                PaymentBehaviour::InstalmentPlan { schedule: schedule.clone(), outcomes }
            }
            (Way::Late(days), _) => PaymentBehaviour::ManualPaysLate { days },
            (Way::Never | Way::Instalments, _) => PaymentBehaviour::NeverPays,
        }
    }
}
