//! Files that a script writes: SQL files, migrations and source; others are no concern here.

use crate::eval::{SinkCall, Value};
use crate::model::{Action, Certainty, Effect, Outside, Place, ScriptLanguage};
use crate::sql::looks_like_sql;

use super::frame::Frame;

/// One effect where the file is SQL or Python, by its name or by what is written.
pub(super) fn effects(call: &SinkCall, frame: &Frame<'_>) -> Vec<Effect> {
    let Some(path) = written_path(call) else {
        return Vec::new();
    };
    let path = path.strip_prefix("/estate/").unwrap_or(&path).to_owned();
    let content = call.payload().and_then(|value| match value {
        Value::Text(template) => Some(template),
        _ => None,
    });
    let text = content.map(|content| content.display()).unwrap_or_default();
    let Some(make) = kind(&path, &text, frame) else {
        return Vec::new();
    };
    let certainty = if path.contains('{') {
        Certainty::Partial
    } else {
        Certainty::Exact
    };
    let outside = Outside {
        target: path,
        detail: call.sink.name.clone(),
    };
    let frame = opened_at(call).map_or_else(|| frame.clone(), |place| frame.at(place));
    vec![frame.effect(make(outside), certainty)]
}

/// Several writes to one open file are one effect.
pub(super) fn opened_at(call: &SinkCall) -> Option<&Place> {
    let receiver = call.receiver.as_ref()?.as_external()?;
    receiver.is_call_of("open").then_some(&receiver.place)
}

/// Is what is written SQL or Python?
pub(super) fn is_code(call: &SinkCall) -> bool {
    let text = match call.payload() {
        Some(Value::Text(template)) => template.display(),
        _ => String::new(),
    };
    written_path(call).is_some_and(|path| language(&path, &text).is_some())
}

/// A migration that is there already is patched like any other source.
fn kind(path: &str, text: &str, frame: &Frame<'_>) -> Option<fn(Outside) -> Action> {
    let is_migration =
        path.to_ascii_lowercase().contains("/versions/") || text.contains("down_revision");
    Some(match language(path, text)? {
        ScriptLanguage::Python if is_migration && !frame.has_read(path) => Action::WriteMigration,
        ScriptLanguage::Python | ScriptLanguage::Shell => Action::WriteSource,
        ScriptLanguage::Sql => Action::WriteSqlFile,
    })
}

/// By the name, or where that is not known by what is written.
fn language(path: &str, text: &str) -> Option<ScriptLanguage> {
    let lower = path.to_ascii_lowercase();
    let is_open = path.starts_with('{') && path.ends_with('}');
    if lower.ends_with(".sql") || (is_open && looks_like_sql(text)) {
        return Some(ScriptLanguage::Sql);
    }
    lower.ends_with(".py").then_some(ScriptLanguage::Python)
}

/// The path of the file: of `open(path, "w")`, of a `Path`, or the target of a copy.
fn written_path(call: &SinkCall) -> Option<String> {
    if call.path.starts_with("shutil.") {
        return path_text(call.payload()?);
    }
    let receiver = call.receiver.as_ref()?.as_external()?;
    let (path, arguments) = receiver.call()?;
    match path {
        "open" => {
            let mode = arguments.positional.get(1)?.known_text()?;
            mode.contains(['w', 'a', 'x', '+'])
                .then(|| path_text(arguments.positional.first()?))
                .flatten()
        }
        "pathlib.Path" => path_text(arguments.positional.first()?),
        _ => None,
    }
}

fn path_text(value: &Value) -> Option<String> {
    match value {
        Value::Text(template) => Some(template.display()),
        Value::External(external) if external.is_call_of("pathlib.Path") => {
            path_text(external.arguments.as_ref()?.positional.first()?)
        }
        Value::Unknown(unknown) => match &unknown.default {
            Some(default) => path_text(default),
            None => Some(format!("{{{}}}", unknown.text)),
        },
        Value::OneOf(alternatives) => {
            let texts: Vec<String> = alternatives.values.iter().filter_map(path_text).collect();
            texts
                .iter()
                .find(|text| text.contains('.'))
                .or(texts.first())
                .cloned()
        }
        Value::Maybe(maybe) => path_text(&maybe.value),
        _ => None,
    }
}
