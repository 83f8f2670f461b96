//! The codes that this codebase raises, by name. Texts and types are the catalogue's.
//!
//! Several codes share one text on purpose (a dozen say "Invalid data."): the client sees which by its
//! number, so the name here says when it is raised.

use super::Code;

/// Declares the constants and, for the test below, the list of them.
macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal;)+) => {
        $($(#[doc = $doc])+ pub const $name: Code = Code::constant($code);)+

        #[cfg(test)]
        const ALL: &[Code] = &[$($name),+];
    };
}

codes! {
    /// The viewer is known and lacks the permission; the general refusal.
    UNAUTHORIZED = "KT-CT-1111";
    /// A field that needs a viewer, and no `Authorization` header.
    HEADER_MISSING = "KT-CT-1112";
    /// The field is switched off.
    FIELD_DISABLED = "KT-CT-1113";
    /// An input field is switched off.
    INPUT_FIELD_DISABLED = "KT-CT-1114";
    /// A Kraken token handed in as an input value has expired.
    KRAKEN_TOKEN_EXPIRED = "KT-CT-1120";
    /// A long-lived refresh token asked for with something that is no Kraken token.
    NOT_A_KRAKEN_TOKEN = "KT-CT-1121";
    /// A long-lived refresh token asked for somebody who is no account user.
    NOT_AN_ACCOUNT_USERS_TOKEN = "KT-CT-1122";
    /// The access token in the header has expired.
    TOKEN_EXPIRED = "KT-CT-1124";
    /// The access token names a signing key we do not have.
    TOKEN_KEY_ROTATED = "KT-CT-1125";
    /// The access token's signature is wrong.
    TOKEN_SIGNATURE_WRONG = "KT-CT-1126";
    /// The access token is somebody else's.
    TOKEN_ISSUER_WRONG = "KT-CT-1127";
    /// Administration of pre-signed and refresh tokens refused.
    TOKEN_ADMINISTRATION_REFUSED = "KT-CT-1128";
    /// Invalidation of a pre-signed token refused.
    PRE_SIGNED_INVALIDATION_REFUSED = "KT-CT-1129";
    /// Invalidation of a refresh token refused.
    REFRESH_INVALIDATION_REFUSED = "KT-CT-1130";
    /// Creation of a pre-signed token refused.
    PRE_SIGNED_CREATION_REFUSED = "KT-CT-1131";
    /// A long-lived refresh token refused.
    LONG_LIVED_REFUSED = "KT-CT-1132";
    /// Sign-in: the refresh token has expired.
    REFRESH_TOKEN_EXPIRED = "KT-CT-1134";
    /// Sign-in: the refresh token is unknown, or was invalidated.
    REFRESH_TOKEN_UNKNOWN = "KT-CT-1135";
    /// Sign-in: only one of e-mail and password.
    EMAIL_AND_PASSWORD_INCOMPLETE = "KT-CT-1136";
    /// Sign-in: no credential, or several kinds of them.
    CREDENTIALS_NOT_EXACTLY_ONE = "KT-CT-1137";
    /// Sign-in: e-mail and password do not match.
    EMAIL_AND_PASSWORD_REFUSED = "KT-CT-1138";
    /// Sign-in: the API key is not accepted.
    API_KEY_REFUSED = "KT-CT-1139";
    /// Sign-in: the organisation's secret key is not accepted.
    ORGANISATION_KEY_REFUSED = "KT-CT-1140";
    /// Sign-in: the pre-signed key is unknown, or was invalidated.
    PRE_SIGNED_KEY_REFUSED = "KT-CT-1141";
    /// Sign-in: the pre-signed key has expired.
    PRE_SIGNED_KEY_EXPIRED = "KT-CT-1142";
    /// The `Authorization` header's value is no credential at all.
    HEADER_NOT_A_CREDENTIAL = "KT-CT-1143";
    /// Sign-in: the password has expired.
    PASSWORD_EXPIRED = "KT-CT-1146";
    /// Sign-in: this way is closed because multi-factor authentication is enforced.
    MFA_REQUIRED = "KT-CT-1148";
    /// Sign-in: the captcha answer is missing.
    CAPTCHA_MISSING = "KT-CT-1160";
    /// Sign-in: the captcha answer is wrong.
    CAPTCHA_REFUSED = "KT-CT-1161";
    /// The access token was revoked.
    TOKEN_REVOKED = "KT-CT-1162";
    /// The access token is authentic and still not one we accept.
    TOKEN_INVALID = "KT-CT-1163";
    /// The query costs more than a request may.
    TOO_COMPLEX = "KT-CT-1188";
    /// The query asks for more nodes than a request may.
    TOO_MANY_NODES = "KT-CT-1189";
    /// A rate limit, of points or of one field.
    TOO_MANY_REQUESTS = "KT-CT-1199";
    /// A connection without `first` and without `last`.
    PAGINATION_MISSING = "KT-CT-1201";
    /// A connection whose `first` is out of bounds.
    PAGINATION_FIRST_INVALID = "KT-CT-1202";
    /// A connection whose `last` is out of bounds.
    PAGINATION_LAST_INVALID = "KT-CT-1203";
    /// A list asked for by `offset` was also asked for by cursor or from its end.
    PAGINATION_OFFSET_MIXED = "KT-CT-1204";
    /// `queryComplexity` was given text that is no valid document.
    QUERY_INVALID = "KT-CT-1603";
    /// `queryComplexity` was given several operations and no name.
    QUERY_AMBIGUOUS = "KT-CT-1604";
    /// `possibleErrors` was asked about a field that does not exist.
    ROOT_FIELD_UNKNOWN = "KT-CT-1606";
    /// A date or time that is not ISO 8601.
    DATE_NOT_ISO = "KT-CT-1608";
    /// A time without an offset.
    DATETIME_WITHOUT_TIMEZONE = "KT-CT-1609";
    /// The agreement is unknown or not the viewer's.
    AGREEMENT_NOT_FOUND = "KT-CT-1501";
    /// The day of a product switch is too early or too late.
    PRODUCT_SWITCH_DATE_INVALID = "KT-CT-1507";
    /// An agreement cannot be made.
    AGREEMENT_NOT_CREATED = "KT-CT-1509";
    /// An agreement for a time in which there is another.
    AGREEMENT_OVERLAPS = "KT-CT-1511";
    /// An agreement cannot end then.
    AGREEMENT_NOT_TERMINATED = "KT-CT-1513";
    /// A switch to a product that does not fit.
    PRODUCT_SWITCH_INVALID = "KT-CT-1516";
    /// All ledgers were asked for, and one of them.
    ALL_LEDGERS_AND_ONE = "KT-CT-3818";
    /// The account has several ledgers, and none was named.
    LEDGER_NOT_NAMED = "KT-CT-3821";
    /// Money matters of an account that is not the viewer's.
    MONEY_UNAUTHORIZED = "KT-CT-3822";
    /// Money matters of a ledger that is none of the account's.
    LEDGER_UNAUTHORIZED = "KT-CT-3823";
    /// The ledger is none that the operation can be done with.
    LEDGER_INVALID = "KT-CT-3827";
    /// The ledger is none of the account's.
    LEDGER_NOT_ON_ACCOUNT = "KT-CT-3837";
    /// Payment schedules of an account that is not the viewer's.
    SCHEDULE_UNAUTHORIZED = "KT-CT-3923";
    /// A payment that is none of the viewer's.
    PAYMENT_UNAUTHORIZED = "KT-CT-3924";
    /// A repayment from an account that is not the viewer's.
    REPAYMENT_UNAUTHORIZED = "KT-CT-3926";
    /// A repayment of nothing, or of more than there is.
    REPAYMENT_AMOUNT_INVALID = "KT-CT-3927";
    /// The idempotency key belongs to another repayment request.
    IDEMPOTENCY_KEY_REUSED = "KT-CT-3928";
    /// There is no such repayment request.
    REPAYMENT_REQUEST_UNKNOWN = "KT-CT-3930";
    /// The repayment has been paid, refused or withdrawn.
    REPAYMENT_NOT_CANCELLABLE = "KT-CT-3931";
    /// A payment that cannot be collected: its day is past, or nothing says how.
    COLLECTION_INVALID = "KT-CT-3932";
    /// Bank details without a good IBAN or a holder.
    BANK_DETAILS_INVALID = "KT-CT-3940";
    /// An account without a payment schedule to change.
    SCHEDULE_NOT_FOUND = "KT-CT-3815";
    /// A payment schedule over nothing.
    SCHEDULE_AMOUNT_INVALID = "KT-CT-3941";
    /// A payment schedule of a kind that is not offered.
    SCHEDULE_NOT_CREATED = "KT-CT-3947";
    /// No payment is to be expected.
    PAYMENT_FORECAST_UNAVAILABLE = "KT-CT-3949";
    /// The payment is not on its way.
    PAYMENT_NOT_CANCELLABLE = "KT-CT-3955";
    /// A payment day that not each month has.
    PAYMENT_DAY_INVALID = "KT-CT-3960";
    /// A payment schedule that is to become what it is.
    SCHEDULE_UNCHANGED = "KT-CT-3962";
    /// The payment is not on its way, or would be nothing.
    PAYMENT_NOT_AMENDABLE = "KT-CT-3970";
    /// Owners of a mandate without id or type.
    INSTRUCTION_OWNERS_INVALID = "KT-CT-3971";
    /// A mandate for a ledger that is none of the account's, or takes no payments.
    MANDATE_LEDGER_INVALID = "KT-CT-3979";
    /// An e-mail address of no good form.
    EMAIL_INVALID = "KT-CT-4122";
    /// A mutation on an account that is not the viewer's.
    ACCOUNT_ACTION_UNAUTHORIZED = "KT-CT-4123";
    /// A billing address with parts missing.
    ADDRESS_INVALID = "KT-CT-4145";
    /// The id of a bill is no number.
    BILL_ID_INVALID = "KT-CT-4148";
    /// A bill was asked for by id and by identifier, or by neither.
    BILL_NOT_EXACTLY_ONE = "KT-CT-4149";
    /// The account is unknown or not the viewer's; the two are never told apart.
    ACCOUNT_UNAUTHORIZED = "KT-CT-4177";
    /// The account has no such device, or none at all.
    DEVICE_NOT_ON_ACCOUNT = "KT-CT-4301";
    /// Smart control: the device is unknown or not the viewer's.
    DEVICE_UNKNOWN = "KT-CT-4313";
    /// Preferences: the device is unknown or not the viewer's.
    DEVICE_WITHOUT_PROVIDER = "KT-CT-4314";
    /// Preferences that a device cannot have.
    DEVICE_INPUT_INVALID = "KT-CT-4321";
    /// The account has no car with charging preferences.
    CHARGING_PREFERENCES_UNAVAILABLE = "KT-CT-4339";
    /// The device of planned dispatches is unknown or not the viewer's.
    PLANNED_DISPATCHES_UNAVAILABLE = "KT-CT-4340";
    /// The account has no device that could have completed dispatches.
    COMPLETED_DISPATCHES_UNAVAILABLE = "KT-CT-4341";
    /// No boost runs that could be cancelled.
    BOOST_NOT_CANCELLED = "KT-CT-4354";
    /// A boost cannot start; the reasons are in `boostChargeRefusalReasons`.
    BOOST_NOT_STARTED = "KT-CT-4357";
    /// Smart control cannot be switched off.
    DEVICE_NOT_SUSPENDED = "KT-CT-4358";
    /// Smart control cannot be switched on again.
    DEVICE_NOT_RESUMED = "KT-CT-4359";
    /// The preferences of this device cannot be changed.
    DEVICE_PREFERENCES_NOT_SET = "KT-CT-4374";
    /// There is no such quote.
    QUOTE_UNKNOWN = "KT-CT-4619";
    /// The product is none that the quote offers.
    PRODUCT_NOT_QUOTED = "KT-CT-4624";
    /// A quote was asked for a supply point that is none of the account's.
    SUPPLY_POINT_NOT_ON_ACCOUNT = "KT-CT-4645";
    /// The meter does not count in intervals of this length.
    INTERVAL_UNSUPPORTED = "KT-CT-4710";
    /// Nothing was measured in the period.
    NO_READINGS = "KT-CT-4711";
    /// A filter that is none, or two in one.
    FILTER_NOT_EXACTLY_ONE = "KT-CT-4713";
    /// No meter has a register of this number.
    REGISTER_UNMATCHED = "KT-CT-4715";
    /// No meter has this serial number.
    DEVICE_UNMATCHED = "KT-CT-4716";
    /// There is no supply point of this identifier.
    SUPPLY_POINT_UNKNOWN = "KT-CT-4719";
    /// A period that ends before it begins, or at once.
    RANGE_REVERSED = "KT-CT-4720";
    /// Nobody here answers for supply points of the market.
    SUPPLY_POINTS_NOT_CONFIGURED = "KT-CT-4722";
    /// A market's name without its territory, or none at all.
    MARKET_NAME_INVALID = "KT-CT-4723";
    /// Products of an account that is not the viewer's.
    PRODUCT_SWITCH_UNAUTHORIZED = "KT-CT-4924";
    /// A market that the territory does not have.
    MARKET_UNSUPPORTED = "KT-CT-4930";
    /// Details of a user that cannot be.
    USER_DETAILS_INVALID = "KT-CT-5413";
    /// A change of a user whom the viewer may not change.
    USER_CHANGE_REFUSED = "KT-CT-5414";
    /// No account user fits.
    USER_UNKNOWN = "KT-CT-5415";
    /// A new password breaks the policy; the rules are in `validationErrors`.
    PASSWORD_INVALID = "KT-CT-5450";
    /// The old password is wrong.
    OLD_PASSWORD_INVALID = "KT-CT-5460";
    /// A time zone that nobody knows.
    TIMEZONE_UNKNOWN = "KT-CT-6612";
    /// The property is unknown or not the viewer's.
    PROPERTY_UNAUTHORIZED = "KT-CT-6622";
    /// The billing address of an account that is not the viewer's.
    BILLING_ADDRESS_UNAUTHORIZED = "KT-CT-7123";
    /// `node(id:)` got no global id.
    GLOBAL_ID_INVALID = "KT-CT-7810";
    /// A fault of ours. Raised in one place, where a [`Failure::Internal`](super::Failure) becomes a response.
    INTERNAL = "KT-CT-7899";
    /// A transfer from a ledger to itself.
    TRANSFER_TO_ITSELF = "KT-CT-9701";
    /// A transfer from a ledger on which nothing is.
    TRANSFER_FROM_NOTHING = "KT-CT-9702";
    /// A transfer from a debt, or of more than there is.
    TRANSFER_FROM_DEBT = "KT-CT-9703";
    /// A transfer of nothing.
    TRANSFER_OF_NOTHING = "KT-CT-9704";
    /// API keys are switched off in this tenant.
    API_KEYS_UNAVAILABLE = "KT-CT-11100";
    /// No business fits.
    BUSINESS_UNKNOWN = "KT-CT-11103";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::errors::Catalogue;

    #[test]
    fn every_constant_is_in_the_catalogue() {
        let missing: Vec<_> = ALL.iter().filter(|code| Catalogue::get(code.as_str()).is_none()).collect();
        assert!(missing.is_empty(), "not in catalogue.tsv: {missing:?}");
    }

    #[test]
    fn no_code_has_two_names() {
        let mut seen = std::collections::HashSet::new();
        let twice: Vec<_> = ALL.iter().filter(|code| !seen.insert(code.as_str())).collect();
        assert!(twice.is_empty(), "named twice: {twice:?}");
    }
}
