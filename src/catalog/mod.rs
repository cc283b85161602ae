//! The modelled state of one database, and what each action does to it.
//!
//! Nothing here reads SQL or talks to a server: actions come in, a changed catalog or PostgreSQL's
//! own error comes out. Expressions are kept as text; whoever compares catalogs says how to bring
//! them to one spelling.

mod address;
mod applied;
mod apply;
mod asked;
mod attributes;
mod binding;
mod builtin;
mod coercion;
mod constraint;
mod dependency;
mod diff;
mod errors;
mod expression;
mod facts;
mod fill;
mod fingerprint;
mod function;
mod lookup;
mod names;
mod relation;
mod rename;
mod resolve;
mod shelf;
mod table;
mod transaction;
mod user_type;

pub use address::ObjectAddress;
pub use applied::{Applied, Changes};
pub(crate) use asked::{Asked, OpenTables};
pub use attributes::{Attributes, Grant};
pub use constraint::{Constraint, ConstraintKind};
pub use diff::{AttributeDifference, Difference, DifferenceKind, diff};
pub use facts::{AsWritten, Canonical, FactKey, FactValues, Facts, ObjectKind};
pub use function::{Extension, Function, FunctionSignature, Role, Schema};
pub use relation::{Index, Relation, Sequence, View};
pub use shelf::{Entries, Shelf};
pub use table::{Column, IdentityKind, Persistence, Policy, Rows, Table, Trigger};
pub use transaction::Mark;
pub use user_type::{EnumLabel, TypeKind, UserType};

use crate::model::{Identifier, ObjectName};
use binding::Output;
use transaction::Transactions;

/// Schema state. Keys have no schema where the object lives in `public`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalog {
    pub schemas: Shelf<Identifier, Schema>,
    pub extensions: Shelf<Identifier, Extension>,
    pub roles: Shelf<Identifier, Role>,
    pub relations: Shelf<ObjectName, Relation>,
    pub types: Shelf<ObjectName, UserType>,
    pub functions: Shelf<FunctionSignature, Function>,
    /// What is kept as text only, by kind and name: rules, extended statistics, publications, event
    /// triggers, default privileges, operators. Introspection fills it; actions do not change it.
    pub others: Shelf<(String, String), String>,
    /// Where unqualified names are looked up and made. `public` alone at the start.
    pub search_path: Vec<Identifier>,
    /// The role that runs the statements.
    pub current_role: Identifier,
    /// `check_function_bodies`: bodies in SQL are read when their function is made.
    pub check_function_bodies: bool,
    transactions: Transactions,
}

impl Catalog {
    /// A database as `CREATE DATABASE` leaves it, seen by the superuser `postgres`.
    pub fn empty() -> Self {
        let superuser = Role {
            can_login: true,
            superuser: true,
            bypass_row_security: true,
            inherit: true,
            ..Role::default()
        };
        Self {
            schemas: [(Identifier::exact("public"), Schema::default())]
                .into_iter()
                .collect(),
            extensions: [(Identifier::exact("plpgsql"), Extension::default())]
                .into_iter()
                .collect(),
            roles: [(Identifier::exact("postgres"), superuser)]
                .into_iter()
                .collect(),
            relations: Shelf::default(),
            types: Shelf::default(),
            functions: Shelf::default(),
            others: Shelf::default(),
            search_path: vec![Identifier::exact("public")],
            current_role: Identifier::exact("postgres"),
            check_function_bodies: true,
            transactions: Transactions::default(),
        }
    }
}

impl Default for Catalog {
    fn default() -> Self {
        Self::empty()
    }
}
