//! Tables, views and sequences.

use super::Reader;
use super::row::Row;
use crate::catalog::{Persistence, Relation, Rows, Sequence, Table, View};
use crate::model::ObjectName;

impl Reader {
    pub(super) fn relation(&mut self, row: &mut Row<'_>) -> Option<()> {
        let name = row.object_name()?;
        let kind = row.letter();
        let persistence = match row.letter() {
            'u' => Persistence::Unlogged,
            't' => Persistence::Temporary {
                drop_on_commit: false,
            },
            _ => Persistence::Permanent,
        };
        let (row_security, force_row_security) = (row.flag()?, row.flag()?);
        let options = row.optional().unwrap_or_default();
        let partition_by = row.optional();
        let bounds = row.optional();
        let parents: Vec<_> = row.list()?.iter().map(parent).collect::<Option<_>>()?;
        let query = row.optional();
        let attributes = row.attributes(&self.owner)?;
        let view = |query: Option<String>| View {
            query: query.unwrap_or_default(),
            options: options.clone(),
            attributes: attributes.clone(),
            ..View::default()
        };
        let relation = match kind {
            'v' => Relation::View(view(query)),
            'm' => Relation::MaterializedView(view(query)),
            _ => {
                let (partition_of, inherits) = match bounds {
                    Some(bounds) => (parents.into_iter().next().zip(Some(bounds)), Vec::new()),
                    None => (None, parents),
                };
                Relation::Table(Table {
                    row_security,
                    force_row_security,
                    persistence,
                    partition_by,
                    partition_of,
                    inherits,
                    options: options.clone(),
                    rows: Rows::Unknown,
                    attributes: attributes.clone(),
                    ..Table::default()
                })
            }
        };
        self.catalog.fill_relation(name, relation);
        Some(())
    }

    pub(super) fn sequence(&mut self, row: &mut Row<'_>) -> Option<()> {
        let name = row.object_name()?;
        let data_type = row.data_type()?;
        let (start, increment) = (row.number()?, row.number()?);
        let (minimum, maximum) = (row.number()?, row.number()?);
        let cache = row.number()?;
        let cycle = row.flag()?;
        let owner = row.identifier();
        let table = row
            .identifier()
            .map(|table| ObjectName::qualified(owner, table));
        let owned_by = table.zip(row.identifier());
        let identity = row.optional().is_some_and(|flag| flag == "t");
        let attributes = row.attributes(&self.owner)?;
        let sequence = Sequence {
            data_type,
            start,
            increment,
            minimum,
            maximum,
            cache,
            cycle,
            owned_by,
            identity,
            attributes,
        };
        self.catalog
            .fill_relation(name, Relation::Sequence(sequence));
        Some(())
    }
}

fn parent(value: &serde_json::Value) -> Option<ObjectName> {
    let parts = value.as_array()?;
    let (schema, name) = (parts.first()?.as_str()?, parts.get(1)?.as_str()?);
    Some(ObjectName::qualified(Some(schema.into()), name.into()))
}
