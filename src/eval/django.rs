//! `get_user_model()`: the class that the project's settings name (Django, "Substituting a custom User
//! model").

use std::sync::Arc;

use crate::python::tree::Expression;

use super::flow::Evaluated;
use super::interpreter::Interpreter;
use super::value::Value;

impl Interpreter<'_> {
    /// The estate's own class of users, if a settings file names one.
    pub(crate) fn user_model(&mut self, site: &Expression) -> Option<Evaluated> {
        let files = self.estate.python_files();
        let mut settings = files.iter().filter(|file| file.contains("settings"));
        let (app, class) = settings.find_map(|file| named_user(&self.estate.text(file)?))?;
        let homes = [
            format!("{app}/models.py"),
            format!("{app}/models/__init__.py"),
        ];
        let is_home = |file: &&Arc<str>| {
            let folder = |home: &String| file.strip_suffix(home.as_str());
            let mut folders = homes.iter().filter_map(folder);
            folders.any(|folder| folder.is_empty() || folder.ends_with('/'))
        };
        let home = files.iter().find(is_home)?;
        let scope = self.module_scope(home, &format!("{app}.models"))?;
        let found = self.module_attribute(&scope, &class, site);
        matches!(found, Ok(Value::Class(_)) | Err(_)).then_some(found)
    }
}

/// The application and the class of `AUTH_USER_MODEL = "users.Account"`.
fn named_user(text: &str) -> Option<(String, String)> {
    let mut lines = text.split('\n');
    lines.find_map(|line| {
        let value = line.trim_start().strip_prefix("AUTH_USER_MODEL")?;
        let value = value.trim_start().strip_prefix('=')?;
        let literal = value.split(['"', '\'']).nth(1)?;
        let (app, class) = literal.rsplit_once('.')?;
        Some((app.to_owned(), class.to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_name_the_class() {
        let named = named_user("DEBUG = True\nAUTH_USER_MODEL = 'users.Account'  # ours\n");
        assert_eq!(named, Some(("users".to_owned(), "Account".to_owned())));
        assert_eq!(named_user("# AUTH_USER_MODEL = 'users.Account'\n"), None);
    }
}
