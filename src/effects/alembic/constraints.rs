//! `op.create_*_constraint`, `op.create_foreign_key`, `op.create_primary_key`, `op.drop_constraint`.

use crate::effects::sqlalchemy::text::sql;
use crate::effects::sqlalchemy::{
    Constraint, GivenName, NameKind, Raised, Subject, quote, reading,
};
use crate::eval::{Arguments, Value};

use super::signature::Call;
use super::tables::{if_flag, required};
use super::{Operations, Sent, statement};

impl Operations<'_> {
    pub(super) fn create_primary_key(&mut self, call: &Call) -> Result<Vec<Sent>, Raised> {
        let constraint = self.compiler.key_constraint(&of_columns(call));
        self.add_constraint(call, "table_name", "schema", &constraint)
    }

    pub(super) fn create_unique_constraint(&mut self, call: &Call) -> Result<Vec<Sent>, Raised> {
        let constraint = self.compiler.unique_constraint(&of_columns(call));
        self.add_constraint(call, "table_name", "schema", &constraint)
    }

    pub(super) fn create_check_constraint(&mut self, call: &Call) -> Result<Vec<Sent>, Raised> {
        let condition = call.get("condition").cloned();
        let constraint = self
            .compiler
            .check_constraint(&with_name(call, condition.into_iter()));
        self.add_constraint(call, "table_name", "schema", &constraint)
    }

    pub(super) fn create_exclude_constraint(&mut self, call: &Call) -> Result<Vec<Sent>, Raised> {
        let arguments = with_name(call, call.rest.iter().cloned());
        let constraint = self.compiler.exclude_constraint(&arguments);
        self.add_constraint(call, "table_name", "schema", &constraint)
    }

    pub(super) fn create_foreign_key(&mut self, call: &Call) -> Result<Vec<Sent>, Raised> {
        let local = reading::texts(call.get("local_cols"));
        let remote = reading::texts(call.get("remote_cols"));
        let schema = reading::text(call.given("referent_schema"));
        let table = required(call, "referent_table");
        let arguments = with_name(call, std::iter::empty());
        let constraint = Constraint::referring(local, (schema, table), remote, &arguments);
        self.add_constraint(call, "source_table", "source_schema", &constraint)
    }

    fn add_constraint(
        &self,
        call: &Call,
        table: &str,
        schema: &str,
        constraint: &Constraint,
    ) -> Result<Vec<Sent>, Raised> {
        let subject = subject(call, table, schema);
        let text = self.compiler.constraint_text(constraint, &subject)?;
        let table = quote::qualified(subject.schema.as_ref(), &subject.table);
        Ok(vec![statement(sql!["ALTER TABLE ", table, " ADD ", text])])
    }

    pub(super) fn drop_constraint(&mut self, call: &Call) -> Result<Vec<Sent>, Raised> {
        let kind = dropped_kind(call.given("type_"))?;
        let subject = subject(call, "table_name", "schema");
        let given = GivenName::read(call.get("constraint_name"));
        let name = self
            .compiler
            .naming
            .name(kind, &given, &subject)?
            .ok_or_else(|| {
                Raised::compile_error("Can't emit DROP CONSTRAINT for constraint; it has no name")
            })?;
        let table = quote::qualified(subject.schema.as_ref(), &subject.table);
        let if_exists = if_flag(call, "if_exists", "IF EXISTS ");
        Ok(vec![statement(sql![
            "ALTER TABLE ",
            table,
            " DROP CONSTRAINT ",
            if_exists,
            name
        ])])
    }
}

/// `type_=` decides which naming convention counts.
fn dropped_kind(kind: Option<&Value>) -> Result<NameKind, Raised> {
    let Some(kind) = kind.and_then(Value::known_text) else {
        return Ok(NameKind::Untyped);
    };
    match kind.as_str() {
        "foreignkey" => Ok(NameKind::ForeignKey),
        "primary" => Ok(NameKind::PrimaryKey),
        "unique" => Ok(NameKind::Unique),
        "check" => Ok(NameKind::Check),
        _ => Err(Raised::new(
            "TypeError",
            "'type' can be one of 'check', 'foreignkey', 'primary', 'unique', None",
        )),
    }
}

fn subject(call: &Call, table: &str, schema: &str) -> Subject {
    let schema = reading::text(call.given(schema));
    Subject {
        schema,
        table: required(call, table),
        ..Subject::default()
    }
}

/// The columns as the constraint's own positional arguments.
fn of_columns(call: &Call) -> Arguments {
    let columns = call
        .get("columns")
        .and_then(|columns| reading::items(columns).or_else(|| Some(vec![columns.clone()])));
    with_name(call, columns.unwrap_or_default().into_iter())
}

fn with_name(call: &Call, positional: impl Iterator<Item = Value>) -> Arguments {
    let mut arguments = call.keywords.clone();
    arguments.positional = positional.collect();
    if let Some(name) = call.get("constraint_name") {
        arguments
            .keywords
            .retain(|(known, _)| &**known != "constraint_name");
        arguments.keywords.push(("name".into(), name.clone()));
    }
    arguments
}
