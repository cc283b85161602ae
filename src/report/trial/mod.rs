//! Scripts on states of the chain: one trial in full, or all of them as a matrix.

mod json;
mod text;

pub use json::trials_json;
pub use text::{matrix_text, trial_text};

use crate::replay::{Command, Trial};

/// A script on a state.
pub struct TrialView<'a> {
    pub command: &'a Command,
    /// The state's revision as the user wrote it.
    pub state: &'a str,
    pub trial: &'a Trial,
}

/// The file with its words.
fn name(command: &Command) -> String {
    let mut name = command.file.clone();
    for word in &command.words {
        name.push(' ');
        name.push_str(word);
    }
    name
}
