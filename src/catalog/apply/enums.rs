//! Enums and their labels.

use crate::catalog::{Applied, Catalog, EnumLabel, TypeKind, UserType};
use crate::model::{ObjectName, SqlError};

impl Catalog {
    pub(super) fn create_enum(
        &mut self,
        name: &ObjectName,
        labels: &[String],
    ) -> Result<Applied, SqlError> {
        let labels = labels
            .iter()
            .map(|label| EnumLabel {
                name: label.clone(),
                uncommitted: false,
            })
            .collect();
        self.types
            .insert(name.clone(), UserType::new(TypeKind::Enum { labels }));
        Ok(Applied::changed())
    }
}
