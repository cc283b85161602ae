//! `SET`, `RESET`, `SET ROLE`: those that change where names lead and who acts.

use crate::catalog::Catalog;
use crate::model::{Dialect, Identifier, Template};
use crate::sql::{self, Nature, ReadStatement, Setting};

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

    /// `ALTER DATABASE name SET search_path`, `ALTER ROLE role SET search_path`: what later
    /// connections find.
    pub(super) fn lasting(&mut self, statement: &ReadStatement) {
        let words: Vec<_> = statement.text.split_whitespace().take(4).collect();
        let [first, second, name, set] = words[..] else {
            return;
        };
        let is = |word: &str, wanted: &str| word.eq_ignore_ascii_case(wanted);
        let ours = name.trim_matches('"') == self.catalog.current_role.as_str();
        let lasts = is(second, "database") || (ours && (is(second, "role") || is(second, "user")));
        if !(is(first, "alter") && lasts && is(set, "set")) {
            return;
        }
        let from = statement.text.find(set).unwrap_or_default();
        let text = Template::from_text(statement.text.get(from..).unwrap_or_default());
        let reading = sql::read(&text, Dialect::Postgres);
        for found in &reading.statements {
            if let Nature::Setting(setting) = &found.nature
                && setting.name == "search_path"
            {
                self.default_path = self.search_path(&setting.values);
            }
        }
    }

    /// The database as a connection made after this one sees it.
    pub(crate) fn as_seen_next(&self) -> Catalog {
        let mut catalog = self.catalog.clone();
        catalog.search_path.clone_from(&self.default_path);
        catalog.current_role = Identifier::exact("postgres");
        catalog.check_function_bodies = true;
        catalog
    }
}
