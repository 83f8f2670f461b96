//! Accounts: who pays for what, and where the letters go.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use strum::{Display, EnumString, IntoStaticStr, VariantNames};

use crate::addresses::Address;
use crate::errors::{KrakenError, codes};
use crate::ids::{AccountId, AccountNumber, PortfolioNumber};
use crate::ledgers::Ledger;
use crate::money::Minor;

/// The contract's `AccountTypeChoices`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Display, EnumString, IntoStaticStr, VariantNames, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AccountType {
    /// A business.
    Business,
    /// A business that occupies a managed place.
    BusinessOccupier,
    /// A business whose bills a third party receives.
    BusinessThirdPartyBilled,
    /// An empty place of a business.
    BusinessVacant,
    /// A household.
    Domestic,
    /// A household whose bills a third party receives.
    DomesticThirdPartyBilled,
    /// An account that someone manages for others.
    Managed,
    /// One who occupies a managed place.
    Occupier,
    /// The account that leads a portfolio.
    PortfolioLead,
    /// An account for one supply point.
    SupplyPoint,
    /// An empty place.
    Vacant,
}

/// The contract's `AccountStatus`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Display, EnumString, IntoStaticStr, VariantNames, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AccountStatus {
    /// Supplied.
    Active,
    /// No longer supplied.
    Dormant,
    /// The enrolment failed.
    EnrolmentError,
    /// The enrolment was refused.
    EnrolmentRejected,
    /// Data are missing.
    Incomplete,
    /// Not supplied yet.
    Pending,
    /// Made by mistake.
    Void,
    /// The customer changed their mind.
    Withdrawn,
}

/// Where the bills go. The five lines stand as they were given; in the demo world they are street,
/// complement, hamlet, town and nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Billing {
    /// To whom.
    pub name: Option<String>,
    /// For the attention of.
    pub sub_name: Option<String>,
    /// Electronically to.
    pub email: Option<String>,
    /// The lines of the address; unused ones are empty.
    pub lines: [String; 5],
    /// The postcode.
    pub postcode: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country_code: Option<String>,
    /// The postal operator's id of the letter box.
    pub delivery_point_identifier: Option<String>,
}

impl Billing {
    /// The lines that say something, with the postcode last: `splitBillingAddress`.
    pub fn split_address(&self) -> Vec<String> {
        let lines = self.lines.iter().chain(&self.postcode);
        lines.filter(|line| !line.is_empty()).cloned().collect()
    }

    /// The same in one line: `billingAddress`.
    pub fn one_line(&self) -> String {
        self.split_address().join(", ")
    }

    /// The parts by meaning, read from the lines (see the type). Kraken's own rule is not known.
    pub fn rich_address(&self) -> Address {
        let given = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        let [street, complement, hamlet, town, area] = &self.lines;
        let street = [street, complement].into_iter().filter(|line| !line.is_empty());
        let street = street.map(String::as_str).collect::<Vec<_>>().join("\n");
        Address {
            name: self.name.clone(),
            organization: None,
            street_address: given(&street),
            dependent_locality: given(hamlet),
            locality: given(town),
            administrative_area: given(area),
            postal_code: self.postcode.clone(),
            sorting_code: None,
            country: self.country_code.clone(),
            delivery_point_identifier: self.delivery_point_identifier.clone(),
        }
    }
}

impl Billing {
    /// The same, sent to another address; name and e-mail stay. The parts go to the lines from which
    /// [`Billing::rich_address`] reads them. Errors: 4145 without street, town or postcode, with a French postcode that
    /// has not five digits, or a country that is no code. What Kraken asks for is not known.
    pub fn at_address(&self, address: &Address) -> Result<Self, KrakenError> {
        let refused = |member| KrakenError::at(codes::ADDRESS_INVALID, &["input", "billingAddress", member]);
        let text = |part: &Option<String>| part.as_deref().unwrap_or_default().trim().to_owned();
        let street = text(&address.street_address);
        let mut lines = street.lines().map(str::trim).filter(|line| !line.is_empty());
        let first = lines.next().ok_or_else(|| refused("streetAddress"))?.to_owned();
        let rest = lines.collect::<Vec<_>>().join(", ");
        let town = Some(text(&address.locality)).filter(|town| !town.is_empty());
        let town = town.ok_or_else(|| refused("locality"))?;
        let country = address.country.as_ref().map(|country| country.trim().to_uppercase());
        if country
            .as_ref()
            .is_some_and(|code| code.len() != 2 || !code.bytes().all(|b| b.is_ascii_uppercase()))
        {
            return Err(refused("country"));
        }
        let postcode = text(&address.postal_code);
        let is_french = country.as_deref().is_none_or(|code| code == "FR");
        let is_good = if is_french {
            postcode.len() == 5 && postcode.bytes().all(|byte| byte.is_ascii_digit())
        } else {
            !postcode.is_empty()
        };
        if !is_good {
            return Err(refused("postalCode"));
        }
        Ok(Self {
            lines: [first, rest, text(&address.dependent_locality), town, text(&address.administrative_area)],
            postcode: Some(postcode),
            country_code: country.or_else(|| self.country_code.clone()),
            delivery_point_identifier: address.delivery_point_identifier.clone(),
            ..self.clone()
        })
    }
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// The number on the letters.
    pub number: AccountNumber,
    /// Household, business, ….
    pub account_type: AccountType,
    /// How far along the account is.
    pub status: AccountStatus,
    /// A value of the contract's `BrandChoices`; France knows one.
    pub brand: String,
    /// The portfolio to which it belongs.
    pub portfolio_number: PortfolioNumber,
    /// The number under which an earlier system knew it.
    pub urn: Option<String>,
    /// Where the bills go.
    pub billing: Billing,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
}

/// `AccountType.balance`: positive means the customer is in credit. Ledgers that do not affect the account's
/// balance, such as the pot, count only with `include_all_ledgers`.
pub fn balance(ledgers: &[Ledger], include_all_ledgers: bool) -> Minor {
    ledgers
        .iter()
        .filter(|ledger| include_all_ledgers || ledger.affects_account_balance)
        .map(|l| l.balance)
        .sum()
}

/// How many days after its posting a charge is due. Inferred: French bills state about two weeks.
pub const DAYS_TO_PAY: u64 = 14;

/// `AccountType.overdueBalance`: what of the debt should have been paid by now, never negative.
///
/// `not_yet_due` is what was charged within the last [`DAYS_TO_PAY`] days. Inferred: nobody documents how
/// Kraken reckons it.
pub fn overdue_balance(balance: Minor, not_yet_due: Minor) -> Minor {
    (-balance - not_yet_due).max(Minor::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_old_debt_is_overdue() {
        let table =
            [((-5000, 0), 5000), ((-5000, 2000), 3000), ((-5000, 6000), 0), ((5000, 0), 0), ((0, 100), 0)];
        for ((balance, not_yet_due), overdue) in table {
            assert_eq!(overdue_balance(Minor(balance), Minor(not_yet_due)), Minor(overdue));
        }
    }

    #[test]
    fn an_address_becomes_lines_and_parts_again() {
        let text = |text: &str| Some(text.to_owned());
        let address = Address {
            street_address: text("9 rue du Nouveau\nBât. C"),
            locality: text("Lille"),
            postal_code: text("59000"),
            country: text("fr"),
            ..Address::default()
        };
        let before = Billing { name: text("Flat Base"), email: text("x@example.com"), ..Billing::default() };
        let billing = before.at_address(&address).unwrap();
        assert_eq!(billing.one_line(), "9 rue du Nouveau, Bât. C, Lille, 59000");
        assert_eq!((&billing.name, &billing.email), (&before.name, &before.email));
        let read = billing.rich_address();
        assert_eq!((read.street_address, read.locality), (address.street_address.clone(), text("Lille")));
        for bad in [
            Address { street_address: text(" \n "), ..address.clone() },
            Address { locality: None, ..address.clone() },
            Address { postal_code: text("5900"), ..address.clone() },
            Address { postal_code: text("5900A"), ..address.clone() },
            Address { postal_code: None, country: text("BE"), ..address.clone() },
            Address { country: text("France"), ..address.clone() },
        ] {
            let code = before.at_address(&bad).err().map(|error| error.code());
            assert_eq!(code, Some(codes::ADDRESS_INVALID), "{bad:?}");
        }
    }

    #[test]
    fn billing_lines_become_parts() {
        let billing = Billing {
            lines: [
                "1 rue de l'Exemple".into(),
                "Bât. B".into(),
                String::new(),
                "Paris".into(),
                String::new(),
            ],
            postcode: Some("75001".into()),
            ..Billing::default()
        };
        assert_eq!(billing.one_line(), "1 rue de l'Exemple, Bât. B, Paris, 75001");
        let address = billing.rich_address();
        assert_eq!(address.street_address.as_deref(), Some("1 rue de l'Exemple\nBât. B"));
        assert_eq!(address.locality.as_deref(), Some("Paris"));
        assert_eq!(address.dependent_locality, None);
    }
}
