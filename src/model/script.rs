//! A file outside the chain that can change a database.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Diagnostic, Effect};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScriptLanguage {
    Python,
    Sql,
    Shell,
}

impl ScriptLanguage {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::Sql => "sql",
            Self::Shell => "shell",
        }
    }
}

/// What a script is, by what it can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScriptClass {
    EmergencyDdl,
    DataFix,
    AccessFix,
    DiagnosticWithWrites,
    DiagnosticDbReadonly,
    DiagnosticHttp,
    HttpEndpointCaller,
    DeployWrapper,
    DeployWrapperNoDb,
    Generator,
    SourcePatcher,
    Seed,
    FalseFriend,
    Unrelated,
}

impl ScriptClass {
    pub const ALL: &'static [ScriptClass] = &[
        Self::EmergencyDdl,
        Self::DataFix,
        Self::AccessFix,
        Self::DiagnosticWithWrites,
        Self::DiagnosticDbReadonly,
        Self::DiagnosticHttp,
        Self::HttpEndpointCaller,
        Self::DeployWrapper,
        Self::DeployWrapperNoDb,
        Self::Generator,
        Self::SourcePatcher,
        Self::Seed,
        Self::FalseFriend,
        Self::Unrelated,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::EmergencyDdl => "emergency-ddl",
            Self::DataFix => "data-fix",
            Self::AccessFix => "access-fix",
            Self::DiagnosticWithWrites => "diagnostic-with-writes",
            Self::DiagnosticDbReadonly => "diagnostic-db-readonly",
            Self::DiagnosticHttp => "diagnostic-http",
            Self::HttpEndpointCaller => "http-endpoint-caller",
            Self::DeployWrapper => "deploy-wrapper",
            Self::DeployWrapperNoDb => "deploy-wrapper-no-db",
            Self::Generator => "generator",
            Self::SourcePatcher => "source-patcher",
            Self::Seed => "seed",
            Self::FalseFriend => "false-friend",
            Self::Unrelated => "unrelated",
        }
    }
}

impl fmt::Display for ScriptClass {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A script as it was read.
#[derive(Debug, Clone)]
pub struct Script {
    pub file: Arc<str>,
    pub language: ScriptLanguage,
    pub class: ScriptClass,
    /// Why it is of that class, in words with places.
    pub evidence: Vec<String>,
    pub effects: Vec<Effect>,
    pub diagnostics: Vec<Diagnostic>,
}
