//! The closed list of what an effect can do.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Declares the operations with the words that reports and the effects contract use.
macro_rules! operations {
    ($($variant:ident = $word:literal,)*) => {
        /// What an effect does, without its object.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Operation {
            $(#[serde(rename = $word)] $variant,)*
        }

        impl Operation {
            pub const ALL: &'static [Operation] = &[$(Operation::$variant),*];

            pub fn as_str(self) -> &'static str {
                match self {
                    $(Operation::$variant => $word,)*
                }
            }
        }
    };
}

operations! {
    CreateTable = "create_table",
    DropTable = "drop_table",
    RenameTable = "rename_table",
    CreateTableAs = "create_table_as",
    AddColumn = "add_column",
    DropColumn = "drop_column",
    RenameColumn = "rename_column",
    AlterColumnType = "alter_column_type",
    SetNotNull = "set_not_null",
    DropNotNull = "drop_not_null",
    SetDefault = "set_default",
    DropDefault = "drop_default",
    SetIdentity = "set_identity",
    DropIdentity = "drop_identity",
    AddConstraint = "add_constraint",
    DropConstraint = "drop_constraint",
    ValidateConstraint = "validate_constraint",
    RenameConstraint = "rename_constraint",
    CreateIndex = "create_index",
    DropIndex = "drop_index",
    RenameIndex = "rename_index",
    CreateEnum = "create_enum",
    AddEnumValue = "add_enum_value",
    RenameEnumValue = "rename_enum_value",
    CreateType = "create_type",
    DropType = "drop_type",
    RenameType = "rename_type",
    CreateDomain = "create_domain",
    CreateSequence = "create_sequence",
    RenameSequence = "rename_sequence",
    AlterSequence = "alter_sequence",
    DropSequence = "drop_sequence",
    CreateView = "create_view",
    CreateMaterializedView = "create_materialized_view",
    RenameView = "rename_view",
    DropView = "drop_view",
    CreateFunction = "create_function",
    DropFunction = "drop_function",
    CreateTrigger = "create_trigger",
    DropTrigger = "drop_trigger",
    CreatePolicy = "create_policy",
    AlterPolicy = "alter_policy",
    DropPolicy = "drop_policy",
    EnableRls = "enable_rls",
    DisableRls = "disable_rls",
    ForceRls = "force_rls",
    CreateSchema = "create_schema",
    DropSchema = "drop_schema",
    CreateExtension = "create_extension",
    DropExtension = "drop_extension",
    CreateRole = "create_role",
    DropRole = "drop_role",
    RenameObject = "rename_object",
    SetSchema = "set_schema",
    Grant = "grant",
    Revoke = "revoke",
    Comment = "comment",
    SetOwner = "set_owner",
    AttachPartition = "attach_partition",
    DetachPartition = "detach_partition",
    Insert = "insert",
    Update = "update",
    Delete = "delete",
    Truncate = "truncate",
    Copy = "copy",
    Stamp = "stamp",
    RunMigrations = "run_migrations",
    RunScript = "run_script",
    RunSqlFile = "run_sql_file",
    CallEndpoint = "call_endpoint",
    WriteMigration = "write_migration",
    WriteSqlFile = "write_sql_file",
    WriteSource = "write_source",
    UnknownStatement = "unknown_statement",
    Opaque = "opaque",
}

impl fmt::Display for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
