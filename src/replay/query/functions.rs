//! Functions that probes call.

use crate::model::{Identifier, ObjectName};
use crate::sql::expression::{Call, Expression};

use super::aggregate::is_aggregate;
use super::datum::{Datum, OidKind};
use super::scope::Scope;
use super::{Reader, Undecided};

impl Reader<'_> {
    pub(super) fn call(&self, call: &Call, scope: &Scope) -> Result<Datum, Undecided> {
        if is_aggregate(call) {
            return match scope.group {
                Some(group) => self.aggregate(call, group, scope),
                None => Err("an aggregate in an unexpected place".into()),
            };
        }
        let name = call.function.name.as_str();
        if matches!(name, "coalesce" | "nullif" | "greatest" | "least") {
            return self.conditional(name, call, scope);
        }
        let mut arguments = Vec::new();
        for (_, argument) in &call.arguments {
            arguments.push(self.evaluate(argument, scope)?);
        }
        Ok(self.function(name, &arguments))
    }

    fn conditional(&self, name: &str, call: &Call, scope: &Scope) -> Result<Datum, Undecided> {
        let value = |argument: &(Option<Identifier>, Expression)| self.evaluate(&argument.1, scope);
        match name {
            "coalesce" => {
                for argument in &call.arguments {
                    let value = value(argument)?;
                    if !value.is_null() {
                        return Ok(value);
                    }
                }
                Ok(Datum::Null)
            }
            "nullif" => {
                let [left, right] = call.arguments.as_slice() else {
                    return Ok(Datum::Null);
                };
                let (left, right) = (value(left)?, value(right)?);
                Ok(match super::operator::compared("=", &left, &right) {
                    Datum::Bool(true) => Datum::Null,
                    unknown @ Datum::Unknown(_) => unknown,
                    _ => left,
                })
            }
            _ => Ok(Datum::unknown(format!("{name} is not modelled"))),
        }
    }

    /// A value of the session.
    pub(super) fn session_value(&self, name: &str) -> Datum {
        match name {
            "current_schema" => {
                let schemas = self.catalog.search_path.iter();
                let mut existing = schemas.filter(|name| self.catalog.has_schema(name.as_str()));
                existing
                    .next()
                    .map_or(Datum::Null, |name| Datum::text(name.as_str()))
            }
            "current_user" | "session_user" | "user" | "current_role" => {
                Datum::text(self.catalog.current_role.as_str())
            }
            "current_catalog" | "current_database" => Datum::text(&self.surroundings.database),
            _ => Datum::unknown(format!("{name} is known only when it runs")),
        }
    }

    fn function(&self, name: &str, arguments: &[Datum]) -> Datum {
        if matches!(name, "current_schema" | "current_database" | "current_user") {
            return self.session_value(name);
        }
        if let Some(unknown) = arguments.iter().find(|argument| argument.is_unknown()) {
            return unknown.clone();
        }
        let texts: Option<Vec<_>> = arguments.iter().map(Datum::known_text).collect();
        let texts = texts.unwrap_or_default();
        match (name, texts.as_slice()) {
            ("lower", [text]) => Datum::text(text.to_lowercase()),
            ("upper", [text]) => Datum::text(text.to_uppercase()),
            ("trim" | "btrim", [text]) => Datum::text(text.trim()),
            ("length" | "char_length", [text]) => Datum::Integer(text.chars().count() as i64),
            ("replace", [text, from, to]) => Datum::text(text.replace(&**from, to)),
            ("quote_ident", [text]) => {
                let name = Identifier::exact(text.to_string());
                Datum::text(crate::replay::words::quoted(&name))
            }
            ("quote_literal", [text]) => Datum::text(format!("'{}'", text.replace('\'', "''"))),
            ("concat", parts) if parts.len() == arguments.len() => Datum::text(parts.concat()),
            ("split_part", [text, separator, number]) => {
                let index = number.parse::<usize>().unwrap_or(1).saturating_sub(1);
                Datum::text(text.split(&**separator).nth(index).unwrap_or_default())
            }
            ("to_regclass", [text]) => self.regular(OidKind::Class, text),
            ("to_regtype", [text]) => self.regular(OidKind::Type, text),
            ("to_regnamespace", [text]) => match self.catalog.has_schema(text) {
                true => Datum::oid(OidKind::Namespace, text.to_string()),
                false => Datum::Null,
            },
            ("format", [_, ..]) => formatted(arguments),
            ("array_length", _) => array_length(arguments),
            ("cardinality", _) => match arguments {
                [Datum::Array(items)] => Datum::Integer(items.len() as i64),
                [Datum::Null] => Datum::Null,
                _ => not_modelled(name),
            },
            ("array_position", _) => match arguments {
                [Datum::Array(items), item] => items
                    .iter()
                    .position(|known| known == item)
                    .map_or(Datum::Null, |index| Datum::Integer(index as i64 + 1)),
                _ => not_modelled(name),
            },
            ("format_type", _) => arguments.first().map_or(Datum::Null, Datum::to_text),
            ("pg_get_constraintdef" | "pg_get_expr" | "pg_get_indexdef" | "obj_description", _) => {
                self.definition(name, arguments)
            }
            ("pg_table_is_visible" | "pg_type_is_visible", _) => self.visible(arguments),
            ("enum_range", _) => self.enum_range(arguments),
            ("version", []) => Datum::text("PostgreSQL 15"),
            ("pg_backend_pid" | "now" | "random" | "gen_random_uuid" | "clock_timestamp", _) => {
                Datum::unknown(format!("{name}() is known only when it runs"))
            }
            _ if arguments.iter().any(Datum::is_null) && is_strict(name) => Datum::Null,
            _ => not_modelled(name),
        }
    }

    fn regular(&self, kind: OidKind, text: &str) -> Datum {
        let name = ObjectName::from_sql(text);
        let found = match kind {
            OidKind::Class => self.catalog.resolve_relation(&name),
            _ => self.catalog.resolve_type(&name),
        };
        found.map_or(Datum::Null, |name| Datum::oid(kind, name.to_string()))
    }

    fn visible(&self, arguments: &[Datum]) -> Datum {
        match arguments {
            [Datum::Oid(oid)] => {
                let schema = oid.name.split_once('.').map(|(schema, _)| schema);
                let path = &self.catalog.search_path;
                Datum::Bool(
                    path.iter()
                        .any(|known| known.as_str() == schema.unwrap_or("public")),
                )
            }
            _ => not_modelled("pg_table_is_visible"),
        }
    }

    /// Texts that the server deparses: only whether there is one can be told.
    fn definition(&self, name: &str, arguments: &[Datum]) -> Datum {
        match (name, arguments) {
            (_, [Datum::Null, ..]) => Datum::Null,
            // Expressions are kept as written where the catalogs hold trees.
            ("pg_get_expr", [Datum::Text(text), ..]) => Datum::text(text),
            ("pg_get_constraintdef", [Datum::Oid(oid), ..]) => self.constraint_text(&oid.name),
            _ => Datum::unknown(format!("the text of {name}() is not modelled")),
        }
    }

    fn constraint_text(&self, address: &str) -> Datum {
        let Some((table, constraint)) = address.rsplit_once('.') else {
            return not_modelled("pg_get_constraintdef");
        };
        let found = self
            .catalog
            .constraint(&ObjectName::from_sql(table), constraint);
        match found {
            Some(constraint) => super::system_names::constraint_definition(constraint),
            None => Datum::Null,
        }
    }

    fn enum_range(&self, arguments: &[Datum]) -> Datum {
        let _ = arguments;
        not_modelled("enum_range")
    }
}

fn is_strict(name: &str) -> bool {
    !matches!(
        name,
        "concat" | "concat_ws" | "format" | "json_build_object" | "jsonb_build_object"
    )
}

fn not_modelled(name: &str) -> Datum {
    Datum::unknown(format!("the function {name}() is not modelled"))
}

fn array_length(arguments: &[Datum]) -> Datum {
    match arguments {
        [Datum::Array(items), Datum::Integer(1)] if items.is_empty() => Datum::Null,
        [Datum::Array(items), Datum::Integer(1)] => Datum::Integer(items.len() as i64),
        [Datum::Null, _] => Datum::Null,
        _ => not_modelled("array_length"),
    }
}

/// `format('%I.%s %L %%', ...)`.
pub(crate) fn formatted(arguments: &[Datum]) -> Datum {
    let Some(Datum::Text(pattern)) = arguments.first() else {
        return Datum::Null;
    };
    let mut output = String::new();
    let mut next = 1;
    let mut rest: &str = pattern;
    while let Some((before, after)) = rest.split_once('%') {
        output.push_str(before);
        let (position, kind, tail) = specifier(after);
        rest = tail;
        if kind == '%' {
            output.push('%');
            continue;
        }
        let index = position.unwrap_or(next);
        next = index + 1;
        let value = arguments.get(index).cloned().unwrap_or(Datum::Null);
        match (kind, value) {
            (_, unknown @ Datum::Unknown(_)) => return unknown,
            ('L', Datum::Null) => output.push_str("NULL"),
            (_, Datum::Null) => {}
            (kind, value) => {
                let Some(text) = value.known_text() else {
                    return Datum::unknown("format of what is no text");
                };
                match kind {
                    'I' => {
                        let name = Identifier::exact(text.to_string());
                        output.push_str(&crate::replay::words::quoted(&name));
                    }
                    'L' => output.push_str(&format!("'{}'", text.replace('\'', "''"))),
                    _ => output.push_str(&text),
                }
            }
        }
    }
    output.push_str(rest);
    Datum::text(output)
}

/// `1$I`, `-10s`: the position, the letter, and what follows.
fn specifier(text: &str) -> (Option<usize>, char, &str) {
    let mut rest = text;
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let position = match rest[digits..].strip_prefix('$') {
        Some(after) if digits > 0 => {
            let position = rest[..digits].parse().ok();
            rest = after;
            position
        }
        _ => None,
    };
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-');
    let mut characters = rest.chars();
    match characters.next() {
        Some(kind) => (position, kind, characters.as_str()),
        None => (position, '%', ""),
    }
}
