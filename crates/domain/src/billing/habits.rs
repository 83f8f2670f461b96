//! How the customer pays: what a fixture says of it, and the store keeps.

use serde::{Deserialize, Serialize};

use super::plan::{DebitOutcomes, PaymentBehaviour};
use crate::payment_schedules::{PaymentSchedule, ScheduleTrigger};

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
    /// From now on there is a mandate: what was paid by hand, or not at all, is taken by direct debit. `regular` says
    /// that a regular schedule is in force. With another bank account, each debit clears (assumed).
    #[must_use]
    pub fn with_mandate(&self, regular: bool, other_bank: bool) -> Self {
        let way = match self.way {
            Way::Late(_) | Way::Never if regular => Way::Instalments,
            Way::Late(_) | Way::Never => Way::DirectDebit,
            taken => taken,
        };
        let debits = if other_bank { DebitOutcomes::default() } else { self.debits.clone() };
        Self { way, debits, pays_for: self.pays_for }
    }

    /// From now on a schedule of this kind is in force. It changes nothing for who pays by hand.
    #[must_use]
    pub fn with_schedule(&self, trigger: ScheduleTrigger) -> Self {
        let way = match (self.way, trigger) {
            (by_hand @ (Way::Late(_) | Way::Never), _) => by_hand,
            (_, ScheduleTrigger::Regular) => Way::Instalments,
            (_, ScheduleTrigger::Bill) => Way::DirectDebit,
        };
        Self { way, ..self.clone() }
    }

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::billing::DebitOutcome;

    #[test]
    fn a_mandate_ends_paying_by_hand() {
        let of = |way| PaymentHabits { way, ..PaymentHabits::default() };
        for by_hand in [Way::Never, Way::Late(10)] {
            assert_eq!(of(by_hand).with_mandate(false, false).way, Way::DirectDebit);
            assert_eq!(of(by_hand).with_mandate(true, false).way, Way::Instalments);
            assert_eq!(of(by_hand).with_schedule(ScheduleTrigger::Regular).way, by_hand);
        }
        assert_eq!(of(Way::Instalments).with_mandate(false, false).way, Way::Instalments);
        assert_eq!(of(Way::Instalments).with_schedule(ScheduleTrigger::Bill).way, Way::DirectDebit);
        assert_eq!(of(Way::DirectDebit).with_schedule(ScheduleTrigger::Regular).way, Way::Instalments);
        let debits = DebitOutcomes { pattern: vec![DebitOutcome::Refused], from: None };
        let refused = PaymentHabits { debits, ..of(Way::DirectDebit) };
        assert_eq!(refused.with_mandate(false, false).debits, refused.debits);
        assert_eq!(refused.with_mandate(false, true).debits, DebitOutcomes::default());
    }
}
