//! What the configuration means: defaults filled in, paths checked.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use super::raw::{RawChain, RawConfig, RawLevel};
use super::{DEFAULT_LEDGER, FILE_NAME, PLATFORM};
use crate::model::Level;
use crate::source::normalize;
use crate::yaml;

/// How loud a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleLevel {
    Off,
    At(Level),
}

/// A chain that the user names instead of letting it be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainSetting {
    /// Relative to the estate's root.
    pub path: String,
    /// `alembic`, `supabase` ...; `None`: by its looks.
    pub format: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The file that they come from.
    pub file: Option<PathBuf>,
    /// Patterns as in .gitignore.
    pub exclude: Vec<String>,
    pub chains: Vec<ChainSetting>,
    /// What stands in a database before the first migration: platforms, and SQL files relative to
    /// the estate's root.
    pub prelude: Vec<String>,
    /// Relative to the estate's root.
    pub ledger: String,
    pub rules: BTreeMap<String, RuleLevel>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            file: None,
            exclude: Vec::new(),
            chains: Vec::new(),
            prelude: vec![PLATFORM.to_owned()],
            ledger: DEFAULT_LEDGER.to_owned(),
            rules: BTreeMap::new(),
        }
    }
}

/// What is wrong with a configuration file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    pub file: PathBuf,
    /// Line and column from 1.
    pub position: Option<(u32, u32)>,
    pub message: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.file.display())?;
        if let Some((line, column)) = self.position {
            write!(formatter, ":{line}:{column}")?;
        }
        write!(formatter, ": {}", self.message)
    }
}

impl std::error::Error for ConfigError {}

/// Reads the nearest `fixfold.yaml` at or above `root`, no further up than the repository's root.
/// Without one, the defaults.
pub fn load(root: &Path) -> Result<Settings, ConfigError> {
    match find(root) {
        Some(file) => read(&file),
        None => Ok(Settings::default()),
    }
}

/// The path is as the user would write it, seen from `root`.
fn find(root: &Path) -> Option<PathBuf> {
    let real = root.canonicalize().ok()?;
    let mut written = root.to_owned();
    for folder in real.ancestors() {
        let file = written.join(FILE_NAME);
        if file.is_file() {
            return Some(file);
        }
        if folder.join(".git").exists() {
            return None;
        }
        written.push("..");
    }
    None
}

fn read(file: &Path) -> Result<Settings, ConfigError> {
    let fail = |position, message| ConfigError {
        file: file.to_owned(),
        position,
        message,
    };
    let text = std::fs::read_to_string(file)
        .map_err(|error| fail(None, format!("cannot be read: {error}")))?;
    let raw: RawConfig = yaml::read(&text).map_err(|error| fail(error.position, error.message))?;
    let settings =
        validate(raw).map_err(|(value, message)| fail(position(&text, &value), message))?;
    Ok(Settings {
        file: Some(file.to_owned()),
        ..settings
    })
}

/// The settings, or the value at fault and what is wrong with it.
fn validate(raw: RawConfig) -> Result<Settings, (String, String)> {
    let ledger = raw.ledger.unwrap_or_else(|| Settings::default().ledger);
    Ok(Settings {
        file: None,
        exclude: raw.exclude,
        chains: raw
            .chains
            .into_iter()
            .map(chain)
            .collect::<Result<_, _>>()?,
        prelude: match raw.prelude {
            Some(entries) => entries.into_iter().map(inside).collect::<Result<_, _>>()?,
            None => Settings::default().prelude,
        },
        ledger: inside(ledger)?,
        rules: raw
            .rules
            .into_iter()
            .map(|(rule, level)| (rule, rule_level(level)))
            .collect(),
    })
}

fn chain(raw: RawChain) -> Result<ChainSetting, (String, String)> {
    Ok(ChainSetting {
        path: inside(raw.path)?,
        format: raw.format,
    })
}

fn inside(path: String) -> Result<String, (String, String)> {
    match normalize(&path) {
        Some(inside) if !inside.is_empty() || path == "." => Ok(inside),
        _ => {
            let message = format!("`{path}` does not lie in the estate: write a relative path");
            Err((path, message))
        }
    }
}

fn rule_level(raw: RawLevel) -> RuleLevel {
    match raw {
        RawLevel::Off => RuleLevel::Off,
        RawLevel::Note => RuleLevel::At(Level::Note),
        RawLevel::Warning => RuleLevel::At(Level::Warning),
        RawLevel::Error => RuleLevel::At(Level::Error),
    }
}

/// Where `value` stands in `text`, outside of comments.
fn position(text: &str, value: &str) -> Option<(u32, u32)> {
    for (index, line) in text.lines().enumerate() {
        let content = line.split(" #").next().unwrap_or(line);
        if content.trim_start().starts_with('#') {
            continue;
        }
        if let Some(at) = content.find(value) {
            let column = content[..at].chars().count() as u32 + 1;
            return Some((index as u32 + 1, column));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::TEMPLATE;

    fn load_text(text: &str) -> Result<Settings, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE_NAME), text).unwrap();
        load(folder.path())
    }

    fn message(text: &str) -> String {
        let error = load_text(text).unwrap_err();
        let position = error
            .position
            .map(|(line, column)| format!("{line}:{column}: "));
        format!("{}{}", position.unwrap_or_default(), error.message)
    }

    #[test]
    fn the_template_says_the_defaults() {
        let settings = load_text(TEMPLATE).unwrap();
        let file = settings.file.clone();
        assert_eq!(
            settings,
            Settings {
                file,
                ..Settings::default()
            }
        );
    }

    #[test]
    fn the_template_explains_every_key() {
        let uncommented = TEMPLATE
            .replace("\n#  ", "\n  ")
            .replace(": []", ":")
            .replace(": {}", ":");
        let settings = load_text(&uncommented).unwrap();
        assert_eq!(settings.exclude.len(), 2);
        assert_eq!(settings.chains[0].format.as_deref(), Some("alembic"));
        assert_eq!(settings.prelude.len(), 3);
        assert_eq!(settings.rules["undeclared-encoding"], RuleLevel::Off);
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        assert_eq!(
            message("exclud: []\n"),
            "1:1: unknown field `exclud`, expected one of `exclude`, `chains`, `prelude`, `ledger`, `rules`"
        );
        assert_eq!(
            message("rules:\n  a: loud\n"),
            "2:6: rules.a: unknown variant `loud`, expected one of `off`, `note`, `warning`, `error`"
        );
        assert_eq!(
            message("# ../x\nledger: ../x\n"),
            "2:9: `../x` does not lie in the estate: write a relative path"
        );
    }

    #[test]
    fn the_nearest_file_wins_up_to_the_repository() {
        let outer = tempfile::tempdir().unwrap();
        let estate = outer.path().join("repository/estate");
        std::fs::create_dir_all(&estate).unwrap();
        std::fs::write(outer.path().join(FILE_NAME), "ledger: outer.yaml").unwrap();
        assert_eq!(load(&estate).unwrap().ledger, "outer.yaml");
        std::fs::create_dir(outer.path().join("repository/.git")).unwrap();
        assert_eq!(load(&estate).unwrap().ledger, "inventory.yaml");
    }
}
