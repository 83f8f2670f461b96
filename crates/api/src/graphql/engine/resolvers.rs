//! Resolvers and how they are bound to the contract.
//!
//! A noun's file registers its resolvers; [`Resolvers::bind`] checks each against the contract (does the field
//! exist, does the Rust type fit the field's, do the arguments) and tells all mismatches at once.

use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use kemu_domain::errors::Failure;
use kemu_domain::paging::{Page, PageRequest};
use kemu_graphql::execution::Output;
use kemu_graphql::schema::coerce::Arguments;
use kemu_graphql::schema::{InputDef, Schema, TypeIx, TypeKind, TypeRef};

use super::connection::{self, Connection};
use super::contract::Contract;
use super::inputs::{InputObject, InputShape, Members, same_name};
use super::outputs::{Answer, Node, Object, OutputShape, Place};
use crate::graphql::Ctx;

type Answered = Result<Output<Node>, Failure>;
type PlainFn = dyn Fn(&(dyn Any + Send + Sync), Place<'_>) -> Output<Node> + Send + Sync;
type AsyncFn =
    dyn Fn(Option<Arc<dyn Any + Send + Sync>>, Given) -> BoxFuture<'static, Answered> + Send + Sync;

/// How a field gets its answer.
pub enum Resolver {
    /// A part of the value that its object stands for.
    Plain(Box<PlainFn>),
    /// Work, with arguments.
    Async(Box<AsyncFn>),
}

/// What a resolver that works gets besides its object.
pub struct Given {
    /// The request.
    pub ctx: Ctx,
    /// The coerced arguments.
    pub arguments: Arguments,
    /// The field's type inside all wrappers.
    pub ty: TypeIx,
    /// The field's largest page.
    pub page_limit: Option<i64>,
}

/// Resolvers, not bound yet.
#[derive(Default)]
pub struct Resolvers {
    entries: Vec<Entry>,
}

struct Entry {
    /// The object types whose field this is; for the members of an interface or union all that have it.
    types: &'static [&'static str],
    field: &'static str,
    output: OutputShape,
    inputs: Vec<(&'static str, InputShape)>,
    resolver: Arc<Resolver>,
}

impl Resolvers {
    /// A query.
    pub fn query<A, V, F, Fut>(&mut self, field: &'static str, resolve: F) -> &mut Self
    where
        A: InputObject,
        V: Answer,
        F: Fn(Ctx, A) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<V, Failure>> + Send + 'static,
    {
        self.root(&["Query"], field, resolve)
    }

    /// A mutation.
    pub fn mutation<A, V, F, Fut>(&mut self, field: &'static str, resolve: F) -> &mut Self
    where
        A: InputObject,
        V: Answer,
        F: Fn(Ctx, A) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<V, Failure>> + Send + 'static,
    {
        self.root(&["Mutation"], field, resolve)
    }

    /// A query that answers pages.
    pub fn query_connection<A, V, F, Fut>(&mut self, field: &'static str, resolve: F) -> &mut Self
    where
        A: InputObject,
        V: Answer,
        F: Fn(Ctx, A, PageRequest) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Page<V>, Failure>> + Send + 'static,
    {
        let resolver = page_resolver(move |_, ctx, arguments, request| resolve(ctx, arguments, request));
        let output = OutputShape::Connection(Box::new(V::shape()));
        self.push(&["Query"], field, output, A::members(), resolver)
    }

    fn root<A, V, F, Fut>(
        &mut self,
        types: &'static [&'static str],
        field: &'static str,
        resolve: F,
    ) -> &mut Self
    where
        A: InputObject,
        V: Answer,
        F: Fn(Ctx, A) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<V, Failure>> + Send + 'static,
    {
        let resolve = Arc::new(resolve);
        self.push(
            types,
            field,
            V::shape(),
            A::members(),
            async_resolver(move |_, ctx, arguments| resolve(ctx, arguments)),
        )
    }

    /// The fields of an object.
    pub fn object<T: Object>(&mut self) -> Fields<'_, T> {
        Fields { resolvers: self, object: PhantomData }
    }

    fn push(
        &mut self,
        types: &'static [&'static str],
        field: &'static str,
        output: OutputShape,
        inputs: Vec<(&'static str, InputShape)>,
        resolver: Resolver,
    ) -> &mut Self {
        self.entries.push(Entry { types, field, output, inputs, resolver: Arc::new(resolver) });
        self
    }

    /// Checks every resolver against the contract and puts it in its field's place, or tells all mismatches.
    pub fn bind(&self, contract: &Contract) -> Result<Bindings, Vec<String>> {
        let mut bindings = self.bind_known(contract);
        bindings.mismatches.sort();
        bindings.mismatches.dedup();
        if bindings.mismatches.is_empty() { Ok(bindings) } else { Err(bindings.mismatches) }
    }

    /// The same for a part of the contract, whose missing types and fields are none of a mismatch.
    pub fn bind_known(&self, contract: &Contract) -> Bindings {
        let schema = &contract.schema;
        let mut bindings =
            Bindings { by_field: (0..schema.fields.len()).map(|_| None).collect(), mismatches: Vec::new() };
        for entry in &self.entries {
            bindings.add(schema, entry);
        }
        bindings
    }
}

fn async_resolver<A, V, F, Fut>(resolve: F) -> Resolver
where
    A: InputObject,
    V: Answer,
    F: Fn(Option<Arc<dyn Any + Send + Sync>>, Ctx, A) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<V, Failure>> + Send + 'static,
{
    Resolver::Async(Box::new(move |object, asked| {
        let site = Arc::clone(&asked.ctx.site);
        let started = A::from_members(Members::Arguments(&asked.arguments))
            .map(|arguments| resolve(object, Arc::clone(&asked.ctx), arguments));
        Box::pin(async move {
            let value = started?.await?;
            Ok(value.answer(Place { schema: &site.contract.schema, ty: asked.ty }))
        })
    }))
}

fn page_resolver<A, V, F, Fut>(resolve: F) -> Resolver
where
    A: InputObject,
    V: Answer,
    F: Fn(Option<Arc<dyn Any + Send + Sync>>, Ctx, A, PageRequest) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Page<V>, Failure>> + Send + 'static,
{
    Resolver::Async(Box::new(move |object, asked| {
        let site = Arc::clone(&asked.ctx.site);
        let started = connection::page_request(&asked.arguments, asked.page_limit).and_then(|request| {
            let arguments = A::from_members(Members::Arguments(&asked.arguments))?;
            Ok(resolve(object, Arc::clone(&asked.ctx), arguments, request))
        });
        Box::pin(async move {
            let page = started?.await?;
            let schema = &site.contract.schema;
            let ty = connection::node_type(schema, asked.ty).expect("the binding check found a node");
            let page = page.map(|value| value.answer(Place { schema, ty }));
            Ok(Output::Object(asked.ty, Node::Connection(Arc::new(Connection::new(page)))))
        })
    }))
}

/// The fields of an object that a Rust type stands for.
pub struct Fields<'r, T> {
    resolvers: &'r mut Resolvers,
    object: PhantomData<T>,
}

impl<T: Object> Fields<'_, T> {
    /// A part of the value.
    pub fn field<V: Answer>(
        &mut self,
        field: &'static str,
        part: impl Fn(&T) -> V + Send + Sync + 'static,
    ) -> &mut Self {
        self.field_on(T::TYPES, field, part)
    }

    /// A part of the value that only some of its types have.
    pub fn field_on<V: Answer>(
        &mut self,
        types: &'static [&'static str],
        field: &'static str,
        part: impl Fn(&T) -> V + Send + Sync + 'static,
    ) -> &mut Self {
        let resolver = Resolver::Plain(Box::new(move |object, place| {
            let object = object.downcast_ref::<T>().expect("only its own objects reach a type's resolver");
            part(object).answer(place)
        }));
        self.resolvers.push(types, field, V::shape(), Vec::new(), resolver);
        self
    }

    /// Work, with arguments.
    pub fn field_async<A, V, F, Fut>(&mut self, field: &'static str, resolve: F) -> &mut Self
    where
        A: InputObject,
        V: Answer,
        F: Fn(Arc<T>, Ctx, A) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<V, Failure>> + Send + 'static,
    {
        let resolver =
            async_resolver(move |object, ctx, arguments| resolve(downcast(object), ctx, arguments));
        self.resolvers.push(T::TYPES, field, V::shape(), A::members(), resolver);
        self
    }

    /// A page of a list; `first`, `last`, `after` and `before` are read before the resolver is called.
    pub fn connection<A, V, F, Fut>(&mut self, field: &'static str, resolve: F) -> &mut Self
    where
        A: InputObject,
        V: Answer,
        F: Fn(Arc<T>, Ctx, A, PageRequest) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Page<V>, Failure>> + Send + 'static,
    {
        let resolver = page_resolver(move |object, ctx, arguments, request| {
            resolve(downcast(object), ctx, arguments, request)
        });
        let output = OutputShape::Connection(Box::new(V::shape()));
        self.resolvers.push(T::TYPES, field, output, A::members(), resolver);
        self
    }
}

fn downcast<T: Object>(object: Option<Arc<dyn Any + Send + Sync>>) -> Arc<T> {
    let object = object.and_then(|object| object.downcast::<T>().ok());
    object.expect("only its own objects reach a type's resolver")
}

/// Resolvers in their fields' places.
pub struct Bindings {
    by_field: Vec<Option<Arc<Resolver>>>,
    mismatches: Vec<String>,
}

impl Bindings {
    /// The resolver of a field; `None` where nobody has written one.
    pub fn get(&self, field: kemu_graphql::schema::FieldIx) -> Option<&Arc<Resolver>> {
        self.by_field[field.0 as usize].as_ref()
    }

    fn add(&mut self, schema: &Schema, entry: &Entry) {
        let mut found = false;
        for name in entry.types {
            let Some(ty) = schema.find_type(name) else {
                self.mismatches.push(format!("{name}: the contract has no such type"));
                found = true;
                continue;
            };
            let Some(ix) = schema.find_field(ty, entry.field) else { continue };
            found = true;
            let field = schema.field(ix);
            let coordinate = schema.coordinate(ix);
            if let Err(why) = output_fits(schema, &entry.output, &field.ty) {
                self.mismatches.push(format!("{coordinate}: {why}"));
            }
            for (name, shape) in &entry.inputs {
                let why = match field.arguments.iter().find(|argument| same_name(argument.name, name)) {
                    None => Err("the contract has no such argument".into()),
                    Some(argument) => input_fits(schema, shape, &argument.ty, argument.default.is_some()),
                };
                if let Err(why) = why {
                    self.mismatches.push(format!("{coordinate}({name}): {why}"));
                }
            }
            if self.by_field[ix.0 as usize].replace(Arc::clone(&entry.resolver)).is_some() {
                self.mismatches.push(format!("{coordinate}: has two resolvers"));
            }
        }
        if !found {
            self.mismatches.push(format!(
                "{}.{}: the contract has no such field",
                entry.types.join("|"),
                entry.field
            ));
        }
    }
}

/// Does what a Rust type answers fit the contract's type?
fn output_fits(schema: &Schema, shape: &OutputShape, ty: &TypeRef) -> Result<(), String> {
    let shown = || schema.show(ty);
    if let OutputShape::Optional(inner) = shape {
        if ty.is_non_null() {
            return Err(format!("may be null, but the contract says '{}'", shown()));
        }
        return output_fits(schema, inner, ty);
    }
    if let Some(item) = ty.item() {
        return match shape {
            OutputShape::List(inner) => output_fits(schema, inner, item),
            _ => Err(format!("is no list, but the contract says '{}'", shown())),
        };
    }
    let def = schema.ty(ty.named());
    let objects = |named: TypeIx| match schema.possible_types(named) {
        [] => vec![schema.ty(named).name],
        possible => possible.iter().map(|ix| schema.ty(*ix).name).collect(),
    };
    match (shape, &def.kind) {
        (OutputShape::List(_), _) => Err(format!("is a list, but the contract says '{}'", shown())),
        (OutputShape::Scalar(names), TypeKind::Scalar) if names.contains(&def.name) => Ok(()),
        (OutputShape::Scalar(names), _) => {
            Err(format!("is a scalar ({}), but the contract says '{}'", names.join(", "), shown()))
        }
        (OutputShape::Enum(names), TypeKind::Enum { values }) => {
            match names.iter().find(|name| values.iter().all(|value| value.name != **name)) {
                None => Ok(()),
                Some(unknown) => Err(format!("'{unknown}' is no value of '{}'", def.name)),
            }
        }
        (OutputShape::AnyEnum, TypeKind::Enum { .. }) => Ok(()),
        (OutputShape::Enum(_) | OutputShape::AnyEnum, _) => {
            Err(format!("is an enum, but the contract says '{}'", shown()))
        }
        (OutputShape::Object(names), _) => {
            match names.iter().find(|name| !objects(ty.named()).contains(name)) {
                None => Ok(()),
                Some(other) => Err(format!("is '{other}', but the contract says '{}'", shown())),
            }
        }
        (OutputShape::Connection(inner), _) => match connection::node_type(schema, ty.named()) {
            Some(node) => output_fits(schema, inner, &TypeRef::Named(node)),
            None => Err(format!("is a page, but the contract says '{}'", shown())),
        },
        (OutputShape::Optional(_), _) => unreachable!("handled above"),
    }
}

/// Does what the contract lets through fit what a Rust type reads?
fn input_fits(schema: &Schema, shape: &InputShape, ty: &TypeRef, has_default: bool) -> Result<(), String> {
    let shown = || schema.show(ty);
    if let InputShape::Optional(inner) = shape {
        return input_fits(schema, inner, ty.nullable(), true);
    }
    // A nullable argument with a default may still be given as null; reading that answers a clear error.
    if !ty.is_non_null() && !has_default {
        return Err(format!("cannot be left out, but the contract says '{}'", shown()));
    }
    if let Some(item) = ty.item() {
        return match shape {
            InputShape::List(inner) => input_fits(schema, inner, item, false),
            _ => Err(format!("is no list, but the contract says '{}'", shown())),
        };
    }
    let def = schema.ty(ty.named());
    match (shape, &def.kind) {
        (InputShape::List(_), _) => Err(format!("is a list, but the contract says '{}'", shown())),
        (InputShape::Scalar(names), TypeKind::Scalar) if names.contains(&def.name) => Ok(()),
        (InputShape::Enum(names), TypeKind::Enum { values }) => {
            match values.iter().find(|value| !names.contains(&value.name)) {
                None => Ok(()),
                Some(unread) => Err(format!("does not know the value '{}' of '{}'", unread.name, def.name)),
            }
        }
        (InputShape::AnyEnum, TypeKind::Enum { .. }) => Ok(()),
        (InputShape::Object(members), TypeKind::InputObject { fields }) => {
            for (name, shape) in members {
                let Some(InputDef { ty, default, .. }) =
                    fields.iter().find(|field| same_name(field.name, name))
                else {
                    return Err(format!("'{}' has no field '{name}'", def.name));
                };
                input_fits(schema, shape, ty, default.is_some()).map_err(|why| format!("{name}: {why}"))?;
            }
            Ok(())
        }
        _ => Err(format!("reads another kind of value than '{}'", shown())),
    }
}
