//! Resolvers and contract fit together; where they do not, all of it is told at once.

use insta::assert_json_snapshot;
use kemu_api::graphql::engine::contract::Contract;
use kemu_api::graphql::engine::inputs::{Input, InputShape};
use kemu_api::graphql::engine::outputs::{Answer, Node, OutputShape, Place};
use kemu_api::graphql::engine::resolvers::Resolvers;
use kemu_api::graphql::{Site, resolvers};
use kemu_api::{inputs, objects, only};
use kemu_domain::errors::Failure;
use kemu_graphql::Value;
use kemu_graphql::execution::Output;

#[test]
fn resolvers_and_contract_fit() {
    let contract = Contract::load();
    let bound = resolvers().bind(&contract).unwrap_or_else(|mismatches| panic!("{}", mismatches.join("\n")));
    let auth = Site::api().auth();
    let modelled = |contract: &Contract, bound: &dyn Fn(kemu_graphql::schema::FieldIx) -> bool| {
        contract.root_fields().filter(|field| bound(*field)).count()
    };
    assert!(modelled(&contract, &|field| bound.get(field).is_some()) > 10);
    assert!(modelled(&auth.contract, &|field| auth.bindings.get(field).is_some()) > 10);
}

struct Account;
struct Tokens;
struct Nowhere;

objects! {
    Account: "AccountType" by |_| 0;
    Tokens: "ObtainKrakenJSONWebToken" by |_| 0;
    Nowhere: "NowhereType" by |_| 0;
}

/// An enum that knows a value which the contract has not, and not all that it has.
#[derive(Debug, Clone)]
struct Status;

const STATUSES: &[&str] = &["ACTIVE", "ASLEEP"];

impl Answer for Status {
    fn shape() -> OutputShape {
        OutputShape::Enum(STATUSES)
    }

    fn answer(self, _: Place<'_>) -> Output<Node> {
        Output::Leaf(Value::Enum("ASLEEP".into()))
    }
}

impl Input for Status {
    fn shape() -> InputShape {
        InputShape::Enum(STATUSES)
    }

    fn read(_: &Value) -> Result<Self, Failure> {
        Ok(Self)
    }
}

inputs! {
    struct MisspeltArgument {
        account_numer: String,
    }
    struct ArgumentOfAnotherType {
        account_number: i64,
    }
    struct ArgumentThatMayBeLeftOut {
        active_from: String,
    }
    struct ArgumentThatIsAList {
        ledger_number: Option<Vec<String>>,
    }
}

#[test]
fn every_kind_of_mismatch_is_told_in_one_list() {
    let mut all = Resolvers::default();
    // Names.
    all.query("acount", |_, (): ()| async { Ok(Some(Account)) });
    all.object::<Account>().field("numer", |_| String::new());
    all.object::<Nowhere>().field("number", |_| String::new());
    // Scalars, lists, nullability, objects, enums.
    all.object::<Account>()
        .field("number", |_| 1)
        .field("billingName", |_| vec![String::new()])
        .field("billingSubName", |_| Account)
        .field("users", |_| String::new())
        .field("ledgers", |_| vec![Account])
        .field("status", |_| STATUSES[0])
        .field("accountType", |_| true);
    all.object::<Tokens>().field("token", |_| Some(String::new()));
    all.query("viewer", |_, (): ()| async { Ok(Some(Account)) });
    // Arguments: names, types, nullability, lists.
    all.query("account", |_, _: MisspeltArgument| async { Ok(Some(Account)) });
    all.query("account", |_, _: ArgumentOfAnotherType| async { Ok(Some(Account)) });
    all.object::<Account>()
        .field_async("properties", |_, _, _: ArgumentThatMayBeLeftOut| async { Ok(None::<Vec<Account>>) })
        .field_async("ledgers", |_, _, _: ArgumentThatIsAList| async { Ok(None::<Vec<Account>>) });
    let Err(mismatches) = all.bind(&Contract::load()) else { panic!("all of it was let through") };
    assert_json_snapshot!(mismatches, @r#"
    [
      "AccountType.accountType: is a scalar (Boolean), but the contract says 'AccountTypeChoices'",
      "AccountType.billingName: is a list, but the contract says 'String'",
      "AccountType.billingSubName: is 'AccountType', but the contract says 'String'",
      "AccountType.ledgers(ledger_number): is a list, but the contract says 'String'",
      "AccountType.ledgers: has two resolvers",
      "AccountType.ledgers: is 'AccountType', but the contract says 'LedgerType'",
      "AccountType.number: is a scalar (Int, BigInt), but the contract says 'String'",
      "AccountType.numer: the contract has no such field",
      "AccountType.properties(active_from): cannot be left out, but the contract says 'DateTime'",
      "AccountType.properties: is 'AccountType', but the contract says 'PropertyType'",
      "AccountType.status: is a scalar (String, ID, NonEmptyString, Email, URI, Decimal, RoleString), but the contract says 'AccountStatus'",
      "AccountType.users: is no list, but the contract says '[AccountUserType!]!'",
      "NowhereType: the contract has no such type",
      "ObtainKrakenJSONWebToken.token: may be null, but the contract says 'String!'",
      "Query.account(account_number): reads another kind of value than 'String!'",
      "Query.account(account_numer): the contract has no such argument",
      "Query.account: has two resolvers",
      "Query.acount: the contract has no such field",
      "Query.viewer: is 'AccountType', but the contract says 'AccountUserType'"
    ]
    "#);
}

inputs! {
    struct ArgumentWithUnknownValues {
        status: Option<Status>,
    }
}

#[test]
fn the_values_of_enums_are_compared_in_both_directions() {
    let mut all = Resolvers::default();
    all.object::<Account>()
        .field("status", |_| Status)
        .field_async("payments", |_, _, _: ArgumentWithUnknownValues| async { Ok(None::<Vec<Account>>) });
    let Err(mismatches) = all.bind(&Contract::load()) else { panic!("all of it was let through") };
    assert_json_snapshot!(mismatches, @r#"
    [
      "AccountType.payments(status): does not know the value 'CLEARED' of 'AccountPaymentStatusOptions'",
      "AccountType.payments: is a list, but the contract says 'AccountPaymentConnectionTypeConnection'",
      "AccountType.status: 'ASLEEP' is no value of 'AccountStatus'"
    ]
    "#);
}

/// A Rust type that stands for two of the contract's.
struct Rate;
struct Prices;

objects!(Rate: ["ElectricityStandingRateType", "SupplyConsumptionRateType"] is |_| "SupplyConsumptionRateType", by |_| 0);
objects! {
    Prices: "EnergySupplyRateType" by |_| 0;
}
only! {
    struct StandingRate(Rate): "ElectricityStandingRateType";
}

#[test]
fn a_field_may_answer_only_some_of_a_types_objects() {
    let mut all = Resolvers::default();
    all.object::<Prices>().field("standingRate", |_| Rate);
    let Err(mismatches) = all.bind(&Contract::load()) else { panic!("it was let through") };
    assert_json_snapshot!(mismatches, @r#"
    [
      "EnergySupplyRateType.standingRate: is 'SupplyConsumptionRateType', but the contract says 'ElectricityStandingRateType'"
    ]
    "#);
    let mut all = Resolvers::default();
    all.object::<Prices>().field("standingRate", |_| StandingRate(Rate));
    assert!(all.bind(&Contract::load()).is_ok());
}
