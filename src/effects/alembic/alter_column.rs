//! `op.alter_column`: one statement for each thing that changes, in Alembic's order.

use crate::effects::sqlalchemy::text::sql;
use crate::effects::sqlalchemy::{Flag, Raised, literal, quote, reading};
use crate::eval::Value;
use crate::model::Template;

use super::signature::Call;
use super::tables::{altered_table, construct, required};
use super::{Operations, Sent, statement};

impl Operations<'_> {
    /// Type, nullability, default, comment, name: `PostgresqlImpl.alter_column`.
    pub(super) fn alter_column(&mut self, call: &Call) -> Result<Vec<Sent>, Raised> {
        let changes = [
            self.new_type(call)?,
            nullability(call),
            self.new_default(call)?,
            new_comment(call),
            new_name(call),
        ];
        Ok(changes.into_iter().flatten().map(statement).collect())
    }

    fn new_type(&self, call: &Call) -> Result<Option<Template>, Raised> {
        let using = reading::text(call.given("postgresql_using"));
        let Some(data_type) = call.given("type_") else {
            return match using {
                Some(_) => Err(Raised::new(
                    "alembic.util.exc.CommandError",
                    "postgresql_using must be used with the type_ parameter",
                )),
                None => Ok(None),
            };
        };
        let written = self.compiler.data_type(data_type).text?;
        let using = using.map(|using| sql![" USING ", using]);
        Ok(Some(sql![altered_column(call), "TYPE ", written, using]))
    }

    fn new_default(&self, call: &Call) -> Result<Option<Template>, Raised> {
        let default = match call.get("server_default") {
            None | Some(Value::Bool(false)) => return Ok(None),
            Some(default) => default,
        };
        let was_identity = call.get("existing_server_default").is_some_and(is_identity);
        let computed = |value: &Value| construct(value) == Some("Computed");
        if computed(default) || call.get("existing_server_default").is_some_and(computed) {
            return Err(Raised::compile_error(
                "Adding or removing a \"computed\" construct, e.g. GENERATED ALWAYS AS, to or from \
                 an existing column is not supported.",
            ));
        }
        let change = match default {
            Value::None if was_identity => Template::from_text("DROP IDENTITY"),
            Value::None => Template::from_text("DROP DEFAULT"),
            default if is_identity(default) && !was_identity => {
                sql!["ADD ", self.compiler.identity(default)]
            }
            default => sql!["SET DEFAULT ", self.compiler.set_default(default)?],
        };
        Ok(Some(sql![altered_column(call), change]))
    }
}

fn is_identity(value: &Value) -> bool {
    construct(value) == Some("Identity")
}

/// `ALTER TABLE t ALTER COLUMN c `.
fn altered_column(call: &Call) -> Template {
    let column = quote::identifier(&required(call, "column_name"));
    sql![
        "ALTER TABLE ",
        altered_table(call, "table_name"),
        " ALTER COLUMN ",
        column,
        " "
    ]
}

fn nullability(call: &Call) -> Option<Template> {
    let change = match Flag::read(call.get("nullable")) {
        Flag::Unset => return None,
        Flag::Yes => Template::from_text("DROP NOT NULL"),
        Flag::No => Template::from_text("SET NOT NULL"),
        Flag::Unknown(label) => {
            let reason = "nullable or not";
            sql![
                crate::effects::sqlalchemy::text::hole(&label, reason),
                " NOT NULL"
            ]
        }
    };
    Some(sql![altered_column(call), change])
}

fn new_comment(call: &Call) -> Option<Template> {
    let comment = match call.get("comment")? {
        Value::Bool(false) => return None,
        Value::None => Template::from_text("NULL"),
        comment => literal::string(&reading::text(Some(comment))?),
    };
    let column = quote::identifier(&required(call, "column_name"));
    let table = altered_table(call, "table_name");
    Some(sql![
        "COMMENT ON COLUMN ",
        table,
        ".",
        column,
        " IS ",
        comment
    ])
}

fn new_name(call: &Call) -> Option<Template> {
    let new_name = reading::text(call.given("new_column_name"))?;
    let column = quote::identifier(&required(call, "column_name"));
    let table = altered_table(call, "table_name");
    Some(sql![
        "ALTER TABLE ",
        table,
        " RENAME ",
        column,
        " TO ",
        quote::identifier(&new_name)
    ])
}
