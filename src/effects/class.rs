//! What a script is, judged by what it can do; its name decides only between a fix and a diagnostic
//! that writes.

use crate::model::{Action, Effect, Operation, RowChange, ScriptClass};

/// What is known of a script beside its effects.
#[derive(Debug, Clone, Default)]
pub struct Signals {
    /// It sends queries, or opens a connection.
    pub asks_database: bool,
    /// It sends requests that only ask.
    pub reads_http: bool,
    /// It runs programs: the commands as far as known.
    pub commands: Vec<String>,
    /// It holds text of SQL that changes something and sends none of it.
    pub mentions_changes: bool,
}

/// The class with the evidence for it, in words with places.
pub fn classify(file: &str, effects: &[Effect], signals: &Signals) -> (ScriptClass, Vec<String>) {
    let class = by_effects(file, effects).unwrap_or_else(|| by_signals(file, signals));
    (class, evidence(class, effects, signals))
}

fn by_effects(file: &str, effects: &[Effect]) -> Option<ScriptClass> {
    let any = |test: fn(&Effect) -> bool| effects.iter().any(test);
    let schema = effects.iter().filter(|effect| is_schema(effect)).count();
    let rows = effects
        .iter()
        .filter(|effect| matches!(effect.action, Action::Rows(_)))
        .count();
    let borrowed = effects
        .iter()
        .filter(|effect| (is_schema(effect) || is_rows(effect)) && is_borrowed(file, effect))
        .count();
    if any(runs_others) || (borrowed > 0 && borrowed * 2 > schema + rows) {
        return Some(ScriptClass::DeployWrapper);
    }
    if schema > 0 && !is_seed(file) {
        return Some(ScriptClass::EmergencyDdl);
    }
    if any(writes_sql) {
        return Some(ScriptClass::Generator);
    }
    if rows > 0 || any(|effect| effect.operation() == Operation::Stamp) {
        return Some(of_rows(file, effects));
    }
    if any(|effect| effect.operation() == Operation::WriteSource) {
        return Some(ScriptClass::SourcePatcher);
    }
    if any(|effect| effect.operation() == Operation::CallEndpoint) {
        return Some(ScriptClass::HttpEndpointCaller);
    }
    if any(|effect| matches!(effect.operation(), Operation::Grant | Operation::Revoke)) {
        return Some(ScriptClass::AccessFix);
    }
    let is_unclear = |effect: &Effect| {
        matches!(
            effect.operation(),
            Operation::Opaque | Operation::UnknownStatement
        )
    };
    any(is_unclear).then_some(ScriptClass::EmergencyDdl)
}

fn of_rows(file: &str, effects: &[Effect]) -> ScriptClass {
    if is_seed(file) {
        ScriptClass::Seed
    } else if is_diagnostic(file) {
        ScriptClass::DiagnosticWithWrites
    } else if effects.iter().filter_map(row_change).all(is_about_access)
        && effects.iter().any(is_rows)
    {
        ScriptClass::AccessFix
    } else {
        ScriptClass::DataFix
    }
}

fn by_signals(file: &str, signals: &Signals) -> ScriptClass {
    let deploys = signals
        .commands
        .iter()
        .any(|command| is_deployment(command));
    if deploys {
        ScriptClass::DeployWrapperNoDb
    } else if signals.mentions_changes {
        ScriptClass::FalseFriend
    } else if signals.asks_database {
        ScriptClass::DiagnosticDbReadonly
    } else if signals.reads_http {
        ScriptClass::DiagnosticHttp
    } else if stem(file).starts_with("deploy") && !signals.commands.is_empty() {
        ScriptClass::DeployWrapperNoDb
    } else {
        ScriptClass::Unrelated
    }
}

/// Changes of the schema itself, by this script's own statements; a temporary table is the
/// session's own affair.
fn is_schema(effect: &Effect) -> bool {
    let is_temporary = match &effect.action {
        Action::CreateTable { definition, .. } => Some(definition.temporary),
        Action::CreateTableAs { temporary, .. } => Some(*temporary),
        _ => None,
    };
    let is_else = matches!(
        effect.action,
        Action::Rows(_)
            | Action::Grant { .. }
            | Action::Revoke { .. }
            | Action::Stamp(_)
            | Action::RunMigrations(_)
            | Action::RunScript(_)
            | Action::RunSqlFile(_)
            | Action::CallEndpoint(_)
            | Action::WriteMigration(_)
            | Action::WriteSqlFile(_)
            | Action::WriteSource(_)
            | Action::UnknownStatement { .. }
            | Action::Opaque(_)
    );
    is_temporary.map_or(!is_else, |temporary| !temporary)
}

fn is_rows(effect: &Effect) -> bool {
    row_change(effect).is_some()
}

fn row_change(effect: &Effect) -> Option<&RowChange> {
    match &effect.action {
        Action::Rows(change) => Some(change),
        _ => None,
    }
}

/// Its text stands in another file of the estate: a sibling .sql, another module.
fn is_borrowed(file: &str, effect: &Effect) -> bool {
    effect
        .provenance
        .text
        .as_ref()
        .is_some_and(|text| *text.file != *file)
}

fn runs_others(effect: &Effect) -> bool {
    matches!(
        effect.operation(),
        Operation::RunMigrations | Operation::RunScript | Operation::RunSqlFile
    )
}

fn writes_sql(effect: &Effect) -> bool {
    matches!(
        effect.operation(),
        Operation::WriteMigration | Operation::WriteSqlFile
    )
}

/// Rows about who may do what: a role, a permission, an administrator's flag.
fn is_about_access(change: &RowChange) -> bool {
    const WORDS: &[&str] = &[
        "role",
        "permission",
        "access",
        "admin",
        "superuser",
        "grant",
        "privilege",
        "is_staff",
    ];
    let names = change
        .columns
        .iter()
        .map(|column| column.as_str())
        .chain([change.table.name.as_str()]);
    let mut names = names.map(str::to_lowercase);
    names.any(|name| WORDS.iter().any(|word| name.contains(word)))
}

fn is_diagnostic(file: &str) -> bool {
    const WORDS: &[&str] = &[
        "check", "debug", "diagnos", "verify", "verif", "validate", "test", "inspect", "probe",
        "analyze", "audit", "monitor",
    ];
    let stem = stem(file);
    WORDS.iter().any(|word| stem.starts_with(word))
}

fn is_seed(file: &str) -> bool {
    file.split(['/', '_', '.', '-'])
        .any(|word| matches!(word, "seed" | "seeds" | "seeder" | "fixtures"))
}

fn is_deployment(command: &str) -> bool {
    [
        "git push",
        "git commit",
        "docker push",
        "kubectl",
        "heroku",
        "railway up",
        "render deploy",
        "fly deploy",
    ]
    .iter()
    .any(|known| command.contains(known))
}

fn stem(file: &str) -> String {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.split('.').next().unwrap_or(name).to_lowercase()
}

fn evidence(class: ScriptClass, effects: &[Effect], signals: &Signals) -> Vec<String> {
    let mut lines: Vec<String> = effects
        .iter()
        .take(3)
        .map(|effect| {
            format!(
                "{} `{}` at {}",
                effect.operation(),
                effect.object(),
                effect.provenance.call
            )
        })
        .collect();
    if lines.is_empty() {
        lines.extend(match class {
            ScriptClass::FalseFriend => {
                Some("holds SQL that changes something, and sends none of it".to_owned())
            }
            ScriptClass::DiagnosticDbReadonly => {
                Some("asks the database and changes nothing".to_owned())
            }
            ScriptClass::DiagnosticHttp => Some("sends requests that only ask".to_owned()),
            ScriptClass::DeployWrapperNoDb => signals
                .commands
                .first()
                .map(|command| format!("runs `{command}`")),
            _ => None,
        });
    }
    lines
}
