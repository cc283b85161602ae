//! Statements that disable triggers for one statement, and enable them again.

use std::collections::BTreeSet;

use super::quote::{quote_literal, quote_name};
use crate::model::{Identifier, ObjectName};

/// Keeps in a setting of the session what it has disabled: only those that are there and enabled.
pub(super) fn put_aside(table: &ObjectName, triggers: &BTreeSet<Identifier>) -> String {
    let names = triggers.iter().map(|name| quote_literal(name.as_str()));
    let names = names.collect::<Vec<_>>().join(", ");
    let (regclass, setting) = (quote_literal(&quote_name(table)), setting(table));
    format!(
        "DO $fixfold$
DECLARE
    found record;
BEGIN
    PERFORM set_config({setting}, '', false);
    FOR found IN
        SELECT tgname, tgrelid::regclass AS owner FROM pg_trigger
        WHERE tgrelid = to_regclass({regclass}) AND tgname IN ({names}) AND tgenabled = 'O'
    LOOP
        EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', found.owner, found.tgname);
        PERFORM set_config({setting}, current_setting({setting}) || quote_ident(found.tgname) || ',', false);
    END LOOP;
END
$fixfold$"
    )
}

pub(super) fn bring_back(table: &ObjectName) -> String {
    let (regclass, setting) = (quote_literal(&quote_name(table)), setting(table));
    format!(
        "DO $fixfold$
DECLARE
    found text;
BEGIN
    FOREACH found IN ARRAY string_to_array(rtrim(current_setting({setting}), ','), ',') LOOP
        EXECUTE format('ALTER TABLE %s ENABLE TRIGGER %s', to_regclass({regclass}), found);
    END LOOP;
END
$fixfold$"
    )
}

fn setting(table: &ObjectName) -> String {
    let name = table.to_string();
    let letters = name
        .chars()
        .map(|letter| match letter.is_ascii_alphanumeric() {
            true => letter.to_ascii_lowercase(),
            false => '_',
        });
    quote_literal(&format!("fixfold.aside_{}", letters.collect::<String>()))
}
