//! Enums, domains and composite types, those first that others are made of.

use std::collections::BTreeSet;

use crate::catalog::{Catalog, TypeKind, UserType};
use crate::model::{DataType, ObjectName};
use crate::render::definition;
use crate::render::quote::{quote_identifier, quote_literal, quote_name};

use super::Script;

pub(super) fn write(catalog: &Catalog, script: &mut Script) {
    let mut made = BTreeSet::new();
    let mut left: Vec<_> = catalog.types.iter().collect();
    while !left.is_empty() {
        let is_ready = |user_type: &UserType| {
            let needed = parts(user_type);
            let missing = |part: &&DataType| {
                catalog.types.contains(&part.name) && !made.contains(&&part.name)
            };
            !needed.iter().any(missing)
        };
        let (ready, later): (Vec<_>, Vec<_>) =
            left.iter().partition(|(_, user_type)| is_ready(user_type));
        // Types that need each other cannot be; what is left is written as it comes.
        let (now, later) = match ready.is_empty() {
            true => (later, Vec::new()),
            false => (ready, later),
        };
        for (name, user_type) in now {
            script.add(create(name, user_type));
            made.insert(name);
        }
        left = later;
    }
}

fn parts(user_type: &UserType) -> Vec<&DataType> {
    match &user_type.kind {
        TypeKind::Domain { base, .. } => vec![base],
        TypeKind::Composite { attributes } => attributes.iter().map(|(_, part)| part).collect(),
        TypeKind::Enum { .. } | TypeKind::Other { .. } => Vec::new(),
    }
}

fn create(name: &ObjectName, user_type: &UserType) -> String {
    let name = quote_name(name);
    match &user_type.kind {
        TypeKind::Enum { labels } => {
            let labels = labels.iter().map(|label| quote_literal(&label.name));
            let labels = labels.collect::<Vec<_>>().join(",\n    ");
            format!("CREATE TYPE {name} AS ENUM (\n    {labels}\n)")
        }
        TypeKind::Domain {
            base,
            not_null,
            default,
            checks,
        } => {
            let mut text = format!("CREATE DOMAIN {name} AS {}", definition::data_type(base));
            if let Some(default) = default {
                text.push_str(&format!(" DEFAULT {default}"));
            }
            text.push_str(if *not_null { " NOT NULL" } else { "" });
            for (check, constraint) in checks {
                let check = quote_identifier(check);
                let constraint = definition::constraint(constraint);
                text.push_str(&format!("\n    CONSTRAINT {check} {constraint}"));
            }
            text
        }
        TypeKind::Composite { attributes } => {
            let attributes = attributes.iter().map(|(name, data_type)| {
                let data_type = definition::data_type(data_type);
                format!("{} {data_type}", quote_identifier(name))
            });
            let attributes = attributes.collect::<Vec<_>>().join(",\n    ");
            format!("CREATE TYPE {name} AS (\n    {attributes}\n)")
        }
        TypeKind::Other { definition } => format!("CREATE TYPE {name} {definition}"),
    }
}
