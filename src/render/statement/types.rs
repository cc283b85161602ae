//! Enums, domains and composite types.

use std::collections::BTreeMap;

use crate::catalog::{TypeKind, UserType};
use crate::model::ObjectName;

use super::super::definition;
use super::super::quote::{quote_identifier, quote_literal, quote_name, quote_statement};
use super::call;

pub(super) fn ensure_enum(
    name: &ObjectName,
    labels: &[String],
    value_map: &BTreeMap<String, String>,
) -> String {
    let labels = labels
        .iter()
        .map(|label| quote_literal(label))
        .collect::<Vec<_>>()
        .join(", ");
    let mut arguments = vec![quote_literal(&quote_name(name)), format!("ARRAY[{labels}]")];
    if !value_map.is_empty() {
        arguments.push(object_of(value_map));
    }
    call("ensure_enum", &arguments)
}

pub(super) fn ensure_type(name: &ObjectName, user_type: &UserType) -> String {
    let create = match &user_type.kind {
        TypeKind::Enum { labels } => {
            return ensure_enum(
                name,
                &labels
                    .iter()
                    .map(|label| label.name.clone())
                    .collect::<Vec<_>>(),
                &BTreeMap::new(),
            );
        }
        TypeKind::Domain {
            base,
            not_null,
            default,
            checks,
        } => {
            let default = default
                .as_ref()
                .map(|default| format!(" DEFAULT {default}"))
                .unwrap_or_default();
            let not_null = if *not_null { " NOT NULL" } else { "" };
            let checks = checks.iter().map(|(check, known)| {
                format!(
                    " CONSTRAINT {} {}",
                    quote_identifier(check),
                    definition::constraint(known)
                )
            });
            let checks: String = checks.collect();
            let base = definition::data_type(base);
            format!(
                "CREATE DOMAIN {} AS {base}{default}{not_null}{checks}",
                quote_name(name)
            )
        }
        TypeKind::Composite { attributes } => {
            let attributes = attributes.iter().map(|(attribute, data_type)| {
                format!(
                    "{} {}",
                    quote_identifier(attribute),
                    definition::data_type(data_type)
                )
            });
            let attributes = attributes.collect::<Vec<_>>().join(", ");
            format!("CREATE TYPE {} AS ({attributes})", quote_name(name))
        }
        TypeKind::Other { definition } => format!("CREATE TYPE {} {definition}", quote_name(name)),
    };
    call(
        "ensure_type",
        &[quote_literal(&quote_name(name)), quote_statement(&create)],
    )
}

/// The map as a JSON object.
pub(super) fn object_of(value_map: &BTreeMap<String, String>) -> String {
    let pairs = value_map.iter().flat_map(|(from, to)| [from, to]);
    let pairs: Vec<String> = pairs.map(|text| quote_literal(text)).collect();
    format!("jsonb_build_object({})", pairs.join(", "))
}
