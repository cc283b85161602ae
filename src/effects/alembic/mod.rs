//! Alembic's operations as the statements that they send to PostgreSQL, in order.
//!
//! An operation becomes SQL text by way of the `sqlalchemy` room. Nothing here sends it, knows a
//! catalog or walks a chain; questions that an operation asks the database become [`Sent`]s.

mod alter_column;
mod constraints;
mod execute;
mod indexes;
mod plugins;
mod signature;
mod tables;

use std::collections::BTreeSet;

use crate::eval::{Arguments, Value};
use crate::model::Template;

use super::sqlalchemy::{Caller, Compiler, NamedType, NamingConvention, Raised};

pub use plugins::{EnumChange, EnumColumn};
use signature::Call;

/// What an operation sends.
#[derive(Debug, Clone)]
pub enum Sent {
    Statement(Template),
    /// Sent only if the catalog has no such type (`checkfirst=True`).
    IfTypeMissing {
        name: Template,
        statement: Template,
    },
    /// Sent only if the catalog has such a type.
    IfTypeThere {
        name: Template,
        statement: Template,
    },
    /// Sent only if the catalog has no such table.
    IfTableMissing {
        name: Template,
        statements: Vec<Template>,
    },
    /// Sent only if the catalog has such a table.
    IfTableThere {
        name: Template,
        statement: Template,
    },
}

/// One run of migrations, as far as operations depend on it.
///
/// Types that a `create_table` made are remembered for the whole run (`DefaultImpl.memo`): a second
/// table with the same type does not make it again, whatever became of it since.
pub struct Operations<'a> {
    pub(crate) compiler: Compiler<'a>,
    made_types: &'a mut BTreeSet<String>,
    /// Alembic's version, where it is known to be bounded.
    version: Option<[u32; 3]>,
}

/// `op.batch_alter_table("table", schema=...)`: the table of the operations in the block.
#[derive(Debug, Clone)]
pub struct Batch {
    pub table: Value,
    pub schema: Option<Value>,
}

impl<'a> Operations<'a> {
    pub fn new(
        caller: &'a dyn Caller,
        naming: &'a NamingConvention,
        made_types: &'a mut BTreeSet<String>,
    ) -> Self {
        Self {
            compiler: Compiler::new(caller, naming, None),
            made_types,
            version: None,
        }
    }

    /// Operations take the arguments that this version of Alembic has.
    #[must_use]
    pub fn of_version(mut self, version: Option<[u32; 3]>) -> Self {
        self.version = version;
        self
    }

    /// What `op.<name>(arguments)` sends; in a batch, `batch_op.<name>(arguments)`.
    ///
    /// # Errors
    /// What Alembic or SQLAlchemy raises for the call.
    pub fn operation(
        &mut self,
        name: &str,
        arguments: &Arguments,
        batch: Option<&Batch>,
    ) -> Result<Vec<Sent>, Raised> {
        if let Some(sent) = plugins::entity(name, arguments) {
            return Ok(sent);
        }
        if let Some(change) = EnumChange::read(arguments).filter(|_| name == "sync_enum_values") {
            return Ok(change.statements(&[]).into_iter().map(statement).collect());
        }
        let Some(signature) = signature::find(name) else {
            let message = format!("module 'alembic.op' has no attribute '{name}'");
            return Err(Raised::new("AttributeError", message));
        };
        if let Some(version) = self.version {
            signature.check_version(arguments, version)?;
        }
        let call = match batch {
            Some(batch) => signature.bind(&in_batch(signature, arguments, batch))?,
            None => signature.bind(arguments)?,
        };
        self.bound(signature.name, &call)
    }

    fn bound(&mut self, name: &str, call: &Call) -> Result<Vec<Sent>, Raised> {
        match name {
            "create_table" => self.create_table(call),
            "drop_table" => Ok(self.drop_table(call)),
            "rename_table" => Ok(self.rename_table(call)),
            "add_column" => self.add_column(call),
            "drop_column" => Ok(self.drop_column(call)),
            "alter_column" => self.alter_column(call),
            "create_index" => self.create_index(call),
            "drop_index" => self.drop_index(call),
            "create_primary_key" => self.create_primary_key(call),
            "create_foreign_key" => self.create_foreign_key(call),
            "create_unique_constraint" => self.create_unique_constraint(call),
            "create_check_constraint" => self.create_check_constraint(call),
            "create_exclude_constraint" => self.create_exclude_constraint(call),
            "drop_constraint" => self.drop_constraint(call),
            "create_table_comment" => Ok(self.create_table_comment(call)),
            "drop_table_comment" => Ok(self.drop_table_comment(call)),
            "bulk_insert" => self.bulk_insert(call),
            _ => self.execute(call),
        }
    }

    /// Whether `create_table` makes this type now; it is remembered.
    fn makes_type(&mut self, named: &NamedType) -> bool {
        named.with_table && self.made_types.insert(named.name.display())
    }
}

fn in_batch(signature: &signature::Signature, arguments: &Arguments, batch: &Batch) -> Arguments {
    let mut arguments = signature.with_table(arguments, &batch.table);
    if let Some(schema) = &batch.schema {
        let keyword = match signature.name {
            "create_foreign_key" => "source_schema",
            "execute" | "bulk_insert" => return arguments,
            _ => "schema",
        };
        arguments.keywords.push((keyword.into(), schema.clone()));
    }
    arguments
}

fn statement(text: Template) -> Sent {
    Sent::Statement(text)
}
