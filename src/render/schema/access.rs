//! Row security, comments, owners and rights.

use std::fmt::Display;

use crate::catalog::{Attributes, Catalog, Grant, Relation, Table, TypeKind};
use crate::model::{Identifier, ObjectName};
use crate::render::definition;
use crate::render::quote::{quote_identifier, quote_literal, quote_name};

use super::{Script, part, tables};

pub(super) fn write(catalog: &Catalog, script: &mut Script) {
    for (name, table) in tables(catalog) {
        row_security(name, table, script);
    }
    for (name, schema) in &catalog.schemas {
        object(
            "SCHEMA",
            "SCHEMA",
            quote_identifier(name),
            &schema.attributes,
            script,
        );
    }
    for (name, extension) in &catalog.extensions {
        comment(
            "EXTENSION",
            quote_identifier(name),
            extension.comment.as_deref(),
            script,
        );
    }
    for (name, user_type) in &catalog.types {
        let kind = match user_type.kind {
            TypeKind::Domain { .. } => "DOMAIN",
            TypeKind::Enum { .. } | TypeKind::Composite { .. } | TypeKind::Other { .. } => "TYPE",
        };
        object(kind, kind, quote_name(name), &user_type.attributes, script);
    }
    for (signature, function) in &catalog.functions {
        let types = signature.argument_types.iter().map(definition::data_type);
        let types = types.collect::<Vec<_>>().join(", ");
        let name = format!("{}({types})", quote_name(&signature.name));
        let is_procedure = function.definition.is_procedure;
        let kind = if is_procedure {
            "PROCEDURE"
        } else {
            "FUNCTION"
        };
        object(kind, kind, name, &function.attributes, script);
    }
    for (name, relation) in &catalog.relations {
        of_relation(name, relation, script);
    }
}

fn row_security(name: &ObjectName, table: &Table, script: &mut Script) {
    let quoted = quote_name(name);
    if table.row_security {
        script.add(format_args!(
            "ALTER TABLE {quoted} ENABLE ROW LEVEL SECURITY"
        ));
    }
    if table.force_row_security {
        script.add(format_args!(
            "ALTER TABLE ONLY {quoted} FORCE ROW LEVEL SECURITY"
        ));
    }
    for (policy, known) in &table.policies {
        let (policy, rest) = (quote_identifier(policy), definition::policy(known));
        script.add(format_args!("CREATE POLICY {policy} ON {quoted} {rest}"));
    }
}

fn of_relation(name: &ObjectName, relation: &Relation, script: &mut Script) {
    let quoted = quote_name(name);
    match relation {
        Relation::Table(table) if !table.is_temporary() => {
            object("TABLE", "TABLE", quoted, &table.attributes, script);
            for column in &table.columns {
                let attributes = &column.attributes;
                let at = part(name, &column.name);
                comment("COLUMN", at, attributes.comment.as_deref(), script);
                column_rights(name, &column.name, attributes, script);
            }
            parts(name, table, script);
        }
        Relation::View(view) => {
            object("VIEW", "TABLE", quoted, &view.attributes, script);
            for column in &view.columns {
                let at = part(name, &column.name);
                comment("COLUMN", at, column.attributes.comment.as_deref(), script);
            }
        }
        Relation::MaterializedView(view) => {
            object(
                "MATERIALIZED VIEW",
                "TABLE",
                quoted,
                &view.attributes,
                script,
            );
        }
        Relation::Sequence(sequence) => {
            // The owner of a column's sequence is that of its table.
            let mut attributes = sequence.attributes.clone();
            attributes.owner = attributes.owner.filter(|_| sequence.owned_by.is_none());
            object("SEQUENCE", "SEQUENCE", quoted, &attributes, script);
        }
        Relation::Index(index) => comment("INDEX", quoted, index.comment.as_deref(), script),
        Relation::Table(_) => {}
    }
}

/// Comments on constraints, triggers and policies.
fn parts(name: &ObjectName, table: &Table, script: &mut Script) {
    let quoted = quote_name(name);
    let on = |part: &Identifier| format!("{} ON {quoted}", quote_identifier(part));
    for (part, constraint) in &table.constraints {
        comment(
            "CONSTRAINT",
            on(part),
            constraint.comment.as_deref(),
            script,
        );
    }
    for (part, trigger) in &table.triggers {
        comment("TRIGGER", on(part), trigger.comment.as_deref(), script);
    }
    for (part, policy) in &table.policies {
        comment("POLICY", on(part), policy.comment.as_deref(), script);
    }
}

/// Comment, owner and rights. `granted` is what GRANT calls the kind.
fn object(kind: &str, granted: &str, name: String, attributes: &Attributes, script: &mut Script) {
    comment(kind, &name, attributes.comment.as_deref(), script);
    if let Some(owner) = &attributes.owner {
        let owner = quote_identifier(owner);
        script.add(format_args!("ALTER {kind} {name} OWNER TO {owner}"));
    }
    for revoked in &attributes.revoked {
        let (privilege, from) = (&revoked.privilege, grantee(revoked));
        script.add(format_args!(
            "REVOKE {privilege} ON {granted} {name} FROM {from}"
        ));
    }
    for right in &attributes.grants {
        let (privilege, to) = (&right.privilege, grantee(right));
        let option = option(right);
        script.add(format_args!(
            "GRANT {privilege} ON {granted} {name} TO {to}{option}"
        ));
    }
}

fn column_rights(
    table: &ObjectName,
    column: &Identifier,
    attributes: &Attributes,
    script: &mut Script,
) {
    let (table, column) = (quote_name(table), quote_identifier(column));
    for right in &attributes.grants {
        let (privilege, to) = (&right.privilege, grantee(right));
        let option = option(right);
        script.add(format_args!(
            "GRANT {privilege}({column}) ON TABLE {table} TO {to}{option}"
        ));
    }
}

fn grantee(right: &Grant) -> String {
    let named = right.grantee.as_ref();
    named.map_or_else(|| "PUBLIC".to_owned(), quote_identifier)
}

fn option(right: &Grant) -> &'static str {
    if right.with_grant_option {
        " WITH GRANT OPTION"
    } else {
        ""
    }
}

fn comment(kind: &str, name: impl Display, text: Option<&str>, script: &mut Script) {
    if let Some(text) = text {
        script.add(format_args!(
            "COMMENT ON {kind} {name} IS {}",
            quote_literal(text)
        ));
    }
}
