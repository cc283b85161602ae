//! What an Alembic configuration says of places: `alembic.ini`, other .ini files, `setup.cfg`, and
//! `[tool.alembic]` in pyproject.toml.
//!
//! Rules: Alembic's tutorial, "Editing the .ini File" and "Using pyproject.toml for configuration".
//! Relative paths are taken from the configuration's own folder, where people run Alembic.

use crate::discover::folder::{join, name, parent};
use crate::source::{Files, normalize};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct AlembicConfig {
    /// Relative to the estate's root. `None` where it lies elsewhere.
    pub(super) script_location: Option<String>,
    pub(super) version_folders: Vec<String>,
    pub(super) is_recursive: bool,
    /// Of `script_location`, or of the section.
    pub(super) line: u32,
}

pub(super) fn may_be(path: &str) -> bool {
    let name = name(path);
    name.ends_with(".ini") || name == "setup.cfg" || name == "pyproject.toml"
}

/// One entry for each section that names a script location, or that Flask-Migrate would read.
pub(super) fn read(files: &dyn Files, path: &str) -> Vec<AlembicConfig> {
    let Ok(source) = files.read(path) else {
        return Vec::new();
    };
    if !source.text.contains("alembic") {
        return Vec::new();
    }
    let is_toml = path.ends_with(".toml");
    let folder = parent(path);
    let mut sections = with_defaults(sections(&source.text, is_toml));
    sections.iter_mut().for_each(interpolate);
    let is_flask = files.exists(&join(folder, "env.py"));
    let configs = sections.into_iter().filter_map(|section| {
        let is_main = section.name == "alembic" || section.name == "tool.alembic";
        let location = match section.get("script_location") {
            Some((value, line)) => (resolve(files, folder, value), line),
            None if is_main && is_flask && !is_toml => (Some(folder.to_owned()), section.line),
            None => return None,
        };
        Some(config(files, folder, &section, location))
    });
    configs.collect()
}

fn config(
    files: &dyn Files,
    folder: &str,
    section: &Section,
    (script_location, line): (Option<String>, u32),
) -> AlembicConfig {
    let separator = section
        .get("path_separator")
        .or_else(|| section.get("version_path_separator"))
        .map(|(value, _)| value);
    let locations = section.get("version_locations").map(|(value, _)| value);
    let folders = split_paths(locations.unwrap_or_default(), separator);
    AlembicConfig {
        script_location,
        version_folders: folders
            .iter()
            .filter_map(|each| resolve(files, folder, each))
            .collect(),
        is_recursive: section
            .get("recursive_version_locations")
            .is_some_and(|(value, _)| value.eq_ignore_ascii_case("true")),
        line,
    }
}

/// Without a separator Alembic splits at blanks and commas; a TOML list arrives with newlines.
fn split_paths<'v>(value: &'v str, separator: Option<&str>) -> Vec<&'v str> {
    let split: Vec<&str> = match separator {
        Some("space") => value.split_whitespace().collect(),
        Some("newline") => value.split('\n').collect(),
        Some("os" | ":") => value.split([':', '\n']).collect(),
        Some(";") => value.split([';', '\n']).collect(),
        _ => value.split([',', ' ', '\n']).collect(),
    };
    let trimmed = split.into_iter().map(str::trim);
    trimmed.filter(|path| !path.is_empty()).collect()
}

/// `%(here)s` is the configuration's folder; `package:folder` is looked for where packages are.
fn resolve(files: &dyn Files, folder: &str, value: &str) -> Option<String> {
    let value = value.replace('\\', "/");
    let value = value.replace("%(here)s/", "").replace("%(here)s", "");
    if let Some((package, inside)) = value.split_once(':') {
        let path = join(&package.replace('.', "/"), inside);
        let roots = [folder, parent(folder), "src"];
        let mut found = roots
            .iter()
            .filter_map(|root| normalize(&join(root, &path)));
        return found.find(|path| files.exists(path));
    }
    normalize(&join(folder, &value))
}

struct Section {
    name: String,
    line: u32,
    values: Vec<(String, String, u32)>,
}

impl Section {
    fn get(&self, key: &str) -> Option<(&str, u32)> {
        let found = self.values.iter().find(|(name, _, _)| name == key)?;
        Some((&found.1, found.2))
    }
}

/// Both formats, as far as Alembic's keys go: a line that begins with a blank goes on the one
/// before, and so does an open list.
fn sections(text: &str, is_toml: bool) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut in_list = false;
    for (idx, raw) in text.split('\n').enumerate() {
        let line = raw.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        let number = idx as u32 + 1;
        if let Some(name) = line
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            && !in_list
            && !raw.starts_with([' ', '\t'])
        {
            sections.push(Section {
                name: name.trim().to_owned(),
                line: number,
                values: Vec::new(),
            });
            continue;
        }
        let Some(section) = sections.last_mut() else {
            continue;
        };
        if in_list || raw.starts_with([' ', '\t']) {
            if let Some((_, value, _)) = section.values.last_mut() {
                value.push('\n');
                value.push_str(&clean(line, is_toml));
            }
            in_list &= !line.contains(']');
            continue;
        }
        if let Some((key, value)) = line.split_once(['=', ':']) {
            in_list = is_toml && value.contains('[') && !value.contains(']');
            let value = clean(value, is_toml);
            section.values.push((key.trim().to_owned(), value, number));
        }
    }
    sections
}

/// What `[DEFAULT]` says counts in every section that does not say otherwise (`configparser`). Where
/// it alone names the place, each section of a configuration would be read as one of Alembic's, so
/// only `[alembic]` and `[alembic:...]` take it.
fn with_defaults(mut sections: Vec<Section>) -> Vec<Section> {
    let Some(default) = sections
        .iter()
        .position(|section| section.name == "DEFAULT")
    else {
        return sections;
    };
    let defaults = sections.remove(default).values;
    let own = |section: &Section| section.name.split(':').next() == Some("alembic");
    if !sections.iter().any(own) {
        sections.push(Section {
            name: "alembic".to_owned(),
            line: 1,
            values: Vec::new(),
        });
    }
    for section in sections.iter_mut().filter(|section| own(section)) {
        for (key, value, line) in &defaults {
            if section.get(key).is_none() {
                section.values.push((key.clone(), value.clone(), *line));
            }
        }
    }
    sections
}

/// `%(name)s` is the option of that name.
fn interpolate(section: &mut Section) {
    let written = section.values.clone();
    for (_, value, _) in &mut section.values {
        for (name, inside, _) in &written {
            *value = value.replace(&format!("%({name})s"), inside);
        }
    }
}

fn clean(value: &str, is_toml: bool) -> String {
    match is_toml {
        true => value.replace(['"', '\'', '[', ']'], "").trim().to_owned(),
        // An inline comment begins behind a blank.
        false => value.split(" #").next().unwrap_or(value).trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemoryFiles;

    #[test]
    fn ini_files_are_read() {
        let files = MemoryFiles::new().with(
            "backend/alembic.ini",
            "[loggers]\nkeys = a\n[alembic]\n# x\nscript_location = %(here)s/db\n\
             version_path_separator = os  # Use os.pathsep.\nversion_locations = %(here)s/a:b\n",
        );
        let expected = AlembicConfig {
            script_location: Some("backend/db".to_owned()),
            version_folders: vec!["backend/a".to_owned(), "backend/b".to_owned()],
            is_recursive: false,
            line: 5,
        };
        assert_eq!(read(&files, "backend/alembic.ini"), [expected]);
    }

    #[test]
    fn defaults_count_in_the_section() {
        let files = MemoryFiles::new().with(
            "alembic.ini",
            "[DEFAULT]\nscript_location = db\n[alembic]\n\
             version_locations = %(script_location)s/all\n[loggers]\nkeys = a\n",
        );
        let [config] = &read(&files, "alembic.ini")[..] else {
            panic!("one section")
        };
        assert_eq!(config.script_location.as_deref(), Some("db"));
        assert_eq!(config.version_folders, ["db/all"]);
    }

    #[test]
    fn pyproject_is_read() {
        let files = MemoryFiles::new().with(
            "pyproject.toml",
            "[project]\nname = \"x\"\n[tool.alembic]\nscript_location = \"%(here)s/migrations\"\n\
             version_locations = [\n  \"a/versions\",\n  \"b/versions\",\n]\n\
             recursive_version_locations = true\n",
        );
        let [config] = &read(&files, "pyproject.toml")[..] else {
            panic!("one section")
        };
        assert_eq!(config.script_location.as_deref(), Some("migrations"));
        assert_eq!(config.version_folders, ["a/versions", "b/versions"]);
        assert!(config.is_recursive);
    }

    #[test]
    fn packages_are_looked_for() {
        let files = MemoryFiles::new()
            .with(
                "alembic.ini",
                "[alembic]\nscript_location = app.db:alembic\n",
            )
            .with("app/db/alembic/env.py", "");
        let [config] = &read(&files, "alembic.ini")[..] else {
            panic!("one section")
        };
        assert_eq!(config.script_location.as_deref(), Some("app/db/alembic"));
    }
}
