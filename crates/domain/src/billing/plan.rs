//! What is agreed: agreements, ledgers, and how the customer pays. It changes only when somebody changes it.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::habits::PaymentHabits;
use crate::accounts::DAYS_TO_PAY;
use crate::agreements::{Agreement, AgreementId};
use crate::ids::{AccountId, LedgerId};
use crate::ledgers::{Ledger, LedgerType};
use crate::payment_schedules::{PaymentSchedule, ScheduleTrigger};
use crate::seed::Seed;
use crate::tariffs::{Product, Tariffs};

/// How many days billing takes for what. All assumed, from what French bills say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// From the end of a period to its bill: readings lag two to three days (kraken-facts 7.2).
    pub issue_after_days: u64,
    /// From the bill to the day by which it is to be paid.
    pub due_after_days: u64,
    /// From the announcement of a debit to the debit: 14 days in SEPA, unless agreed otherwise.
    pub notice_days: u64,
    /// From the debit to the day on which the bank gives it back.
    pub return_after_days: u64,
    /// From a failed debit to the next attempt.
    pub retry_after_days: u64,
    /// How often a debit is tried again.
    pub most_retries: u32,
    /// From the due day of the final bill to the refund of what is left.
    pub refund_after_days: u64,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            issue_after_days: 3,
            due_after_days: DAYS_TO_PAY,
            notice_days: 14,
            return_after_days: 3,
            retry_after_days: 10,
            most_retries: 1,
            refund_after_days: 3,
        }
    }
}

/// What becomes of a direct debit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DebitOutcome {
    /// The money comes.
    Clears,
    /// The bank refuses: nothing is ever booked.
    Refused,
    /// The money comes, and the bank takes it back some days later.
    Returned,
}

/// What becomes of the direct debits of a ledger, one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DebitOutcomes {
    /// The outcomes in turn, over and over; with none, each clears.
    pub pattern: Vec<DebitOutcome>,
    /// Before this day each clears, and the pattern begins with the first debit on or after it.
    pub from: Option<NaiveDate>,
}

impl DebitOutcomes {
    /// Whether the pattern decides over a debit on `date`.
    pub(super) fn applies_on(&self, date: NaiveDate) -> bool {
        !self.pattern.is_empty() && self.from.is_none_or(|from| from <= date)
    }

    /// The outcome of the debit that is number `nth` under the pattern.
    pub(super) fn nth(&self, nth: u32) -> DebitOutcome {
        let count = self.pattern.len().max(1);
        self.pattern.get(nth as usize % count).copied().unwrap_or(DebitOutcome::Clears)
    }
}

/// How the customer pays for a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaymentBehaviour {
    /// Each bill is collected by direct debit on its due day.
    DirectDebit(DebitOutcomes),
    /// The same amount is collected each month. What a yearly or a final bill leaves is collected with it.
    InstalmentPlan {
        /// Amount and day; its trigger is `Regular`.
        schedule: PaymentSchedule,
        /// What becomes of the debits.
        outcomes: DebitOutcomes,
    },
    /// The customer sends the money so many days after the due day, and promises it before.
    ManualPaysLate {
        /// How many days.
        days: u32,
    },
    /// Nothing comes.
    NeverPays,
}

impl PaymentBehaviour {
    /// What becomes of direct debits.
    pub(super) fn outcomes(&self) -> Option<&DebitOutcomes> {
        match self {
            Self::DirectDebit(outcomes) | Self::InstalmentPlan { outcomes, .. } => Some(outcomes),
            Self::ManualPaysLate { .. } | Self::NeverPays => None,
        }
    }
}

/// An agreement and its product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supply {
    /// The agreement.
    pub agreement: Agreement,
    /// The product that it names.
    pub product: Arc<Product>,
}

/// Why a plan cannot be billed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// An agreement names a product that there is not.
    #[error("agreement {agreement} is on the product {code:?}, which is not in the catalogue")]
    UnknownProduct {
        /// The agreement.
        agreement: AgreementId,
        /// The code.
        code: String,
    },
    /// The ids of bills are made from the agreement's, which must be small enough for it.
    #[error("the agreement's id {0} is not between 1 and {end}", end = AgreementId::END - 1)]
    IdOutOfRange(AgreementId),
    /// Two agreements share an id.
    #[error("two agreements have the id {0}")]
    Duplicate(AgreementId),
    /// An agreement is charged to another ledger.
    #[error("agreement {0} is charged to another ledger")]
    OtherLedger(AgreementId),
}

/// A ledger, what is charged to it, and how it is paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerPlan {
    /// The ledger.
    pub ledger: LedgerId,
    /// What it is for.
    pub ledger_type: LedgerType,
    /// How it is paid.
    pub behaviour: PaymentBehaviour,
    supplies: Vec<Supply>,
}

impl LedgerPlan {
    /// Finds the product of each agreement.
    pub fn try_new(
        (ledger, ledger_type): (LedgerId, LedgerType),
        agreements: impl IntoIterator<Item = Agreement>,
        behaviour: PaymentBehaviour,
        tariffs: &Tariffs,
    ) -> Result<Self, PlanError> {
        let mut supplies: Vec<Supply> = Vec::new();
        for agreement in agreements {
            if !(1..AgreementId::END).contains(&agreement.id.get()) {
                return Err(PlanError::IdOutOfRange(agreement.id));
            }
            if supplies.iter().any(|supply| supply.agreement.id == agreement.id) {
                return Err(PlanError::Duplicate(agreement.id));
            }
            if agreement.charging_ledger != ledger {
                return Err(PlanError::OtherLedger(agreement.id));
            }
            let Some(product) = tariffs.product(&agreement.product_code).cloned() else {
                let code = agreement.product_code.clone();
                return Err(PlanError::UnknownProduct { agreement: agreement.id, code });
            };
            supplies.push(Supply { agreement, product });
        }
        supplies.sort_by_key(|supply| (supply.agreement.valid_from, supply.agreement.id));
        Ok(Self { ledger, ledger_type, behaviour, supplies })
    }

    /// What is charged to it, oldest first.
    pub fn supplies(&self) -> &[Supply] {
        &self.supplies
    }

    /// Whether an agreement on it supplies on a day.
    pub fn is_supplied_on(&self, date: NaiveDate) -> bool {
        self.supplies.iter().any(|supply| supply.agreement.covers(date))
    }

    /// Whether any agreement on it goes on, or begins, on or after a day.
    pub(super) fn goes_on_after(&self, date: NaiveDate) -> bool {
        self.supplies.iter().any(|supply| supply.agreement.end_day().is_none_or(|end| end > date))
    }
}

/// Credit on one ledger pays bills on another: the pot, or the solar wallet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CreditUse {
    /// Where the credit is.
    pub from: LedgerId,
    /// Whose bills it pays.
    pub to: LedgerId,
}

/// Everything that the billing of an account depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountPlan {
    /// The account.
    pub account: AccountId,
    /// From which chance comes: payment ids, references, times of day.
    pub seed: Seed,
    /// How many days billing takes for what.
    pub terms: Terms,
    /// The ledgers.
    pub ledgers: Vec<LedgerPlan>,
    /// Which credit pays which bills, in this order.
    pub credit_uses: Vec<CreditUse>,
}

impl AccountPlan {
    /// Puts together what is agreed for an account. Chance comes from the world's seed and the account.
    pub fn assemble(
        account: AccountId,
        world: Seed,
        ledgers: &[Ledger],
        agreements: &[Agreement],
        schedules: &[PaymentSchedule],
        habits: &BTreeMap<LedgerId, PaymentHabits>,
        tariffs: &Tariffs,
    ) -> Result<Self, PlanError> {
        let mut plans = Vec::with_capacity(ledgers.len());
        for ledger in ledgers {
            let charged =
                agreements.iter().filter(|agreement| agreement.charging_ledger == ledger.id).cloned();
            let regular = schedules.iter().filter(|schedule| {
                schedule.ledger_id == ledger.id && schedule.trigger == ScheduleTrigger::Regular
            });
            let latest = regular.max_by_key(|schedule| (schedule.valid_from, schedule.id));
            let behaviour = habits.get(&ledger.id).cloned().unwrap_or_default().behaviour(latest);
            plans.push(LedgerPlan::try_new((ledger.id, ledger.ledger_type), charged, behaviour, tariffs)?);
        }
        let credit = |(from, habits): (&LedgerId, &PaymentHabits)| {
            habits.pays_for.map(|to| CreditUse { from: *from, to: LedgerId(to) })
        };
        Ok(Self {
            account,
            seed: world.derive("billing").derive(&account.to_string()),
            terms: Terms::default(),
            ledgers: plans,
            credit_uses: habits.iter().filter_map(credit).collect(),
        })
    }

    /// The plan of one of its ledgers.
    pub fn ledger(&self, id: LedgerId) -> Option<&LedgerPlan> {
        self.ledgers.iter().find(|ledger| ledger.ledger == id)
    }
}
