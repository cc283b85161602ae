//! `alembic.ini` and `[tool.alembic]` of pyproject.toml: where the revisions are.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::source::Files;

use super::join;

/// What the configuration says, paths relative to the estate's root.
#[derive(Debug, Default)]
pub(super) struct Configuration {
    pub(super) script_folder: String,
    version_locations: Vec<String>,
    pub(super) recursive: bool,
    /// `prepend_sys_path`: where imports start from.
    pub(super) import_roots: Vec<Arc<str>>,
}

impl Configuration {
    pub(super) fn read(files: &dyn Files, anchor: &str) -> Self {
        let Ok(source) = files.read(anchor) else {
            return Self {
                script_folder: anchor.to_owned(),
                ..Self::default()
            };
        };
        let folder = anchor.rsplit_once('/').map_or("", |(folder, _)| folder);
        let options = match anchor.ends_with(".toml") {
            true => toml_options(&source.text),
            false => ini_options(&source.text),
        };
        let mut configuration = Self::from_options(&options, folder);
        let location = options
            .get("script_location")
            .and_then(|values| values.first());
        if let Some(resource) = location.and_then(|location| resource(files, location)) {
            configuration.script_folder = resource;
        }
        configuration
    }

    fn from_options(options: &BTreeMap<String, Vec<String>>, folder: &str) -> Self {
        let one = |name: &str| options.get(name).and_then(|values| values.first());
        let separator = one("path_separator").or_else(|| one("version_path_separator"));
        let paths = |name: &str| -> Vec<String> {
            let values = options.get(name).cloned().unwrap_or_default();
            let split = values
                .iter()
                .flat_map(|value| split_paths(value, separator));
            split.map(|path| located(&path, folder)).collect()
        };
        let roots = paths("prepend_sys_path")
            .into_iter()
            .map(|path| path.as_str().into());
        Self {
            script_folder: one("script_location")
                .map_or_else(|| folder.to_owned(), |location| located(location, folder)),
            version_locations: paths("version_locations"),
            recursive: one("recursive_version_locations").is_some_and(|word| is_true(word)),
            import_roots: roots.collect(),
        }
    }

    /// The folders of revision files: those configured, else `versions` beside env.py.
    pub(super) fn version_folders(&self, files: &dyn Files) -> Vec<String> {
        if !self.version_locations.is_empty() {
            return self.version_locations.clone();
        }
        let versions = join(&self.script_folder, "versions");
        match files.list(&versions).is_empty() && !files.list(&self.script_folder).is_empty() {
            // An anchor that is the folder of revisions itself.
            true if !files.exists(&join(&self.script_folder, "env.py")) => {
                vec![self.script_folder.clone()]
            }
            _ => vec![versions],
        }
    }
}

fn is_true(word: &str) -> bool {
    matches!(word.to_lowercase().as_str(), "true" | "1" | "yes" | "on")
}

/// `package.module:folder`: the folder below a package, wherever the estate keeps its packages.
fn resource(files: &dyn Files, location: &str) -> Option<String> {
    let (package, folder) = location.trim().split_once(':')?;
    let inside = format!("{}/{}", package.replace('.', "/"), folder.trim_matches('/'));
    let roots = ["", "src", "lib", "app", "backend", "python", "server"];
    let candidates = roots.iter().map(|root| match root.is_empty() {
        true => inside.clone(),
        false => format!("{root}/{inside}"),
    });
    let holds_chain = |folder: &String| files.exists(&format!("{folder}/env.py"));
    candidates.into_iter().find(holds_chain)
}

/// `%(here)s/x` and `x` mean the configuration's own folder; `package:folder` is a resource.
fn located(path: &str, folder: &str) -> String {
    let path = path.trim().trim_end_matches('/').replace('\\', "/");
    let here = path
        .strip_prefix("%(here)s")
        .map(|rest| rest.trim_start_matches('/'));
    let path = match here {
        Some(rest) => rest.to_owned(),
        None => path
            .replacen(':', "/", 1)
            .trim_start_matches("./")
            .to_owned(),
    };
    match path.as_str() {
        "" | "." => folder.to_owned(),
        path => join(folder, path),
    }
}

/// Splits as `path_separator` says; without it as Alembic always did: at blanks and commas.
fn split_paths(value: &str, separator: Option<&String>) -> Vec<String> {
    let parts: Vec<&str> = match separator.map(String::as_str) {
        Some("os" | ":") => value.split(':').collect(),
        Some(";") => value.split(';').collect(),
        Some("newline") => value.split('\n').collect(),
        _ => value.split([' ', ',', '\n', '\t']).collect(),
    };
    let parts = parts
        .into_iter()
        .map(str::trim)
        .filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

/// The options of `[alembic]`; those of `[DEFAULT]` count where it has none (`configparser`).
fn ini_options(text: &str) -> BTreeMap<String, Vec<String>> {
    let mut options = section_options(text, "[DEFAULT]");
    options.extend(section_options(text, "[alembic]"));
    let written = options.clone();
    for values in options.values_mut() {
        for value in values {
            *value = interpolated(value, &written);
        }
    }
    options
}

/// `%(name)s` is the option of that name; `%(here)s` stays for whoever knows the folder.
fn interpolated(value: &str, options: &BTreeMap<String, Vec<String>>) -> String {
    let mut text = value.to_owned();
    for (name, values) in options {
        if let Some(inside) = values.first() {
            text = text.replace(&format!("%({name})s"), inside);
        }
    }
    text
}

/// The options of one section. Continued lines are one value.
fn section_options(text: &str, section: &str) -> BTreeMap<String, Vec<String>> {
    let mut options: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut inside = false;
    let mut last: Option<String> = None;
    for line in text.split('\n') {
        let line = line.trim_end();
        let is_comment = line.trim_start().starts_with(['#', ';']);
        if line.starts_with('[') {
            inside = line == section;
            last = None;
        } else if !inside || is_comment || line.is_empty() {
            continue;
        } else if line.starts_with([' ', '\t']) {
            let value = last
                .as_ref()
                .and_then(|name| options.get_mut(name)?.first_mut());
            if let Some(value) = value {
                value.push('\n');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(['=', ':']) {
            let name = name.trim().to_lowercase();
            options.insert(name.clone(), vec![value.trim().to_owned()]);
            last = Some(name);
        }
    }
    options
}

/// The strings and lists of strings of `[tool.alembic]`.
fn toml_options(text: &str) -> BTreeMap<String, Vec<String>> {
    let mut options = BTreeMap::new();
    let mut inside = false;
    let mut open: Option<(String, String)> = None;
    for line in text.split('\n').map(str::trim) {
        if let Some((name, mut value)) = open.take() {
            value.push_str(line);
            match line.contains(']') {
                true => drop(options.insert(name, toml_strings(&value))),
                false => open = Some((name, value)),
            }
        } else if line.starts_with('[') {
            inside = line == "[tool.alembic]";
        } else if let Some((name, value)) = line.split_once('=').filter(|_| inside) {
            let (name, value) = (name.trim().to_owned(), value.trim().to_owned());
            match value.starts_with('[') && !value.contains(']') {
                true => open = Some((name, value)),
                false => drop(options.insert(name, toml_strings(&value))),
            }
        }
    }
    options
}

fn toml_strings(value: &str) -> Vec<String> {
    let mut strings = Vec::new();
    let mut rest = value;
    while let Some(start) = rest.find(['"', '\'']) {
        let quote = if rest[start..].starts_with('"') {
            '"'
        } else {
            '\''
        };
        let Some(length) = rest[start + 1..].find(quote) else {
            break;
        };
        strings.push(rest[start + 1..start + 1 + length].to_owned());
        rest = &rest[start + length + 2..];
    }
    match strings.is_empty() {
        true => vec![value.to_owned()],
        false => strings,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemoryFiles;

    fn folders(anchor: &str, text: &str) -> Vec<String> {
        let files = MemoryFiles::new().with(anchor, text).with("db/env.py", "");
        Configuration::read(&files, anchor).version_folders(&files)
    }

    #[test]
    fn locations_are_relative_to_the_file() {
        assert_eq!(
            folders("alembic.ini", "[alembic]\nscript_location = db\n"),
            ["db/versions"]
        );
        let here = "[alembic]\nscript_location = %(here)s/db\n";
        assert_eq!(
            folders("backend/alembic.ini", here),
            ["backend/db/versions"]
        );
    }

    #[test]
    fn defaults_are_those_of_all_sections() {
        let text = "[DEFAULT]\nscript_location = db\n[alembic]\nprepend_sys_path = .\n";
        assert_eq!(folders("alembic.ini", text), ["db/versions"]);
        let text = "[DEFAULT]\nscript_location = db\n[alembic]\nscript_location = other\n";
        assert_eq!(folders("alembic.ini", text), ["other/versions"]);
    }

    #[test]
    fn options_stand_in_others() {
        let text = "[alembic]\nscript_location = db\nversion_locations = %(script_location)s/all\n";
        assert_eq!(folders("alembic.ini", text), ["db/all"]);
    }

    #[test]
    fn several_locations_are_split_as_the_separator_says() {
        let text = "[alembic]\nversion_locations = a/v b/v\n  c/v\n";
        assert_eq!(folders("alembic.ini", text), ["a/v", "b/v", "c/v"]);
        let text = "[alembic]\npath_separator = os\nversion_locations = a/v:b v\n[x]\na=b\n";
        assert_eq!(folders("alembic.ini", text), ["a/v", "b v"]);
    }

    #[test]
    fn pyproject_says_it_in_lists() {
        let text =
            "[tool.alembic]\nscript_location = \"db\"\nversion_locations = [\n  \"x\",\n  \"y\"]\n";
        assert_eq!(folders("pyproject.toml", text), ["x", "y"]);
    }
}
