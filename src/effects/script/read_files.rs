//! SQL files of the estate that a script reads and sends, whole or in pieces.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::eval::FileRead;
use crate::model::{Action, Certainty, Effect, InertReason, Outside, Place, Reach};

use super::frame::Frame;

/// How long the texts of the files are, without white space around them.
pub(super) type Lengths = BTreeMap<Arc<str>, usize>;

pub(super) fn lengths(reads: &[FileRead]) -> Lengths {
    let read = reads.iter();
    read.map(|read| (Arc::clone(&read.file), read.length))
        .collect()
}

/// A file that is sent in pieces is an effect where it is opened; one that is sent whole has been
/// told where it is sent.
pub(super) fn effects(reads: &[FileRead], script: &str, sent: &[Effect]) -> Vec<Effect> {
    let whole: BTreeSet<&str> = sent.iter().filter_map(run_file).collect();
    let texts = sent.iter().filter_map(|effect| {
        let text = effect.provenance.text.as_ref()?;
        Some(&*text.file)
    });
    let used: BTreeSet<&str> = texts.collect();
    // Of what the script itself takes apart in a way that cannot be followed, nothing else tells.
    let is_unread = sent.iter().any(sends_unread_sql);
    let certainty = |read: &FileRead| {
        let file = &*read.file;
        let certainty = match used.contains(file) {
            true => Some(Certainty::Exact),
            false => is_unread.then_some(Certainty::Partial),
        };
        certainty.filter(|_| file.ends_with(".sql") && !whole.contains(file))
    };
    let effect = |read: &FileRead| {
        let outside = Outside {
            target: read.file.to_string(),
            detail: "read and sent".to_owned(),
        };
        let certainty = certainty(read)?;
        Some(Frame::of_read(read, script).effect(Action::RunSqlFile(outside), certainty))
    };
    reads.iter().filter_map(effect).collect()
}

fn sends_unread_sql(effect: &Effect) -> bool {
    let method = effect.sink.rsplit('.').next().unwrap_or_default();
    let is_sql = method.starts_with("exec") || method.starts_with("fetch");
    is_sql && matches!(&effect.action, Action::Opaque(opaque) if !opaque.is_dangling_request())
}

fn run_file(effect: &Effect) -> Option<&str> {
    match &effect.action {
        Action::RunSqlFile(outside) => Some(&outside.target),
        _ => None,
    }
}

/// Splitting at semicolons tears a function's body into pieces. The first of them stands for all.
pub(super) fn tell_torn_statements_once(effects: &mut Vec<Effect>) {
    let torn: Vec<(Place, Place)> = effects.iter().filter_map(torn).collect();
    effects.retain(|effect| {
        let is_piece = matches!(effect.action, Action::UnknownStatement { .. });
        let (call, text) = (&effect.provenance.call, &effect.provenance.text);
        !is_piece
            || !torn.iter().any(|(at, start)| {
                at == call
                    && text
                        .as_ref()
                        .is_some_and(|text| text.file == start.file && text.line > start.line)
            })
    });
}

/// The call and the text of a statement that is torn.
fn torn(effect: &Effect) -> Option<(Place, Place)> {
    let Reach::Inert(InertReason::InvalidSql(message)) = &effect.reach else {
        return None;
    };
    let text = effect.provenance.text.clone()?;
    message
        .starts_with("unterminated")
        .then(|| (effect.provenance.call.clone(), text))
}
