//! `SET`, `RESET`, `SET ROLE`: those that change where names lead and who acts.

use crate::model::Identifier;
use crate::sql::Setting;

use super::{Saved, Session, TransactionEnd, TransactionState};

impl Session {
    pub(super) fn set(&mut self, setting: &Setting) {
        match setting.name.as_str() {
            "search_path" => {
                let before = Saved::SearchPath(self.catalog.search_path.clone());
                self.save(setting.local, before);
                self.catalog.search_path = self.search_path(&setting.values);
            }
            "role" | "session authorization" => {
                let before = Saved::Role(self.catalog.current_role.clone());
                self.save(setting.local, before);
                let role = setting.values.first().filter(|role| *role != "none");
                self.catalog.current_role = match role {
                    Some(role) => Identifier::exact(role.clone()),
                    None => Identifier::exact("postgres"),
                };
            }
            "check_function_bodies" => {
                let value = setting.values.first().map(String::as_str);
                self.save(
                    setting.local,
                    Saved::FunctionBodies(self.catalog.check_function_bodies),
                );
                self.catalog.check_function_bodies =
                    !matches!(value, Some("off" | "false" | "no" | "0"));
            }
            _ => {}
        }
    }

    fn save(&mut self, local: bool, before: Saved) {
        if self.transaction != TransactionState::None {
            let end = if local {
                TransactionEnd::Any
            } else {
                TransactionEnd::Rollback
            };
            self.saved.push((end, before));
        }
    }

    /// The schemas of a path; `"$user"` counts where a schema of that name exists.
    fn search_path(&self, values: &[String]) -> Vec<Identifier> {
        let given: Vec<Identifier> = values
            .iter()
            .flat_map(|value| value.split(','))
            .map(|name| name.trim().trim_matches('"'))
            .filter(|name| !name.is_empty() && *name != "$user")
            .map(|name| Identifier::exact(name.to_owned()))
            .collect();
        match values.is_empty() {
            true => self.default_path.clone(),
            false => given,
        }
    }
}
