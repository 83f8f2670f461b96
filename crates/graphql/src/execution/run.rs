//! The executor: a loop over a stack of open objects and lists.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use futures_util::FutureExt as _;

use super::meta::{self, Meta};
use super::plan::{Fields, Plan, PlanField};
use super::{Call, FieldError, Output, PathSegment, Resolution, Runtime};
use crate::schema::coerce::Variables;
use crate::schema::{Schema, TypeIx, TypeRef};
use crate::{GraphQLError, Value};

/// What an execution came to.
#[derive(Debug)]
pub struct Execution {
    /// The data as JSON text; `null` where an error went all the way up.
    pub data: Vec<u8>,
    /// What went wrong, by place.
    pub errors: Vec<GraphQLError>,
    /// Would the answer be larger than [`MOST_BYTES`]? Then there is none.
    pub is_too_large: bool,
}

/// The most bytes of an answer, its errors included: a few lines may ask for gigabytes, by long aliases inside long lists.
pub const MOST_BYTES: usize = 64 * 1024 * 1024;

/// What an error takes, and each step of its path and each of its places, roughly.
const BYTES_AN_ERROR: usize = 256;
const BYTES_A_STEP: usize = 32;

/// Executes a plan.
pub async fn execute<R: Runtime>(
    schema: &Schema,
    plan: &Plan,
    variables: &Variables,
    runtime: &R,
) -> Execution {
    let mut run = Run {
        schema,
        plan,
        variables,
        stack: Vec::with_capacity(8),
        data: Vec::with_capacity(1024),
        errors: Vec::new(),
        error_bytes: 0,
    };
    let Some(ty) = schema.root(plan.operation.kind) else {
        let message =
            format!("Schema is not configured to execute {} operation.", plan.operation.kind.word());
        let place = plan.document.location(plan.operation.at);
        let errors = vec![GraphQLError::at(message, vec![place])];
        return Execution { data: b"null".to_vec(), errors, is_too_large: false };
    };
    let fields = plan.root().fields(schema, plan, ty, variables);
    run.open_object(Source::Root, ty, fields, None, true);
    while let Some(frame) = run.stack.last_mut() {
        if run.data.len().saturating_add(run.error_bytes) > MOST_BYTES {
            return Execution { data: b"null".to_vec(), errors: Vec::new(), is_too_large: true };
        }
        match &mut frame.kind {
            FrameKind::Object { fields, next, .. } => {
                if *next == fields.len() {
                    run.data.push(b'}');
                    run.stack.pop();
                    continue;
                }
                let place = Place { fields: Arc::clone(fields), at: *next };
                if *next > 0 {
                    run.data.push(b',');
                }
                *next += 1;
                run.data.extend_from_slice(&place.field().key_json);
                let result = run.resolve(runtime, place.field()).await;
                run.answer(&place, result);
            }
            FrameKind::List { items, index, item, place } => {
                let Some(output) = items.next() else {
                    run.data.push(b']');
                    run.stack.pop();
                    continue;
                };
                if *index > 0 {
                    run.data.push(b',');
                }
                let segment = PathSegment::Index(*index);
                *index += 1;
                let (item, place) = (*item, place.clone());
                run.complete(item, output, &place, segment);
            }
        }
    }
    // graphql-core sorts errors by place, path and message before it answers.
    run.errors.sort_by(|one, other| {
        let key = |error: &GraphQLError| {
            let places: Vec<_> = error.locations.iter().map(|place| (place.line, place.column)).collect();
            (places, error.path.clone(), error.message.clone())
        };
        key(one).cmp(&key(other))
    });
    Execution { data: run.data, errors: run.errors, is_too_large: false }
}

struct Run<'r, O> {
    schema: &'r Schema,
    plan: &'r Plan,
    variables: &'r Variables,
    stack: Vec<Frame<'r, O>>,
    data: Vec<u8>,
    errors: Vec<GraphQLError>,
    error_bytes: usize,
}

/// An object or list that is being written.
struct Frame<'r, O> {
    kind: FrameKind<'r, O>,
    /// Where its text begins.
    start: usize,
    /// May it be null?
    nullable: bool,
    /// How it is reached from the frame below.
    segment: Option<PathSegment>,
}

enum FrameKind<'r, O> {
    Object { source: Source<O>, ty: TypeIx, fields: Arc<Fields>, next: usize },
    List { items: std::vec::IntoIter<Output<Source<O>>>, index: usize, item: &'r TypeRef, place: Place },
}

/// What an object's fields are asked of.
enum Source<O> {
    Root,
    Host(O),
    Meta(Meta),
}

/// A field of an open object.
#[derive(Clone)]
struct Place {
    fields: Arc<Fields>,
    at: usize,
}

impl Place {
    fn field(&self) -> &PlanField {
        &self.fields[self.at]
    }
}

/// Where in the response a field's answer will stand; made into a list of steps on demand.
pub struct Path<'a, O>(Steps<'a, O>, &'a Arc<str>);

struct Steps<'a, O>(&'a [Frame<'a, O>]);

impl<O> Path<'_, O> {
    /// The steps from the top.
    pub fn to_vec(&self) -> Vec<PathSegment> {
        let above = self.0.0.iter().filter_map(|frame| frame.segment.clone());
        above.chain(std::iter::once(PathSegment::Key(Arc::clone(self.1)))).collect()
    }
}

type Resolved<O> = Result<Output<Source<O>>, (FieldError, Option<u32>)>;

impl<'r, O: Send + Sync> Run<'r, O> {
    /// Asks for the answer of a field of the object on top of the stack.
    async fn resolve<R: Runtime<Object = O>>(&self, runtime: &R, field: &PlanField) -> Resolved<O> {
        let Some(Frame { kind: FrameKind::Object { source, ty, .. }, .. }) = self.stack.last() else {
            unreachable!("only objects have fields");
        };
        let mut scratch = Vec::new();
        let arguments = field
            .arguments(self.schema, self.variables, &mut scratch)
            .map_err(|(message, at)| (FieldError::from(message), Some(at)))?;
        if let Some(output) =
            meta::resolve_field(self.schema, *ty, field.field, arguments, || runtime.introspect())
        {
            return output.map(|output| output.map_objects(Source::Meta)).map_err(|error| (error, None));
        }
        let object = match source {
            Source::Meta(meta) => {
                let output = meta.resolve(self.schema, field.field, arguments);
                return Ok(output.map_objects(Source::Meta));
            }
            Source::Root => None,
            Source::Host(object) => Some(object),
        };
        let call = Call {
            schema: self.schema,
            field: field.field,
            object,
            arguments,
            path: Path(Steps(&self.stack), &field.key),
        };
        // A panic is one field's trouble, not the server's.
        let result = match catch_unwind(AssertUnwindSafe(|| runtime.resolve(call))) {
            Ok(Resolution::Ready(result)) => Ok(result),
            Ok(Resolution::Later(future)) => AssertUnwindSafe(future).catch_unwind().await,
            Err(panic) => Err(panic),
        };
        let result = result.unwrap_or_else(|panic| Err(runtime.panicked(words_of(&*panic))));
        result.map(|output| output.map_objects(Source::Host)).map_err(|error| (error, None))
    }

    /// Writes a field's answer.
    fn answer(&mut self, place: &Place, result: Resolved<O>) {
        let ty = &self.schema.field(place.field().field).ty;
        let segment = PathSegment::Key(Arc::clone(&place.field().key));
        match result {
            Ok(output) => self.complete(ty, output, place, segment),
            Err((error, at)) => self.fail(error, at, place, &segment, !ty.is_non_null()),
        }
    }

    fn complete(&mut self, ty: &'r TypeRef, output: Output<Source<O>>, place: &Place, segment: PathSegment) {
        let nullable = !ty.is_non_null();
        match output {
            Output::Failed(error) => self.fail(error, None, place, &segment, nullable),
            Output::Null | Output::Leaf(Value::Null) if nullable => self.data.extend_from_slice(b"null"),
            Output::Null | Output::Leaf(Value::Null) => {
                let FrameKind::Object { ty, .. } = &self.owner().kind else {
                    unreachable!("an object owns the field")
                };
                let name = self.schema.field(place.field().field).name;
                let message =
                    format!("Cannot return null for non-nullable field {}.{name}.", self.schema.ty(*ty).name);
                self.fail(FieldError::from(message), None, place, &segment, false);
            }
            Output::Leaf(value) => match (ty.item(), value) {
                (Some(_), Value::List(items)) => {
                    let items = items.into_iter().map(Output::Leaf).collect();
                    self.complete(ty, Output::List(items), place, segment);
                }
                (_, Value::Int(number)) if i32::try_from(number).is_err() && self.is_int(ty) => {
                    let message = format!("Int cannot represent non 32-bit signed integer value: {number}");
                    self.fail(FieldError::from(message), None, place, &segment, nullable);
                }
                (_, value) => value.write_json(&mut self.data),
            },
            Output::Object(object, source) => {
                let fields = place.field().fields(self.schema, self.plan, object, self.variables);
                self.open_object(source, object, fields, Some(segment), nullable);
            }
            Output::List(items) => {
                let start = self.data.len();
                self.data.push(b'[');
                let item = ty.item().expect("a field that answers a list has a list type");
                let kind = FrameKind::List { items: items.into_iter(), index: 0, item, place: place.clone() };
                self.stack.push(Frame { kind, start, nullable, segment: Some(segment) });
            }
        }
    }

    fn is_int(&self, ty: &TypeRef) -> bool {
        self.schema.ty(ty.named()).name == "Int"
    }

    fn open_object(
        &mut self,
        source: Source<O>,
        ty: TypeIx,
        fields: Arc<Fields>,
        segment: Option<PathSegment>,
        nullable: bool,
    ) {
        let start = self.data.len();
        self.data.push(b'{');
        self.stack.push(Frame {
            kind: FrameKind::Object { source, ty, fields, next: 0 },
            start,
            nullable,
            segment,
        });
    }

    /// The innermost open object: the one whose field is being answered.
    fn owner(&self) -> &Frame<'r, O> {
        let owner = self.stack.iter().rfind(|frame| matches!(frame.kind, FrameKind::Object { .. }));
        owner.expect("a field is answered inside an object")
    }

    /// Records an error and makes the nearest place null that may be.
    fn fail(
        &mut self,
        error: FieldError,
        at: Option<u32>,
        place: &Place,
        segment: &PathSegment,
        nullable: bool,
    ) {
        let above = self.stack.iter().filter_map(|frame| frame.segment.clone());
        let path: Vec<_> = above.chain(std::iter::once(segment.clone())).collect();
        let places: Vec<u32> = match at {
            Some(at) => vec![at],
            None => place.field().nodes.iter().map(|node| node.at).collect(),
        };
        self.error_bytes += BYTES_AN_ERROR + (path.len() + places.len()) * BYTES_A_STEP + error.message.len();
        self.errors.push(GraphQLError {
            message: error.message,
            locations: places.into_iter().map(|at| self.plan.document.location(at)).collect(),
            path: Some(path),
            extensions: error.extensions,
        });
        if nullable {
            self.data.extend_from_slice(b"null");
            return;
        }
        while let Some(frame) = self.stack.pop() {
            if frame.nullable {
                self.data.truncate(frame.start);
                self.data.extend_from_slice(b"null");
                return;
            }
        }
    }
}

impl<O> Output<O> {
    fn map_objects<P>(self, change: fn(O) -> P) -> Output<P> {
        match self {
            Self::Null => Output::Null,
            Self::Failed(error) => Output::Failed(error),
            Self::Leaf(value) => Output::Leaf(value),
            Self::Object(ty, object) => Output::Object(ty, change(object)),
            Self::List(items) => {
                Output::List(items.into_iter().map(|item| item.map_objects(change)).collect())
            }
        }
    }
}

fn words_of(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("a resolver panicked")
}
