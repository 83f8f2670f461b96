//! Answers one field: may the viewer select it, who answers it, and what becomes of a failure.

use std::sync::Arc;

use futures_util::FutureExt as _;
use kemu_domain::errors::{Code, Failure, codes};
use kemu_graphql::Value;
use kemu_graphql::execution::{Call, FieldError, Output, PathSegment, Resolution, Runtime};
use kemu_graphql::schema::coerce::Arguments;

use super::connection;
use super::outputs::{Node, Place};
use super::plausible::{self, Plausible};
use super::resolvers::{Given, Resolver};
use crate::app;
use crate::graphql::Ctx;
use crate::switches::{Outcome, Unmodelled};

/// Answers the fields of one request.
pub struct Answering(pub Ctx);

impl Runtime for Answering {
    type Object = Node;

    fn resolve<'a>(&'a self, call: Call<'a, Node>) -> Resolution<'a, Node> {
        if let Err(code) = self.0.sandbox.switches.check(self.0.now, call.schema, call.field, call.arguments)
        {
            return Resolution::Ready(Err(self.field_error(code.into())));
        }
        let place = Place { schema: call.schema, ty: call.def().ty.named() };
        let Some(object) = call.object else { return self.start(call) };
        if let Some(answer) = self.provoked(&call) {
            return Resolution::Ready(answer);
        }
        match object {
            Node::Modelled(object) => {
                match self.0.site.bindings.get(call.field).map(|resolver| &**resolver) {
                    Some(Resolver::Plain(part)) => Resolution::Ready(Ok(part(&*object.value, place))),
                    Some(Resolver::Async(resolve)) => self.later(resolve(
                        Some(Arc::clone(&object.value)),
                        self.asked(&call, call.arguments.clone()),
                    )),
                    None => {
                        let identity = format!("{}:{}", call.schema.ty(call.def().parent).name, object.key);
                        Resolution::Ready(
                            self.unmodelled(&call, &Plausible::root(self.0.sandbox.seed, &identity)),
                        )
                    }
                }
            }
            Node::Connection(page) => {
                let own = connection::of_connection(page, call.def().name, place);
                self.own_or_unmodelled(&call, own, "page")
            }
            Node::Edge(page, at) => {
                let own = connection::of_edge(page, *at, call.def().name);
                self.own_or_unmodelled(&call, own, "edge")
            }
            Node::PageInfo(page) => Resolution::Ready(Ok(connection::of_page_info(page, call.def().name))),
            Node::Plausible(object) => Resolution::Ready(self.made_up(&call, object)),
        }
    }

    /// A header that holds no good credential breaks introspection as well, as it breaks everything (measured in
    /// other territories: kraken-facts 2.9a).
    fn introspect(&self) -> Result<(), FieldError> {
        self.0.viewer().map(|_| ()).map_err(|failure| self.field_error(failure))
    }

    fn panicked(&self, words: &str) -> FieldError {
        self.internal(&format!("a resolver panicked: {words}"))
    }
}

impl Answering {
    fn start<'a>(&'a self, call: Call<'a, Node>) -> Resolution<'a, Node> {
        if !self.0.sandbox.limits.are_shared() {
            let known = self.may_start(&call).now_or_never();
            return self.started(&call, known.expect("what is counted here is known at once"));
        }
        Resolution::Later(Box::pin(async move {
            let may_start = self.may_start(&call).await;
            match self.started(&call, may_start) {
                Resolution::Ready(answer) => answer,
                Resolution::Later(answer) => answer.await,
            }
        }))
    }

    fn started<'a>(&'a self, call: &Call<'a, Node>, may_start: Result<(), Failure>) -> Resolution<'a, Node> {
        match may_start {
            Ok(()) => self.answer_root(call),
            Err(failure) => Resolution::Ready(Err(self.field_error(failure))),
        }
    }

    /// A root field is guarded: first the header must be good, then the viewer must be one that may select it, then
    /// there must be enough left of the limits.
    async fn may_start(&self, call: &Call<'_, Node>) -> Result<(), Failure> {
        let viewer = self.0.viewer()?;
        let facts = self.0.site.contract.facts(call.field);
        if let Some(requires) = facts.and_then(|facts| facts.requires.as_ref())
            && let Err(code) = requires.check(viewer)
        {
            self.0.note_scope(&requires.permissions, code);
            return Err(code.into());
        }
        let (ty, field) = (call.schema.ty(call.def().parent).name, call.def().name);
        // Who has used everything up must still be able to see when it comes back (ours).
        let has_points = !self.0.has_no_points() || field == "rateLimitInfo";
        if has_points && self.0.sandbox.limits.call(self.0.caller, ty, field).await? {
            return Ok(());
        }
        Err(codes::TOO_MANY_REQUESTS.into())
    }

    /// What whoever runs kemu wants of the field in place of its answer.
    fn provoked(&self, call: &Call<'_, Node>) -> Option<Result<Output<Node>, FieldError>> {
        Some(match self.0.sandbox.switches.provoked(call.schema, call.field)? {
            Outcome::Error(code) => Err(self.field_error(code.into())),
            Outcome::Null => Ok(Output::Null),
        })
    }

    fn answer_root<'a>(&'a self, call: &Call<'a, Node>) -> Resolution<'a, Node> {
        if let Some(answer) = self.provoked(call) {
            return Resolution::Ready(answer);
        }
        if let Some(Resolver::Async(resolve)) =
            self.0.site.bindings.get(call.field).map(|resolver| &**resolver)
        {
            return self.later(resolve(None, self.asked(call, call.arguments.clone())));
        }
        let root = Plausible::root(self.0.sandbox.seed, call.schema.ty(call.def().parent).name);
        let answer = self.unmodelled(call, &root);
        let numbers = account_numbers(call.arguments);
        if numbers.is_empty() {
            return Resolution::Ready(answer);
        }
        // Nobody has modelled the field, but whose accounts it is about is known.
        let refusal = self.refusal(call);
        Resolution::Later(Box::pin(async move {
            for number in numbers {
                match app::accounts::may_see(&self.0, &number).await {
                    Ok(true) => {}
                    Ok(false) => return Err(self.field_error(refusal.into())),
                    Err(failure) => return Err(self.field_error(failure)),
                }
            }
            answer
        }))
    }

    /// The code with which the field refuses an account that is not the viewer's: the first that it declares of
    /// those that say so, otherwise the general refusal.
    fn refusal(&self, call: &Call<'_, Node>) -> Code {
        let declared = self.0.site.contract.facts(call.field).map(|facts| facts.possible_errors.as_slice());
        let fitting = ["KT-CT-4177", "KT-CT-4178", "KT-CT-4123", "KT-CT-3921", "KT-CT-9018"];
        let code = declared.unwrap_or_default().iter().find(|code| fitting.contains(&code.as_str()));
        code.copied().unwrap_or(codes::UNAUTHORIZED)
    }

    fn later<'a>(
        &'a self,
        work: futures_util::future::BoxFuture<'static, Result<Output<Node>, Failure>>,
    ) -> Resolution<'a, Node> {
        Resolution::Later(Box::pin(async move { work.await.map_err(|failure| self.field_error(failure)) }))
    }

    fn asked(&self, call: &Call<'_, Node>, arguments: Arguments) -> Given {
        let page_limit = self.page_limit(call);
        Given { ctx: Arc::clone(&self.0), arguments, ty: call.def().ty.named(), page_limit }
    }

    fn page_limit(&self, call: &Call<'_, Node>) -> Option<i64> {
        self.0.site.contract.facts(call.field).and_then(|facts| facts.page_limit)
    }

    fn own_or_unmodelled<'a>(
        &'a self,
        call: &Call<'a, Node>,
        own: Option<Output<Node>>,
        identity: &str,
    ) -> Resolution<'a, Node> {
        let unmodelled = || self.unmodelled(call, &Plausible::root(self.0.sandbox.seed, identity));
        Resolution::Ready(own.map_or_else(unmodelled, Ok))
    }

    /// A field that nobody has modelled, of an object that somebody has: here the plausible part begins, and is
    /// named in the response.
    fn unmodelled(&self, call: &Call<'_, Node>, object: &Plausible) -> Result<Output<Node>, FieldError> {
        match self.0.sandbox.unmodelled {
            Unmodelled::Plausible => {
                let answer = self.made_up(call, object)?;
                self.0.note_plausible(pattern(&call.path.to_vec()));
                Ok(answer)
            }
            Unmodelled::Null => Ok(Output::Null),
            Unmodelled::Error => Err(self.field_error(codes::FIELD_DISABLED.into())),
        }
    }

    fn made_up(&self, call: &Call<'_, Node>, object: &Plausible) -> Result<Output<Node>, FieldError> {
        let asked = plausible::Grounds {
            schema: call.schema,
            field: call.field,
            arguments: call.arguments,
            page_limit: self.page_limit(call),
            now: self.0.now,
        };
        object.answer(&asked).map_err(|failure| self.field_error(failure))
    }

    /// What the client is told of a failure. A fault of ours is logged here, once, and told as KT-CT-7899.
    fn field_error(&self, failure: Failure) -> FieldError {
        match failure {
            Failure::Refused(error) => {
                FieldError { message: error.message().into(), extensions: Some(error.extensions()) }
            }
            Failure::Internal(fault) => self.internal(&fault.cause().to_string()),
        }
    }

    fn internal(&self, cause: &str) -> FieldError {
        tracing::error!(correlation_id = %self.0.correlation_id, cause, "A field failed through a fault of kemu's.");
        let error = kemu_domain::errors::KrakenError::from(codes::INTERNAL);
        FieldError { message: error.message().into(), extensions: Some(error.extensions()) }
    }
}

/// The accounts that arguments are about: each `accountNumber` among them, however deep in input objects and lists.
fn account_numbers(arguments: &Arguments) -> Vec<String> {
    let mut found = Vec::new();
    let mut open: Vec<(&str, &Value)> = arguments.iter().map(|(name, value)| (*name, value)).collect();
    while let Some((name, value)) = open.pop() {
        match value {
            Value::String(text) if name == "accountNumber" => found.push(text.to_string()),
            Value::Object(members) => open.extend(members.iter().map(|(name, value)| (&**name, value))),
            Value::List(items) => open.extend(items.iter().map(|item| (name, item))),
            _ => {}
        }
    }
    found
}

/// A path with `*` for the places in lists, so that a hundred rows are one line.
fn pattern(path: &[PathSegment]) -> String {
    let steps = path.iter().map(|step| match step {
        PathSegment::Key(key) => &**key,
        PathSegment::Index(_) => "*",
    });
    steps.collect::<Vec<_>>().join(".")
}
