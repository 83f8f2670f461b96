//! Parts of a schema: with fewer root fields, without what is deprecated, in another order. References are places, so
//! whatever takes types out has to move the others up.

use std::collections::BTreeSet;

use super::{Composite, FieldDef, Schema, TypeIx, TypeKind, TypeRef};

impl Schema {
    /// Takes types out that nothing refers to any more.
    pub(super) fn remove_types(&mut self, removed: &BTreeSet<TypeIx>) {
        if removed.is_empty() {
            return;
        }
        let shift = |ix: &mut TypeIx| {
            let before = removed.range(..*ix).count();
            ix.0 -= u32::try_from(before).expect("fewer than 2^32 types");
        };
        for field in &mut self.fields {
            shift(&mut field.parent);
            field.ty.map_named(&shift);
            field.arguments.iter_mut().for_each(|argument| argument.ty.map_named(&shift));
        }
        for ty in &mut self.types {
            match &mut ty.kind {
                TypeKind::Object(composite) | TypeKind::Interface(composite) => {
                    composite.interfaces.iter_mut().for_each(shift);
                    composite.implementors.iter_mut().for_each(shift);
                }
                TypeKind::Union { members } => members.iter_mut().for_each(shift),
                TypeKind::InputObject { fields } => {
                    fields.iter_mut().for_each(|field| field.ty.map_named(&shift));
                }
                TypeKind::Scalar | TypeKind::Enum { .. } => {}
            }
        }
        for directive in &mut self.directives {
            directive.arguments.iter_mut().for_each(|argument| argument.ty.map_named(&shift));
        }
        shift(&mut self.query);
        self.mutation.iter_mut().for_each(shift);
        let mut at = 0;
        self.types.retain(|_| {
            at += 1;
            !removed.contains(&TypeIx(at - 1))
        });
    }

    /// Orders the root fields by name, letter case ignored.
    pub fn sort_roots(&mut self) {
        for ix in std::iter::once(self.query).chain(self.mutation) {
            if let TypeKind::Object(Composite { first, count, .. }) = self.ty(ix).kind {
                let own = first as usize..(first + count) as usize;
                self.fields[own].sort_by_key(|field| field.name.to_lowercase());
            }
        }
    }

    /// The same schema with fewer root fields: those that `keep` does not name are gone, and with them every type
    /// that nothing reaches any more.
    #[must_use]
    pub fn subset(&self, keep: impl Fn(&FieldDef) -> bool) -> Self {
        let mut subset = self.clone();
        let roots: Vec<TypeIx> = std::iter::once(self.query).chain(self.mutation).collect();
        let mut fields = Vec::with_capacity(self.fields.len());
        for ty in &mut subset.types {
            if let TypeKind::Object(composite) | TypeKind::Interface(composite) = &mut ty.kind {
                let own =
                    &self.fields[composite.first as usize..(composite.first + composite.count) as usize];
                let first = fields.len();
                fields.extend(
                    own.iter().filter(|field| !roots.contains(&field.parent) || keep(field)).cloned(),
                );
                composite.first = u32::try_from(first).expect("fewer than 2^32 fields");
                composite.count = u32::try_from(fields.len() - first).expect("fewer than 2^32 fields");
            }
        }
        subset.meta = u32::try_from(fields.len()).expect("fewer than 2^32 fields");
        fields.extend_from_slice(&self.fields[self.meta as usize..]);
        subset.fields = fields;
        let reached = subset.reachable();
        let unreached: BTreeSet<TypeIx> =
            (0..).map(TypeIx).take(subset.types.len()).filter(|ix| !reached.contains(ix)).collect();
        // Fields of types that go must go too, or their references would dangle.
        let dropped: Vec<FieldDef> = std::mem::take(&mut subset.fields);
        for (at, ty) in subset.types.iter_mut().enumerate() {
            if let TypeKind::Object(composite) | TypeKind::Interface(composite) = &mut ty.kind {
                let own = composite.first as usize..(composite.first + composite.count) as usize;
                composite.first = u32::try_from(subset.fields.len()).expect("fewer than 2^32 fields");
                if reached.contains(&TypeIx(u32::try_from(at).expect("fewer than 2^32 types"))) {
                    subset.fields.extend_from_slice(&dropped[own]);
                }
                composite.implementors.retain(|ix| reached.contains(ix));
            }
        }
        subset.meta = u32::try_from(subset.fields.len()).expect("fewer than 2^32 fields");
        subset.fields.extend_from_slice(&self.fields[self.meta as usize..]);
        subset.remove_types(&unreached);
        subset
    }

    /// The same schema without what is deprecated: fields, arguments, input fields and enum values. A type that would
    /// be left with nothing stays as it is.
    #[must_use]
    pub fn without_deprecated(&self) -> Self {
        let mut left = self.clone();
        let own = left.fields.split_off(left.meta as usize);
        let all = std::mem::replace(&mut left.fields, Vec::with_capacity(self.fields.len()));
        for ty in &mut left.types {
            match &mut ty.kind {
                TypeKind::Object(composite) | TypeKind::Interface(composite) => {
                    let fields = &all[composite.first as usize..(composite.first + composite.count) as usize];
                    let first = left.fields.len();
                    left.fields.extend(fields.iter().filter(|field| field.deprecated.is_none()).cloned());
                    if left.fields.len() == first {
                        left.fields.extend_from_slice(fields);
                    }
                    composite.first = u32::try_from(first).expect("fewer than 2^32 fields");
                    composite.count =
                        u32::try_from(left.fields.len() - first).expect("fewer than 2^32 fields");
                }
                TypeKind::InputObject { fields } => retain_some(fields, |field| field.deprecated.is_none()),
                TypeKind::Enum { values } => retain_some(values, |value| value.deprecated.is_none()),
                TypeKind::Scalar | TypeKind::Union { .. } => {}
            }
        }
        left.meta = u32::try_from(left.fields.len()).expect("fewer than 2^32 fields");
        for field in &mut left.fields {
            field.arguments.retain(|argument| argument.deprecated.is_none());
        }
        left.fields.extend(own);
        left
    }

    fn reachable(&self) -> BTreeSet<TypeIx> {
        let mut reached = BTreeSet::new();
        let mut queue: Vec<TypeIx> = std::iter::once(self.query).chain(self.mutation).collect();
        queue.extend(
            (0..).map(TypeIx).take(self.types.len()).filter(|ix| self.ty(*ix).name.starts_with("__")),
        );
        let builtin = ["Int", "Float", "String", "Boolean", "ID"];
        queue.extend(builtin.iter().filter_map(|name| self.find_type(name)));
        while let Some(ix) = queue.pop() {
            if !reached.insert(ix) {
                continue;
            }
            for field in self.fields_of(ix) {
                let field = self.field(field);
                queue.push(field.ty.named());
                queue.extend(field.arguments.iter().map(|argument| argument.ty.named()));
            }
            queue.extend(self.possible_types(ix));
            queue.extend(self.ty(ix).interfaces());
            queue.extend(self.ty(ix).input_fields().iter().map(|field| field.ty.named()));
        }
        reached
    }
}

fn retain_some<T>(list: &mut Vec<T>, keep: impl Fn(&T) -> bool) {
    if list.iter().any(&keep) {
        list.retain(keep);
    }
}

impl TypeRef {
    fn map_named(&mut self, change: &impl Fn(&mut TypeIx)) {
        match self {
            Self::Named(ix) => change(ix),
            Self::List(inner) | Self::NonNull(inner) => inner.map_named(change),
        }
    }
}
