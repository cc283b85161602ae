//! Reads a live database into a `Catalog`: one query for each kind of object, all in one round trip.

mod columns;
mod joins;
mod parts;
mod relations;
mod routines;
mod row;
mod types;

use std::collections::BTreeMap;

use super::{Client, DatabaseError, Snapshot};
use crate::catalog::{Catalog, Extension, Role, Schema};
use crate::model::Identifier;
use row::{Row, name};

/// Names are printed as a user of `public` sees them.
/// Joins stand in a good order already, and looking for a better one takes longer than running them.
const BEFORE: &str = "\
SET search_path = public, pg_catalog;
SET join_collapse_limit = 1;
SET from_collapse_limit = 1;
SET enable_hashjoin = on;
";
/// Answers of `BEFORE`, one a statement.
const ANSWERS_BEFORE: usize = 4;
/// Whoever uses the connection next gets the settings that it came with.
const AFTER: &str = "RESET search_path; RESET join_collapse_limit; RESET from_collapse_limit; \
                     RESET enable_hashjoin";

/// What the numbers in the other queries' rows mean.
const NUMBERS: &[&str] = &[
    include_str!("../queries/classes.sql"),
    include_str!("../queries/comments.sql"),
];

/// Places in `QUERIES`.
pub(super) const RELATIONS: usize = 7;
pub(super) const COLUMNS: usize = 8;
pub(super) const CONSTRAINTS: usize = 9;
pub(super) const INDEXES: usize = 10;
const SEQUENCES: usize = 11;
const VIEW_READS: usize = 12;
const TRIGGERS: usize = 14;
const POLICIES: usize = 15;

/// The kinds of rows, in the order of the queries.
const QUERIES: &[&str] = &[
    include_str!("../queries/session.sql"),
    include_str!("../queries/dictionaries.sql"),
    include_str!("../queries/roles.sql"),
    include_str!("../queries/schemas.sql"),
    include_str!("../queries/extensions.sql"),
    include_str!("../queries/types.sql"),
    include_str!("../queries/domain_constraints.sql"),
    include_str!("../queries/relations.sql"),
    include_str!("../queries/columns.sql"),
    include_str!("../queries/constraints.sql"),
    include_str!("../queries/indexes.sql"),
    include_str!("../queries/sequences.sql"),
    include_str!("../queries/view_reads.sql"),
    include_str!("../queries/functions.sql"),
    include_str!("../queries/triggers.sql"),
    include_str!("../queries/policies.sql"),
    include_str!("../queries/others.sql"),
];

/// What fills the catalog, and who owns things that are nobody's in particular.
pub(crate) struct Reader {
    catalog: Catalog,
    /// The database's owner: its objects are kept without one, as those of a model are.
    owner: Identifier,
    names: Names,
}

/// Names behind the numbers that constraints and indexes use.
#[derive(Default)]
pub(crate) struct Names {
    /// By relation and number: the column, and its collation.
    columns: BTreeMap<(i64, i64), (Identifier, i64)>,
    operator_classes: BTreeMap<i64, String>,
    collations: BTreeMap<i64, String>,
}

impl Names {
    fn column(&self, relation: i64, number: i64) -> Option<Identifier> {
        self.columns
            .get(&(relation, number))
            .map(|(name, _)| name.clone())
    }

    fn columns(&self, relation: i64, numbers: &[i64]) -> Option<Vec<Identifier>> {
        numbers
            .iter()
            .map(|&number| self.column(relation, number))
            .collect()
    }
}

type Take = fn(&mut Reader, &mut Row<'_>) -> Option<()>;

/// How each query's rows are taken, in the order of `QUERIES`.
const TAKERS: &[Take] = &[
    Reader::session,
    Reader::dictionary,
    Reader::role,
    Reader::schema,
    Reader::extension,
    Reader::user_type,
    Reader::domain_constraint,
    Reader::relation,
    Reader::column,
    Reader::constraint,
    Reader::index,
    Reader::sequence,
    Reader::view_read,
    Reader::function,
    Reader::trigger,
    Reader::policy,
    Reader::other,
];

impl Client {
    /// The catalog of the connected database. Expressions are as the server deparses them; objects
    /// of extensions and of the system are left out.
    ///
    /// # Errors
    /// If a query fails.
    pub fn introspect(&mut self) -> Result<Catalog, DatabaseError> {
        self.snapshot()?.catalog()
    }

    /// The same, not yet made into a catalog.
    ///
    /// # Errors
    /// If a query fails.
    pub fn snapshot(&mut self) -> Result<Snapshot, DatabaseError> {
        let queries = [NUMBERS.concat(), QUERIES.concat()].concat();
        let queries = for_version(&queries, self.server_version()?);
        let answers = self.query_text(&format!("{BEFORE}{queries}{AFTER}"))?;
        let answers = answers.get(ANSWERS_BEFORE..).unwrap_or_default();
        Ok(Snapshot {
            results: joins::whole(answers),
        })
    }
}

impl Snapshot {
    /// # Errors
    /// If the server's answers are not understood.
    pub fn catalog(&self) -> Result<Catalog, DatabaseError> {
        let mut catalog = Catalog::empty();
        catalog.clear();
        let mut reader = Reader {
            catalog,
            owner: Identifier::default(),
            names: Names::default(),
        };
        for (rows, take) in self.results.iter().zip(TAKERS) {
            for row in rows {
                let read = take(&mut reader, &mut Row::new(row));
                if read.is_none() {
                    let shown: Vec<_> = row.iter().flatten().cloned().collect();
                    let message =
                        format!("a row of the system catalogs was not understood: {shown:?}");
                    return Err(DatabaseError::new(message));
                }
            }
        }
        Ok(reader.catalog)
    }
}

/// The queries for a server that does not have all columns yet (`server_version_num`).
fn for_version(queries: &str, version: u32) -> String {
    let mut queries = queries.to_owned();
    if version < 150_000 {
        queries = queries
            .replace("i.indnullsnotdistinct", "false")
            .replace("c.confdelsetcols", "NULL::int2[]");
    }
    if version < 140_000 {
        queries = queries
            .replace("pg_get_function_sqlbody(p.oid)", "NULL")
            .replace("a.attcompression", "''::text");
    }
    queries
}

impl Reader {
    fn session(&mut self, row: &mut Row<'_>) -> Option<()> {
        self.owner = row.identifier()?;
        self.catalog.current_role = row.identifier()?;
        Some(())
    }

    fn dictionary(&mut self, row: &mut Row<'_>) -> Option<()> {
        let kind = row.text()?;
        let (number, name) = (row.number()?, row.text()?);
        match kind.as_str() {
            "collation" => self.names.collations.insert(number, name),
            _ => self.names.operator_classes.insert(number, name),
        };
        Some(())
    }

    fn role(&mut self, row: &mut Row<'_>) -> Option<()> {
        let role = row.identifier()?;
        let attributes = Role {
            can_login: row.flag()?,
            superuser: row.flag()?,
            bypass_row_security: row.flag()?,
            inherit: row.flag()?,
            member_of: row.identifiers()?.into_iter().collect(),
        };
        self.catalog.fill_role(role, attributes);
        Some(())
    }

    fn schema(&mut self, row: &mut Row<'_>) -> Option<()> {
        let schema = row.identifier()?;
        let mut attributes = row.attributes(&self.owner)?;
        if schema.as_str() == "public" {
            row::forget_public_defaults(&mut attributes);
        }
        self.catalog.fill_schema(schema, Schema { attributes });
        Some(())
    }

    fn extension(&mut self, row: &mut Row<'_>) -> Option<()> {
        let extension = row.identifier()?;
        let schema = row
            .identifier()
            .filter(|schema| !["public", "pg_catalog"].contains(&schema.as_str()));
        let version = row.optional();
        let comment = row.optional();
        self.catalog.fill_extension(
            extension,
            Extension {
                schema,
                version,
                comment,
            },
        );
        Some(())
    }

    fn view_read(&mut self, row: &mut Row<'_>) -> Option<()> {
        let view = row.object_name()?;
        let read = row.object_name()?;
        let column = row.optional().map(|column| name(&column));
        self.catalog.fill_view_read(&view, read, column);
        Some(())
    }

    fn other(&mut self, row: &mut Row<'_>) -> Option<()> {
        let (kind, object) = (row.text()?, row.text()?);
        let definition = row.optional().unwrap_or_default();
        self.catalog.fill_other(&kind, &object, definition);
        Some(())
    }
}
