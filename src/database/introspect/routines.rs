//! Functions and procedures.

use super::Reader;
use super::row::Row;
use crate::catalog::{Function, FunctionSignature};
use crate::model::{DataType, FunctionDefinition, Identifier};

impl Reader {
    pub(super) fn function(&mut self, row: &mut Row<'_>) -> Option<()> {
        let name = row.object_name()?;
        let argument_types: Vec<_> = row
            .texts()?
            .iter()
            .map(|text| DataType::from_sql(text))
            .collect();
        let names = row.list()?;
        let default_count = u32::try_from(row.number()?).ok()?;
        let returns = row.optional().unwrap_or_default();
        let language = row.text()?;
        let body = row.optional().unwrap_or_default();
        let is_procedure = row.flag()?;
        let statement = row.optional().unwrap_or_default();
        let attributes = row.attributes(&self.owner)?;
        let argument_names = (0..argument_types.len())
            .map(|index| names.get(index)?.as_str().map(Identifier::exact))
            .collect();
        let definition = FunctionDefinition {
            argument_types: argument_types.clone(),
            argument_names,
            default_count,
            returns,
            language,
            body,
            is_procedure,
            statement,
        };
        let signature = FunctionSignature {
            name,
            argument_types,
        };
        self.catalog.fill_function(
            signature,
            Function {
                definition,
                attributes,
            },
        );
        Some(())
    }
}
