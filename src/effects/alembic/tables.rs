//! Tables and columns: made, dropped, renamed, commented.

use crate::effects::sqlalchemy::text::sql;
use crate::effects::sqlalchemy::{Flag, Raised, Subject, Table, literal, path, quote, reading};
use crate::eval::Value;
use crate::model::Template;

use super::signature::Call;
use super::{Operations, Sent, statement};

impl Operations<'_> {
    pub(super) fn create_table(&mut self, call: &Call) -> Result<Vec<Sent>, Raised> {
        let name = required(call, "table_name");
        let table = self.compiler.table(name, &call.rest, &call.keywords);
        let if_not_exists = Flag::read(call.get("if_not_exists")).is_yes();
        let made = self.compiler.table_statements(&table, if_not_exists)?;
        let types = made.types.iter().filter(|named| self.makes_type(named));
        let types: Vec<_> = types.map(|named| statement(named.create.clone())).collect();
        let rest = made.indexes.into_iter().chain(made.comments).map(statement);
        Ok(types
            .into_iter()
            .chain([statement(made.create)])
            .chain(rest)
            .collect())
    }

    pub(super) fn drop_table(&mut self, call: &Call) -> Vec<Sent> {
        let if_exists = if_flag(call, "if_exists", "IF EXISTS ");
        vec![statement(sql![
            "DROP TABLE ",
            if_exists,
            table_of(call, "table_name")
        ])]
    }

    pub(super) fn rename_table(&mut self, call: &Call) -> Vec<Sent> {
        let new_name = quote::identifier(&required(call, "new_table_name"));
        let old_name = altered_table(call, "old_table_name");
        vec![statement(sql![
            "ALTER TABLE ",
            old_name,
            " RENAME TO ",
            new_name
        ])]
    }

    pub(super) fn add_column(&mut self, call: &Call) -> Result<Vec<Sent>, Raised> {
        let Some(Value::External(external)) = call.get("column") else {
            let column = call
                .get("column")
                .map_or_else(Template::default, reading::unknown);
            let text = sql![
                "ALTER TABLE ",
                altered_table(call, "table_name"),
                " ADD COLUMN ",
                column
            ];
            return Ok(vec![statement(text)]);
        };
        let table = self.table_with_column(call, external);
        let Some(column) = table.columns.first() else {
            return Ok(Vec::new());
        };
        let serial = column.primary_key && column.is_autoincrement(true, false);
        let specification =
            self.compiler
                .column_specification(column, serial, column.primary_key)?;
        let key = match column.primary_key {
            true => if_flag(call, "inline_primary_key", " PRIMARY KEY"),
            false => "",
        };
        let references = self.inline_reference(call, &table)?;
        let head = sql![
            "ALTER TABLE ",
            altered_table(call, "table_name"),
            " ADD COLUMN ",
            if_flag(call, "if_not_exists", "IF NOT EXISTS "),
        ];
        let checks = self.compiler.column_checks(column, &table.subject)?;
        let inline = references.is_some();
        let mut sent = vec![statement(sql![
            head,
            specification,
            key,
            references,
            checks
        ])];
        self.column_companions(&table, inline, &mut sent)?;
        Ok(sent)
    }

    fn table_with_column(&self, call: &Call, external: &crate::eval::External) -> Table {
        let schema = reading::text(call.given("schema"));
        let subject = Subject {
            schema,
            table: required(call, "table_name"),
            ..Subject::default()
        };
        let mut table = Table::new(subject);
        table.columns.push(self.compiler.column(external, None));
        table.attach_columns();
        table
    }

    /// ` REFERENCES ...` of `inline_references=True`, for a column with one foreign key.
    fn inline_reference(&self, call: &Call, table: &Table) -> Result<Option<Template>, Raised> {
        let keys: Vec<_> = table
            .constraints
            .iter()
            .filter(|known| known.is_foreign_key())
            .collect();
        match keys.as_slice() {
            [key] if Flag::read(call.get("inline_references")).is_yes() => {
                Ok(self.compiler.inline_reference(key))
            }
            _ => Ok(None),
        }
    }

    /// What follows the column: its constraints, its index, its comment.
    fn column_companions(
        &self,
        table: &Table,
        inline: bool,
        sent: &mut Vec<Sent>,
    ) -> Result<(), Raised> {
        for constraint in &table.constraints {
            if constraint.key_columns().is_none() && !(inline && constraint.is_foreign_key()) {
                let text = self.compiler.constraint_text(constraint, &table.subject)?;
                sent.push(statement(sql![
                    "ALTER TABLE ",
                    table.written(),
                    " ADD ",
                    text
                ]));
            }
        }
        for index in &table.indexes {
            sent.push(statement(self.compiler.create_index_text(
                index,
                &table.subject,
                false,
            )?));
        }
        let comments = table
            .columns
            .iter()
            .filter_map(|column| table.column_comment(column));
        sent.extend(comments.map(statement));
        Ok(())
    }

    pub(super) fn drop_column(&mut self, call: &Call) -> Vec<Sent> {
        // Before 1.16 this was one of the options that go unread.
        let reads_flag = self.version.is_none_or(|version| version >= [1, 16, 0]);
        let if_exists = reads_flag.then(|| if_flag(call, "if_exists", "IF EXISTS "));
        vec![statement(sql![
            "ALTER TABLE ",
            altered_table(call, "table_name"),
            " DROP COLUMN ",
            if_exists.unwrap_or_default(),
            quote::identifier(&required(call, "column_name")),
        ])]
    }

    pub(super) fn create_table_comment(&mut self, call: &Call) -> Vec<Sent> {
        let comment = match reading::text(call.given("comment")) {
            Some(comment) => literal::string(&comment),
            None => Template::from_text("NULL"),
        };
        let table = table_of(call, "table_name");
        vec![statement(sql!["COMMENT ON TABLE ", table, " IS ", comment])]
    }

    pub(super) fn drop_table_comment(&mut self, call: &Call) -> Vec<Sent> {
        vec![statement(sql![
            "COMMENT ON TABLE ",
            table_of(call, "table_name"),
            " IS NULL"
        ])]
    }

    pub(super) fn bulk_insert(&mut self, call: &Call) -> Result<Vec<Sent>, Raised> {
        let Some(rows) = call.get("rows") else {
            return Ok(Vec::new());
        };
        match rows {
            Value::List(rows) if rows.borrow().is_empty() => return Ok(Vec::new()),
            Value::Tuple(_) => return Err(Raised::new("TypeError", "List expected")),
            _ => {}
        }
        let table = call.get("table").map_or(Value::None, Clone::clone);
        Ok(vec![statement(self.compiler.bulk_insert(&table, rows))])
    }
}

/// A required name; a hole where the call's arguments are not all known.
pub(super) fn required(call: &Call, name: &str) -> Template {
    let hole = || crate::effects::sqlalchemy::text::hole(name, "an argument that is not known");
    reading::text(call.given(name)).unwrap_or_else(hole)
}

/// `schema.table` as SQLAlchemy writes it.
pub(super) fn table_of(call: &Call, name: &str) -> Template {
    quote::qualified(
        reading::text(call.given("schema")).as_ref(),
        &required(call, name),
    )
}

/// `schema.table` as Alembic writes it: each part of a dotted schema is quoted by itself.
pub(super) fn altered_table(call: &Call, name: &str) -> Template {
    let table = quote::identifier(&required(call, name));
    match reading::text(call.given("schema")).filter(|schema| !schema.is_empty()) {
        Some(schema) => sql![quote::dotted(&schema), ".", table],
        None => table,
    }
}

pub(super) fn if_flag(call: &Call, name: &str, words: &'static str) -> &'static str {
    match Flag::read(call.get(name)).is_yes() {
        true => words,
        false => "",
    }
}

/// The construct's name, for values that an operation takes as objects.
pub(super) fn construct(value: &Value) -> Option<&str> {
    path::construct_of(value).map(|(name, _)| name)
}
