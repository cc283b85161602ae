//! Django's schema editor, as the statement that it sends: what is known of it is the table of the
//! model, and the column where the field was looked up by its name. Types stay holes.

use crate::eval::{self, SinkCall, Value};
use crate::model::{Effect, Template};

use super::frame::Frame;

/// The effects of `editor.create_model(Order)`, `editor.add_field(Order, field)` and the like.
pub(super) fn effects(call: &SinkCall, frame: &Frame<'_>) -> Vec<Effect> {
    let opaque = || vec![frame.opaque(call, "an operation of Django's schema editor")];
    let Some(table) = call.arguments.get(0, "model").and_then(table_of) else {
        return opaque();
    };
    let second = |name| call.arguments.get(1, name);
    let column = || column_of(second("field"));
    let (start, name, end) = match call.path.rsplit('.').next().unwrap_or_default() {
        "create_model" => (
            format!("CREATE TABLE \"{table}\" ("),
            None,
            hole("columns", ")"),
        ),
        "delete_model" => (
            format!("DROP TABLE \"{table}\" CASCADE"),
            None,
            Template::default(),
        ),
        "add_field" => {
            let start = format!("ALTER TABLE \"{table}\" ADD COLUMN ");
            (start, Some(column()), hole("type", ""))
        }
        "remove_field" => {
            let start = format!("ALTER TABLE \"{table}\" DROP COLUMN ");
            (start, Some(column()), Template::from_text(" CASCADE"))
        }
        "alter_field" => {
            let start = format!("ALTER TABLE \"{table}\" ALTER COLUMN ");
            let name = column_of(second("old_field"));
            let mut end = Template::from_text("TYPE ");
            end.append(&hole("type", ""));
            (start, Some(name), end)
        }
        "alter_db_table" => match call.arguments.get(2, "new_db_table") {
            Some(Value::Text(new)) => {
                let start = format!("ALTER TABLE \"{table}\" RENAME TO ");
                (start, Some((**new).clone()), Template::default())
            }
            _ => return opaque(),
        },
        _ => return opaque(),
    };
    let mut text = Template::from_text(start);
    if let Some(name) = name {
        text.append(&name);
        text.append(&Template::from_text(" "));
    }
    text.append(&end);
    let found = frame.sql(&text, false, None);
    if found.is_empty() { opaque() } else { found }
}

/// A hole with text behind it.
fn hole(name: &str, behind: &str) -> Template {
    let mut text = Template::hole(name, "made by Django", None);
    text.append(&Template::from_text(behind));
    text
}

fn table_of(model: &Value) -> Option<String> {
    match model {
        Value::Class(class) => eval::table_name(class),
        _ => None,
    }
}

/// `Order._meta.get_field("note")`; any other field's name is not known.
fn column_of(field: Option<&Value>) -> Template {
    let named = field.and_then(Value::as_external).and_then(|external| {
        let (_, arguments) = external.call()?;
        let first = arguments.positional.first()?.known_text()?;
        (external.name() == "get_field").then(|| Template::from_text(format!("\"{first}\"")))
    });
    named.unwrap_or_else(|| Template::hole("field", "the field's name", None))
}
