//! What every PostgreSQL 15 brings along: its types, casts, functions, and what its extensions add.
//! The lists beside this file are read once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::model::DataType;

/// How far a cast goes by itself (`pg_cast.castcontext`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum CastContext {
    Implicit,
    Assignment,
    Explicit,
}

#[derive(Debug)]
pub(crate) struct BuiltinType {
    /// `pg_type.typcategory`: `S` for strings, `N` for numbers ...
    pub(crate) category: char,
    pub(crate) takes_modifiers: bool,
    /// Reading it from text depends on settings or other tables.
    pub(crate) unstable_input: bool,
    pub(crate) unstable_output: bool,
}

#[derive(Debug)]
pub(crate) struct BuiltinFunction {
    pub(crate) arguments: Vec<&'static str>,
    pub(crate) result: &'static str,
    pub(crate) default_count: usize,
    pub(crate) variadic: bool,
    pub(crate) immutable: bool,
}

#[derive(Debug)]
pub(crate) struct BuiltinExtension {
    pub(crate) types: BTreeSet<&'static str>,
    pub(crate) functions: BTreeSet<&'static str>,
    pub(crate) operator_classes: BTreeSet<&'static str>,
}

impl BuiltinExtension {
    /// Its functions are not listed one by one.
    pub(crate) fn may_have_any_function(&self) -> bool {
        self.functions.contains("*")
    }
}

static TYPES: LazyLock<BTreeMap<&'static str, BuiltinType>> = LazyLock::new(|| {
    let line = |line: &'static str| {
        let (name, rest) = line.split_once(" | ")?;
        let has = |letter: &str| rest.split(' ').skip(1).any(|word| word == letter);
        let found = BuiltinType {
            category: rest.chars().next()?,
            takes_modifiers: has("m"),
            unstable_input: has("i"),
            unstable_output: has("o"),
        };
        Some((name.trim_matches('"'), found))
    };
    lines(include_str!("types.txt")).filter_map(line).collect()
});

/// How far a cast goes, and whether its function is immutable.
type Cast = (CastContext, bool);

static CASTS: LazyLock<BTreeMap<(&'static str, &'static str), Cast>> = LazyLock::new(|| {
    let line = |line: &'static str| {
        let (source, rest) = line.split_once(" > ")?;
        let (rest, immutable) = match rest.strip_suffix(" s") {
            Some(rest) => (rest, false),
            None => (rest, true),
        };
        let (target, context) = rest.rsplit_once(' ')?;
        let context = match context {
            "i" => CastContext::Implicit,
            "a" => CastContext::Assignment,
            _ => CastContext::Explicit,
        };
        Some(((source, target), (context, immutable)))
    };
    lines(include_str!("casts.txt")).filter_map(line).collect()
});

static FUNCTIONS: LazyLock<BTreeMap<&'static str, Vec<BuiltinFunction>>> = LazyLock::new(|| {
    let mut functions: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for line in lines(include_str!("functions.txt")) {
        if let Some((name, function)) = read_function(line) {
            functions.entry(name).or_default().push(function);
        }
    }
    functions
});

static EXTENSIONS: LazyLock<BTreeMap<&'static str, BuiltinExtension>> = LazyLock::new(|| {
    let line = |line: &'static str| {
        let mut fields = line.split('|').map(str::trim);
        let name = fields.next()?;
        let mut set = || {
            list(fields.next().unwrap_or_default())
                .into_iter()
                .collect()
        };
        let (types, functions, operator_classes) = (set(), set(), set());
        Some((
            name,
            BuiltinExtension {
                types,
                functions,
                operator_classes,
            },
        ))
    };
    lines(include_str!("extensions.txt"))
        .filter_map(line)
        .collect()
});

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.split('\n')
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn list(text: &'static str) -> Vec<&'static str> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect()
}

fn read_function(line: &'static str) -> Option<(&'static str, BuiltinFunction)> {
    let mut fields = line.split('|').map(str::trim);
    let name = fields.next()?;
    let mut arguments = list(fields.next()?);
    let result = fields.next()?;
    let more = fields.next().unwrap_or_default();
    let (count, volatility) = match more.split_once(' ') {
        Some((count, volatility)) => (count, Some(volatility)),
        None => (more, None),
    };
    let default_count = count.parse().unwrap_or(0);
    let mut variadic = false;
    if let Some(last) = arguments.last_mut()
        && let Some(bare) = last.strip_suffix("...")
    {
        *last = bare;
        variadic = true;
    }
    Some((
        name,
        BuiltinFunction {
            arguments,
            result,
            default_count,
            variadic,
            immutable: volatility.is_none(),
        },
    ))
}

/// A type of `pg_catalog` by the name that `format_type` prints.
pub(crate) fn builtin_type(name: &str) -> Option<&'static BuiltinType> {
    TYPES.get(name)
}

/// The cast of `pg_cast` between two types of `pg_catalog`.
pub(crate) fn builtin_cast(source: &str, target: &str) -> Option<CastContext> {
    cast(source, target).map(|(context, _)| context)
}

/// Whether there is such a cast, and its function depends on settings.
pub(crate) fn is_unstable_cast(source: &str, target: &str) -> bool {
    cast(source, target).is_some_and(|(_, immutable)| !immutable)
}

fn cast(source: &str, target: &str) -> Option<Cast> {
    let key = (
        *TYPES.get_key_value(source)?.0,
        *TYPES.get_key_value(target)?.0,
    );
    CASTS.get(&key).copied()
}

/// All functions of `pg_catalog` with that name.
pub(crate) fn builtin_functions(name: &str) -> &'static [BuiltinFunction] {
    FUNCTIONS.get(name).map_or(&[], Vec::as_slice)
}

/// What an extension brings; `None` if it is not known here.
pub(crate) fn builtin_extension(name: &str) -> Option<&'static BuiltinExtension> {
    EXTENSIONS.get(name)
}

static OPERATOR_CLASSES: LazyLock<BTreeSet<(&'static str, &'static str, &'static str, bool)>> =
    LazyLock::new(|| {
        let line = |line: &'static str| {
            let mut fields = line.split('|').map(str::trim);
            let (method, class, data_type) = (fields.next()?, fields.next()?, fields.next()?);
            Some((method, class, data_type, fields.next() == Some("d")))
        };
        lines(include_str!("operator_classes.txt"))
            .filter_map(line)
            .collect()
    });

pub(crate) fn is_access_method(method: &str) -> bool {
    OPERATOR_CLASSES.iter().any(|(found, ..)| *found == method)
}

pub(crate) fn operator_class_exists(method: &str, class: &str) -> bool {
    OPERATOR_CLASSES
        .iter()
        .any(|(found, name, ..)| *found == method && *name == class)
}

/// Whether an index of the method can be made on the type without naming a class.
pub(crate) fn has_default_class(method: &str, data_type: &str) -> bool {
    let default = |(found, _, of, default): &(&str, &str, &str, bool)| {
        *found == method && *of == data_type && *default
    };
    OPERATOR_CLASSES.iter().any(default)
}

/// Whether a type is one of `pg_catalog`'s.
pub(crate) fn is_builtin(data_type: &DataType) -> bool {
    data_type
        .name
        .schema
        .as_ref()
        .is_none_or(|schema| schema.as_str() == "pg_catalog")
        && builtin_type(data_type.name.name.as_str()).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_read() {
        assert_eq!(builtin_type("text").map(|found| found.category), Some('S'));
        assert_eq!(
            builtin_cast("integer", "bigint"),
            Some(CastContext::Implicit)
        );
        assert_eq!(
            builtin_cast("bigint", "integer"),
            Some(CastContext::Assignment)
        );
        assert_eq!(builtin_cast("text", "uuid"), None);
        assert_eq!(
            builtin_functions("now")[0].result,
            "timestamp with time zone"
        );
        assert!(
            builtin_functions("jsonb_build_object")
                .iter()
                .any(|found| found.variadic)
        );
        assert!(builtin_extension("citext").is_some_and(|found| found.types.contains("citext")));
    }
}
