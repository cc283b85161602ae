//! `op.create_index` and `op.drop_index`.

use crate::effects::sqlalchemy::{Flag, GivenName, Raised, Subject, reading};
use crate::eval::Value;

use super::signature::Call;
use super::tables::required;
use super::{Operations, Sent, statement};

impl Operations<'_> {
    pub(super) fn create_index(&mut self, call: &Call) -> Result<Vec<Sent>, Raised> {
        let elements = match call.get("columns") {
            Some(columns) => match reading::items(columns) {
                Some(columns) => columns,
                None => characters(columns),
            },
            None => Vec::new(),
        };
        let name = GivenName::read(call.get("index_name"));
        let index = self.compiler.index(name, &elements, &call.keywords);
        let if_not_exists = Flag::read(call.get("if_not_exists")).is_yes();
        let text = self
            .compiler
            .create_index_text(&index, &subject(call), if_not_exists)?;
        Ok(vec![statement(text)])
    }

    pub(super) fn drop_index(&mut self, call: &Call) -> Result<Vec<Sent>, Raised> {
        let name = GivenName::read(call.get("index_name"));
        let text = self
            .compiler
            .drop_index_text(&name, &subject(call), &call.keywords)?;
        Ok(vec![statement(text)])
    }
}

/// A string where a list of columns belongs is iterated character by character.
fn characters(columns: &Value) -> Vec<Value> {
    match columns.known_text() {
        Some(text) => text
            .chars()
            .map(|character| Value::text(character.to_string()))
            .collect(),
        None => vec![columns.clone()],
    }
}

fn subject(call: &Call) -> Subject {
    Subject {
        schema: reading::text(call.given("schema")),
        table: match call.given("table_name") {
            Some(_) => required(call, "table_name"),
            None => crate::model::Template::from_text("no_table"),
        },
        ..Subject::default()
    }
}
