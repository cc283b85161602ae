//! Files that a script writes: SQL files, migrations and source; others are no concern here.

use crate::eval::{SinkCall, Value};
use crate::model::{Action, Certainty, Effect, Outside};

use super::frame::Frame;

/// One effect where the file is SQL or Python.
pub(super) fn effects(call: &SinkCall, frame: &Frame<'_>) -> Vec<Effect> {
    let Some(path) = written_path(call) else {
        return Vec::new();
    };
    let content = call.payload().and_then(|value| match value {
        Value::Text(template) => Some(template.display()),
        _ => None,
    });
    let outside = Outside {
        target: path.strip_prefix("/estate/").unwrap_or(&path).to_owned(),
        detail: call.sink.name.clone(),
    };
    let lower = path.to_ascii_lowercase();
    let action = if lower.ends_with(".sql") {
        Action::WriteSqlFile(outside)
    } else if lower.ends_with(".py") {
        let text = content.unwrap_or_default();
        if lower.contains("/versions/") || text.contains("down_revision") {
            Action::WriteMigration(outside)
        } else {
            Action::WriteSource(outside)
        }
    } else {
        return Vec::new();
    };
    let certainty = if path.contains('{') {
        Certainty::Partial
    } else {
        Certainty::Exact
    };
    vec![frame.effect(action, certainty)]
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
        _ => None,
    }
}
