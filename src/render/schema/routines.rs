//! Functions and triggers.

use crate::catalog::{Catalog, Function, FunctionSignature, Relation, Trigger};
use crate::model::{Identifier, ObjectName};
use crate::render::definition;
use crate::render::quote::{quote_identifier, quote_name};

use super::{Script, tables};

/// Functions whose arguments or results are rows, with what those are rows of.
pub(super) type Late<'c> = Vec<(&'c FunctionSignature, &'c Function, RowsOf)>;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum RowsOf {
    Table,
    View,
}

/// Those that tables may need for their defaults; gives the others.
pub(super) fn write_early<'c>(catalog: &'c Catalog, script: &mut Script) -> Late<'c> {
    let mut late = Vec::new();
    for (signature, function) in &catalog.functions {
        match rows_of(catalog, signature, function) {
            None => write(signature, function, script),
            Some(rows) => late.push((signature, function, rows)),
        }
    }
    late
}

/// Those whose rows have just been made.
pub(super) fn write_late(late: &Late<'_>, made: RowsOf, script: &mut Script) {
    for (signature, function, rows) in late {
        if *rows == made {
            write(signature, function, script);
        }
    }
}

/// The statement as written, with the name that the function has now.
fn write(signature: &FunctionSignature, function: &Function, script: &mut Script) {
    let statement = function.definition.statement.trim().trim_end_matches(';');
    let kind = match function.definition.is_procedure {
        true => "PROCEDURE",
        false => "FUNCTION",
    };
    let start = statement.to_ascii_uppercase().find(kind);
    let behind = start.map_or(0, |start| start + kind.len());
    match statement[behind..].find('(') {
        Some(open) => {
            let (head, rest) = (&statement[..behind], &statement[behind + open..]);
            script.add(format_args!("{head} {}{rest}", quote_name(&signature.name)));
        }
        None => script.add(statement),
    }
}

fn rows_of(
    catalog: &Catalog,
    signature: &FunctionSignature,
    function: &Function,
) -> Option<RowsOf> {
    let arguments = signature
        .argument_types
        .iter()
        .map(|given| given.name.clone());
    let returns = function.definition.returns.replace(['(', ')', ','], " ");
    let words: Vec<_> = returns
        .split_whitespace()
        .map(|word| ObjectName::from_sql(word.split('%').next().unwrap_or(word)))
        .collect();
    let kinds = arguments
        .chain(words)
        .filter_map(|name| match catalog.relations.get(&name)? {
            Relation::Table(_) => Some(RowsOf::Table),
            Relation::View(_) | Relation::MaterializedView(_) => Some(RowsOf::View),
            Relation::Index(_) | Relation::Sequence(_) => None,
        });
    // A view comes after all tables.
    kinds.fold(None, |found, kind| match found {
        Some(RowsOf::View) => found,
        _ => Some(kind),
    })
}

/// Triggers; a part of a partitioned table has its parent's by itself.
pub(super) fn write_triggers(catalog: &Catalog, script: &mut Script) {
    for (table, known) in tables(catalog) {
        let parent = known.partition_of.as_ref().map(|(parent, _)| parent);
        let above = parent.and_then(|parent| catalog.table(parent));
        for (name, trigger) in &known.triggers {
            if above.is_none_or(|above| !above.triggers.contains_key(name)) {
                write_trigger(table, name, trigger, script);
            }
        }
    }
}

fn write_trigger(table: &ObjectName, name: &Identifier, trigger: &Trigger, script: &mut Script) {
    let constraint = if trigger.constraint {
        "CONSTRAINT "
    } else {
        ""
    };
    let (table, quoted) = (quote_name(table), quote_identifier(name));
    let timing = &trigger.timing;
    let action = definition::trigger_action(trigger);
    script.add(format_args!(
        "CREATE {constraint}TRIGGER {quoted} {timing} ON {table} {action}"
    ));
    let state = match trigger.enabled {
        'D' => "DISABLE",
        'R' => "ENABLE REPLICA",
        'A' => "ENABLE ALWAYS",
        _ => return,
    };
    script.add(format_args!("ALTER TABLE {table} {state} TRIGGER {quoted}"));
}
