//! Catalog objects as the parts of statements that define them.

use crate::catalog::{
    Column, Constraint, ConstraintKind, IdentityKind, Index, Policy, Sequence, Table, Trigger,
};
use crate::model::{DataType, Identifier, ObjectName, PolicyCommand, ReferentialAction};

use super::quote::{quote_identifier, quote_list, quote_name};

/// A function's name and the types of its arguments, as `to_regprocedure` takes them.
pub fn signature(name: &ObjectName, argument_types: &[DataType]) -> String {
    let types: Vec<String> = argument_types.iter().map(data_type).collect();
    format!("{}({})", quote_name(name), types.join(", "))
}

/// The type as a column definition takes it; types of the estate with their schema.
pub fn data_type(data_type: &DataType) -> String {
    if crate::graph::is_builtin(data_type) {
        return data_type.to_string();
    }
    // The one-byte type, which is not `character`.
    if data_type.name.schema.is_none() && data_type.name.name.as_str() == "char" {
        return format!(
            "\"char\"{}",
            "[]".repeat(usize::from(data_type.array_dimensions))
        );
    }
    let mut text = quote_name(&data_type.name);
    if !data_type.modifiers.is_empty() {
        text.push_str(&format!("({})", data_type.modifiers.join(",")));
    }
    text + &"[]".repeat(usize::from(data_type.array_dimensions))
}

/// `serial`, `bigserial` or `smallserial` for a column with a sequence of its own.
fn serial_type(column: &Column) -> &'static str {
    match column.data_type.name.name.as_str() {
        "bigint" => "bigserial",
        "smallint" => "smallserial",
        _ => "serial",
    }
}

pub fn identity(kind: IdentityKind) -> &'static str {
    match kind {
        IdentityKind::Always => "ALWAYS",
        IdentityKind::ByDefault => "BY DEFAULT",
    }
}

/// What follows the name in CREATE SEQUENCE.
pub fn sequence(sequence: &Sequence) -> String {
    format!(
        "AS {} INCREMENT {} MINVALUE {} MAXVALUE {} START {} CACHE {}{}",
        sequence.data_type,
        sequence.increment,
        sequence.minimum,
        sequence.maximum,
        sequence.start,
        sequence.cache,
        if sequence.cycle { " CYCLE" } else { "" },
    )
}

/// What follows type and default in CREATE TABLE.
fn column_extra(column: &Column) -> String {
    let collation = column
        .collation
        .as_ref()
        .map(|collation| format!(" COLLATE {collation}"));
    let generated = column
        .generated
        .as_ref()
        .map(|expression| format!(" GENERATED ALWAYS AS ({expression}) STORED"));
    let identity = column
        .identity
        .map(|kind| format!(" GENERATED {} AS IDENTITY", identity(kind)));
    [collation, generated, identity]
        .into_iter()
        .flatten()
        .collect()
}

/// A whole column for CREATE TABLE.
pub fn column(column: &Column, serial: bool) -> String {
    let name = quote_identifier(&column.name);
    let not_null = if column.not_null { " NOT NULL" } else { "" };
    if serial {
        return format!("{name} {}{not_null}", serial_type(column));
    }
    let default = column
        .default
        .as_ref()
        .map(|default| format!(" DEFAULT {default}"))
        .unwrap_or_default();
    format!(
        "{name} {}{}{default}{not_null}",
        data_type(&column.data_type),
        column_extra(column)
    )
}

/// CREATE TABLE with its columns and primary key; every other constraint is a step of its own.
pub fn create_table(name: &ObjectName, table: &Table, serial: &[Identifier]) -> String {
    let mut lines: Vec<String> = table
        .columns
        .iter()
        .filter(|known| !known.inherited)
        .map(|known| column(known, serial.contains(&known.name)))
        .collect();
    let keys = table
        .constraints
        .iter()
        .filter(|(_, constraint)| matches!(constraint.kind, ConstraintKind::PrimaryKey { .. }));
    lines.extend(
        keys.map(|(key, known)| {
            format!("CONSTRAINT {} {}", quote_identifier(key), constraint(known))
        }),
    );
    let body = lines
        .iter()
        .map(|line| format!("    {line}"))
        .collect::<Vec<_>>()
        .join(",\n");
    let unlogged = match table.persistence {
        crate::catalog::Persistence::Unlogged => "UNLOGGED ",
        crate::catalog::Persistence::Permanent | crate::catalog::Persistence::Temporary { .. } => {
            ""
        }
    };
    let head = format!("CREATE {unlogged}TABLE {}", quote_name(name));
    if let Some((parent, bounds)) = &table.partition_of {
        return format!("{head} PARTITION OF {} {bounds}", quote_name(parent));
    }
    let inherits = if table.inherits.is_empty() {
        String::new()
    } else {
        format!(
            " INHERITS ({})",
            table
                .inherits
                .iter()
                .map(quote_name)
                .collect::<Vec<_>>()
                .join(", ")
        )
    };
    let partition = table
        .partition_by
        .as_ref()
        .map(|by| format!(" PARTITION BY {by}"))
        .unwrap_or_default();
    format!("{head} (\n{body}\n){inherits}{partition}")
}

/// What follows ADD CONSTRAINT name.
pub fn constraint(constraint: &Constraint) -> String {
    let mut text = match &constraint.kind {
        ConstraintKind::PrimaryKey { columns, include } => {
            format!(
                "PRIMARY KEY ({}){}",
                quote_list(columns),
                including(include)
            )
        }
        ConstraintKind::Unique {
            columns,
            include,
            nulls_not_distinct,
        } => {
            let nulls = if *nulls_not_distinct {
                " NULLS NOT DISTINCT"
            } else {
                ""
            };
            format!(
                "UNIQUE{nulls} ({}){}",
                quote_list(columns),
                including(include)
            )
        }
        ConstraintKind::ForeignKey(key) => format!(
            "FOREIGN KEY ({}) REFERENCES {}({}){}{}{}",
            quote_list(&key.columns),
            quote_name(&key.referenced_table),
            quote_list(&key.referenced_columns),
            if key.match_full { " MATCH FULL" } else { "" },
            referential(" ON UPDATE", &key.on_update),
            referential(" ON DELETE", &key.on_delete),
        ),
        ConstraintKind::Check {
            expression,
            no_inherit,
        } => {
            let no_inherit = if *no_inherit { " NO INHERIT" } else { "" };
            let expression = expression.trim();
            format!("CHECK ({expression}){no_inherit}")
        }
        ConstraintKind::Exclude { definition } => format!("EXCLUDE {definition}"),
    };
    if constraint.deferrable {
        text.push_str(" DEFERRABLE");
    }
    if constraint.initially_deferred {
        text.push_str(" INITIALLY DEFERRED");
    }
    text
}

fn including(columns: &[Identifier]) -> String {
    if columns.is_empty() {
        String::new()
    } else {
        format!(" INCLUDE ({})", quote_list(columns))
    }
}

fn referential(words: &str, action: &ReferentialAction) -> String {
    let columns = |columns: &[Identifier]| {
        if columns.is_empty() {
            String::new()
        } else {
            format!(" ({})", quote_list(columns))
        }
    };
    match action {
        ReferentialAction::NoAction => String::new(),
        ReferentialAction::Restrict => format!("{words} RESTRICT"),
        ReferentialAction::Cascade => format!("{words} CASCADE"),
        ReferentialAction::SetNull(of) => format!("{words} SET NULL{}", columns(of)),
        ReferentialAction::SetDefault(of) => format!("{words} SET DEFAULT{}", columns(of)),
    }
}

/// What follows the table in CREATE INDEX.
pub fn index(index: &Index) -> String {
    let definition = &index.definition;
    let keys = definition.keys.iter().map(|key| {
        let expression = if key.is_column {
            quote_identifier(&Identifier::exact(key.expression.clone()))
        } else {
            parenthesised(&key.expression)
        };
        format!("{expression} {}", key.options).trim().to_owned()
    });
    let keys = keys.collect::<Vec<_>>().join(", ");
    let nulls = if definition.nulls_not_distinct {
        " NULLS NOT DISTINCT"
    } else {
        ""
    };
    let options = if definition.options.trim().is_empty() {
        String::new()
    } else {
        format!(" {}", definition.options.trim())
    };
    let predicate = definition
        .predicate
        .as_ref()
        .map(|predicate| format!(" WHERE {predicate}"))
        .unwrap_or_default();
    format!(
        "USING {} ({keys}){}{nulls}{options}{predicate}",
        definition.method,
        including(&definition.include)
    )
}

/// An expression key needs parentheses of its own unless it is one function call; both may have
/// them.
fn parenthesised(expression: &str) -> String {
    let trimmed = expression.trim();
    if trimmed.starts_with('(') && trimmed.ends_with(')') {
        trimmed.to_owned()
    } else {
        format!("({trimmed})")
    }
}

/// What follows the table in CREATE POLICY.
pub fn policy(policy: &Policy) -> String {
    let definition = &policy.definition;
    let kind = if definition.permissive {
        "PERMISSIVE"
    } else {
        "RESTRICTIVE"
    };
    let command = match definition.command {
        PolicyCommand::All => "ALL",
        PolicyCommand::Select => "SELECT",
        PolicyCommand::Insert => "INSERT",
        PolicyCommand::Update => "UPDATE",
        PolicyCommand::Delete => "DELETE",
    };
    let roles = if definition.roles.is_empty() {
        "PUBLIC".to_owned()
    } else {
        definition
            .roles
            .iter()
            .map(role)
            .collect::<Vec<_>>()
            .join(", ")
    };
    let using = definition
        .using
        .as_ref()
        .map(|text| format!(" USING ({text})"))
        .unwrap_or_default();
    let check = definition
        .with_check
        .as_ref()
        .map(|text| format!(" WITH CHECK ({text})"))
        .unwrap_or_default();
    format!("AS {kind} FOR {command} TO {roles}{using}{check}")
}

fn role(role: &Identifier) -> String {
    match role.as_str() {
        "public" => "PUBLIC".to_owned(),
        "current_user" | "session_user" | "current_role" => role.as_str().to_uppercase(),
        _ => quote_identifier(role),
    }
}

/// What follows the table in CREATE TRIGGER.
pub fn trigger_action(trigger: &Trigger) -> String {
    let each = if trigger.for_each_row {
        "ROW"
    } else {
        "STATEMENT"
    };
    let condition = trigger
        .condition
        .as_ref()
        .map(|condition| format!(" WHEN ({condition})"))
        .unwrap_or_default();
    format!(
        "{}FOR EACH {each}{condition} EXECUTE FUNCTION {}({})",
        between_table_and_row(&trigger.statement),
        quote_name(&trigger.function),
        function_arguments(&trigger.statement),
    )
}

/// `REFERENCING NEW TABLE AS added `, `DEFERRABLE INITIALLY DEFERRED ` and the like, as written.
fn between_table_and_row(statement: &str) -> &str {
    let upper = statement.to_ascii_uppercase();
    let end = [
        "FOR EACH ",
        "FOR ROW",
        "FOR STATEMENT",
        "WHEN (",
        "EXECUTE ",
    ]
    .iter()
    .filter_map(|word| upper.find(word))
    .min()
    .unwrap_or(upper.len());
    let start = ["REFERENCING ", "NOT DEFERRABLE", "DEFERRABLE", "INITIALLY "]
        .iter()
        .filter_map(|word| upper.find(word))
        .min();
    match start {
        Some(start) if start < end => &statement[start..end],
        _ => "",
    }
}

/// The literals that the statement hands to the trigger's function.
fn function_arguments(statement: &str) -> &str {
    let upper = statement.to_ascii_uppercase();
    let start = upper
        .rfind("EXECUTE FUNCTION")
        .or_else(|| upper.rfind("EXECUTE PROCEDURE"));
    let call = start.map_or("", |start| &statement[start..]);
    match (call.find('('), call.rfind(')')) {
        (Some(open), Some(close)) if open < close => call[open + 1..close].trim(),
        _ => "",
    }
}
