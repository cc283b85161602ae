//! Calls of the helpers that put rights and owners in order.

use serde_json::{Value, json};

use super::call;
use crate::plan::{Entitled, Right};
use crate::render::definition;
use crate::render::quote::{quote_identifier, quote_literal, quote_name};

pub(super) fn ensure_owner(of: &Entitled) -> String {
    call("ensure_owner", &address(of))
}

pub(super) fn ensure_rights(of: &Entitled, wanted: &[Right]) -> String {
    let wanted: Value = wanted.iter().map(right).collect();
    let mut arguments = address(of);
    arguments.push(quote_literal(&wanted.to_string()));
    call("ensure_rights", &arguments)
}

pub(super) fn ensure_no_default_rights() -> String {
    call("ensure_no_default_rights", &[])
}

/// The kind as GRANT and ALTER name it, and the object.
fn address(of: &Entitled) -> Vec<String> {
    let (kind, object) = match of {
        Entitled::Table(name) => ("TABLE", quote_name(name)),
        Entitled::Sequence(name) => ("SEQUENCE", quote_name(name)),
        Entitled::Routine(signature) => (
            "ROUTINE",
            definition::signature(&signature.name, &signature.argument_types),
        ),
        Entitled::Type(name) => ("TYPE", quote_name(name)),
        Entitled::Schema(name) => ("SCHEMA", quote_identifier(name)),
    };
    vec![quote_literal(kind), quote_literal(&object)]
}

/// Role (null is PUBLIC), privilege, grant option, and the column if it is about one.
fn right(right: &Right) -> Value {
    let grant = &right.grant;
    let role = grant.grantee.as_ref().map(|role| role.as_str());
    let mut parts = vec![
        json!(role),
        json!(grant.privilege),
        json!(grant.with_grant_option),
    ];
    parts.extend(right.column.as_ref().map(|column| json!(column.as_str())));
    Value::Array(parts)
}
