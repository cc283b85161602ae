//! Types and the checks of domains.

use std::collections::BTreeMap;

use super::Reader;
use super::row::Row;
use crate::catalog::{Constraint, ConstraintKind, EnumLabel, TypeKind, UserType};
use crate::model::{DataType, Identifier};

impl Reader {
    pub(super) fn user_type(&mut self, row: &mut Row<'_>) -> Option<()> {
        let name = row.object_name()?;
        let kind = row.letter();
        let labels = row.texts()?;
        let base = row.optional();
        let not_null = row.flag()?;
        let default = row.optional();
        let attributes = row.list()?;
        let range = row.optional();
        let kind = match kind {
            'e' => TypeKind::Enum {
                labels: labels
                    .into_iter()
                    .map(|name| EnumLabel {
                        name,
                        uncommitted: false,
                    })
                    .collect(),
            },
            'd' => TypeKind::Domain {
                base: DataType::from_sql(&base?),
                not_null,
                default,
                checks: BTreeMap::new(),
            },
            'c' => TypeKind::Composite {
                attributes: attributes.iter().map(attribute).collect::<Option<_>>()?,
            },
            _ => TypeKind::Other {
                definition: range.unwrap_or_default(),
            },
        };
        let attributes = row.attributes(&self.owner)?;
        self.catalog.fill_type(name, UserType { kind, attributes });
        Some(())
    }

    pub(super) fn domain_constraint(&mut self, row: &mut Row<'_>) -> Option<()> {
        let domain = row.object_name()?;
        let name = row.identifier()?;
        let expression = row.text()?;
        let mut constraint = Constraint::new(ConstraintKind::Check {
            expression,
            no_inherit: false,
        });
        constraint.validated = row.flag()?;
        constraint.comment = row.optional();
        self.catalog.fill_domain_check(&domain, name, constraint);
        Some(())
    }
}

fn attribute(value: &serde_json::Value) -> Option<(Identifier, DataType)> {
    let parts = value.as_array()?;
    let name = Identifier::exact(parts.first()?.as_str()?);
    Some((name, DataType::from_sql(parts.get(1)?.as_str()?)))
}
