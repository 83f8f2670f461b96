//! Ten thousand documents made at random from the contract: none may panic, fail through a fault of kemu's or answer
//! another status than 200, and each refusal has a code that the field declares (the harness looks at each answer).

use kemu_api::graphql::Site;
use kemu_domain::Seed;
use kemu_domain::seed::Stream;
use kemu_graphql::schema::{FieldDef, InputDef, Schema, TypeIx, TypeKind, TypeRef};
use kemu_tests::{Options, StoreKind};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

const DOCUMENTS: usize = 10_000;

/// Writes a document by choices from a stream.
struct Writer<'s> {
    schema: &'s Schema,
    stream: Stream,
}

impl Writer<'_> {
    /// True so many times in a hundred.
    fn chance(&mut self, percent: i64) -> bool {
        self.stream.between(0, 99) < percent
    }

    fn pick(&mut self, count: usize) -> usize {
        usize::try_from(self.stream.between(0, i64::try_from(count).expect("small") - 1))
            .expect("not negative")
    }

    fn document(&mut self) -> String {
        let is_mutation = self.chance(30);
        let root =
            if is_mutation { self.schema.mutation.expect("there are mutations") } else { self.schema.query };
        let fields: Vec<_> = self.schema.fields_of(root).collect();
        let mut parts = Vec::new();
        for at in 0..=self.pick(2) {
            let field = self.schema.field(fields[self.pick(fields.len())]);
            parts.push(format!("r{at}: {}", self.field(field, 3)));
        }
        format!("{} {{ {} }}", if is_mutation { "mutation" } else { "query" }, parts.join(" "))
    }

    fn field(&mut self, def: &FieldDef, depth: usize) -> String {
        let given: Vec<String> =
            def.arguments.iter().filter_map(|argument| self.argument(argument)).collect();
        let arguments = if given.is_empty() { String::new() } else { format!("({})", given.join(", ")) };
        format!("{}{arguments}{}", def.name, self.selection(def.ty.named(), depth))
    }

    fn argument(&mut self, def: &InputDef) -> Option<String> {
        let is_page = matches!(def.name, "first" | "last");
        let wanted = def.is_required() || if is_page { self.chance(60) } else { self.chance(15) };
        wanted.then(|| format!("{}: {}", def.name, self.value(def.name, &def.ty, 3)))
    }

    fn value(&mut self, name: &str, ty: &TypeRef, depth: usize) -> String {
        if !ty.is_non_null() && self.chance(5) {
            return "null".into();
        }
        if let Some(item) = ty.item() {
            let items: Vec<String> = (0..self.pick(3)).map(|_| self.value(name, item, depth)).collect();
            return format!("[{}]", items.join(", "));
        }
        let def = self.schema.ty(ty.named());
        match &def.kind {
            TypeKind::Enum { values } => values[self.pick(values.len())].name.into(),
            TypeKind::InputObject { fields } => {
                let members = fields.iter().filter_map(|field| {
                    let wanted = field.is_required() || (depth > 0 && self.chance(30));
                    let depth = depth.saturating_sub(1);
                    wanted.then(|| format!("{}: {}", field.name, self.value(field.name, &field.ty, depth)))
                });
                let members: Vec<String> = members.collect();
                format!("{{{}}}", members.join(", "))
            }
            _ => self.scalar(name, def.name),
        }
    }

    fn scalar(&mut self, name: &str, scalar: &str) -> String {
        match scalar {
            "Boolean" => self.chance(50).to_string(),
            "Int" | "BigInt" if matches!(name, "first" | "last") => self.stream.between(-1, 110).to_string(),
            "Int" | "BigInt" => self.stream.between(-5, 1_000_000).to_string(),
            "Float" => "2.5".into(),
            "Decimal" => "\"1.50\"".into(),
            "Date" => "\"2026-02-28\"".into(),
            "DateTime" | "IndustryMidnightAlignedDateField" => "\"2026-01-01T00:00:00+01:00\"".into(),
            "Time" => "\"12:00:00\"".into(),
            "UUID" => "\"00000000-0000-4000-8000-000000000001\"".into(),
            "GenericScalar" => "{a: [1, true]}".into(),
            "JSONString" => "\"{}\"".into(),
            _ if name == "accountNumber" && self.chance(70) => "\"A-F1A7BA5E\"".into(),
            _ if name == "after" && self.chance(70) => "\"YXJyYXljb25uZWN0aW9uOjA=\"".into(),
            _ => ["\"1\"", "\"x\"", "\"é \\u00e9\"", "\"A-00000000\""][self.pick(4)].into(),
        }
    }

    fn selection(&mut self, ty: TypeIx, depth: usize) -> String {
        let def = self.schema.ty(ty);
        if def.is_leaf() {
            return String::new();
        }
        if def.is_abstract() {
            let possible = self.schema.possible_types(ty);
            let object = possible[self.pick(possible.len())];
            let inner = self.selection(object, depth);
            return format!(" {{ __typename ... on {}{inner} }}", self.schema.ty(object).name);
        }
        let mut parts = vec!["__typename".to_string()];
        for field in self.schema.fields_of(ty) {
            let field = self.schema.field(field);
            let is_leaf = self.schema.ty(field.ty.named()).is_leaf();
            let is_page = matches!(field.name, "edges" | "node" | "pageInfo");
            if if is_leaf { self.chance(25) } else { depth > 0 && (is_page || self.chance(12)) } {
                let depth = if is_page { depth } else { depth.saturating_sub(1) };
                parts.push(self.field(field, depth));
            }
        }
        format!(" {{ {} }}", parts.join(" "))
    }
}

/// On one kind of store only: what is tried here is everything before the store.
#[test]
fn ten_thousand_random_documents_do_no_harm() {
    kemu_tests::run(StoreKind::Sqlite, Options::default(), |app| async move { tell(&app).await });
}

async fn tell(app: &kemu_tests::TestApp) {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[42; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let site = Site::api();
    let strategy = proptest::num::u64::ANY
        .prop_map(|seed| Writer { schema: &site.contract.schema, stream: Seed(seed).stream() }.document());
    let roles = [
        app.customer("flat-base").await,
        app.organisation("back-office").await,
        app.organisation("usage-reader").await,
        app.anonymous(),
    ];
    let (mut executed, mut refused) = (0, 0);
    for at in 0..DOCUMENTS {
        // Tokens end where a document happens to end them.
        let role = &roles[at % roles.len()];
        let document = strategy.new_tree(&mut runner).expect("nothing is filtered out").current();
        let answer = role.ask_for(&document).await;
        assert_eq!(answer.status, 200, "{document}");
        if answer.body.get("data").is_some() { executed += 1 } else { refused += 1 }
    }
    assert_eq!(executed + refused, DOCUMENTS);
    assert!(executed > DOCUMENTS / 2, "most documents are well formed: {executed}");
}
