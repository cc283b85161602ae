//! Which type turns into which by itself (PostgreSQL manual, 10.2 to 10.4; `find_coercion_pathway`).

use super::builtin::{CastContext, builtin_cast, builtin_type};
use super::{Catalog, TypeKind};
use crate::model::DataType;

impl Catalog {
    /// The weakest context in which `source` turns into `target`; `None` if it never does. Both are
    /// resolved types; modifiers do not count.
    pub(crate) fn coercion(&self, source: &DataType, target: &DataType) -> Option<CastContext> {
        if same_type(source, target) {
            return Some(CastContext::Implicit);
        }
        let (source, target) = (self.base_type(source), self.base_type(target));
        if same_type(&source, &target) {
            return Some(CastContext::Implicit);
        }
        if source.array_dimensions > 0 && target.array_dimensions > 0 {
            return self.coercion(&element(&source), &element(&target));
        }
        let (scalar_source, scalar_target) =
            (source.array_dimensions == 0, target.array_dimensions == 0);
        if scalar_source && scalar_target {
            let names = (source.name.name.as_str(), target.name.name.as_str());
            if let Some(context) = builtin_cast(names.0, names.1) {
                return Some(context);
            }
            if let Some(context) = extension_cast(names.0, names.1) {
                return Some(context);
            }
        }
        // Through text: to strings by assignment, from strings only when asked for.
        match (self.is_string(&source), self.is_string(&target)) {
            (_, true) => Some(CastContext::Assignment),
            (true, false) => Some(CastContext::Explicit),
            (false, false) => None,
        }
    }

    pub(crate) fn coerces_implicitly(&self, source: &DataType, target: &DataType) -> bool {
        self.coercion(source, target) == Some(CastContext::Implicit)
    }

    pub(crate) fn coerces_in_assignment(&self, source: &DataType, target: &DataType) -> bool {
        self.coercion(source, target)
            .is_some_and(|context| context <= CastContext::Assignment)
    }

    /// Of the string category.
    pub(crate) fn is_string(&self, data_type: &DataType) -> bool {
        let base = self.base_type(data_type);
        base.array_dimensions == 0
            && (builtin_type(base.name.name.as_str()).is_some_and(|found| found.category == 'S')
                || base.name.name.as_str() == "citext")
    }

    /// Whether nothing is known of a type but its name: what an extension or a statement that was
    /// not read brought along.
    pub(crate) fn is_unknown_type(&self, data_type: &DataType) -> bool {
        let base = self.base_type(data_type);
        if super::builtin::is_builtin(&base) {
            return false;
        }
        match self.types.get(&base.name) {
            Some(found) => matches!(found.kind, TypeKind::Other { .. }),
            None => true,
        }
    }
}

pub(crate) fn element(data_type: &DataType) -> DataType {
    let mut element = data_type.clone();
    element.array_dimensions = 0;
    element
}

pub(crate) fn same_type(left: &DataType, right: &DataType) -> bool {
    left.name == right.name && (left.array_dimensions > 0) == (right.array_dimensions > 0)
}

/// `citext` comes with casts of its own.
fn extension_cast(source: &str, target: &str) -> Option<CastContext> {
    match (source, target) {
        ("citext", "text" | "character varying") => Some(CastContext::Implicit),
        ("citext", "character") => Some(CastContext::Assignment),
        ("text" | "character varying" | "character", "citext") => Some(CastContext::Assignment),
        ("boolean" | "inet", "citext") => Some(CastContext::Assignment),
        ("hstore", "json" | "jsonb") => Some(CastContext::Assignment),
        _ => None,
    }
}
