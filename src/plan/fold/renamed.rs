//! Columns that one script makes and another one gives a new name: databases have them under either name,
//! with rows, and get the other one beside it.

use crate::model::{Action, ColumnDefinition, Effect};

use super::super::Citation;
use super::Folder;

impl Folder<'_> {
    /// The column under its new name, empty where it was not renamed.
    pub(super) fn add_new_name(&mut self, effect: &Effect, action: &Action) {
        let Action::RenameColumn {
            table,
            column,
            new_name,
        } = action
        else {
            return;
        };
        let Some(known) = self.folded.target.column(table, column.as_str()) else {
            return;
        };
        let definition = ColumnDefinition::new(new_name.clone(), known.data_type.clone());
        let addition = Action::AddColumn {
            table: table.clone(),
            column: Box::new(definition),
            constraints: Vec::new(),
            if_not_exists: true,
            if_table_exists: false,
        };
        if self.folded.target.apply(&addition).is_ok() {
            let citation = Citation::of(effect);
            self.folded.touched.push((citation, addition));
        }
    }
}
