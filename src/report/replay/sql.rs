//! A replay as the statements that the migration tool sends, ready for psql.

use std::fmt::Write;

use crate::replay::{Replay, RunOutcome, SentRun, StepReplay};

/// Statement by statement, with the transactions around them. One that the server refuses stands as
/// a comment, and so does one whose values are not known.
pub fn replay_sql(replay: &Replay) -> String {
    let mut text = String::new();
    for step in &replay.steps {
        text.push_str(&heading(step));
        for sent in &step.runs {
            text.push_str(&statement(sent));
        }
        if let Some(failure) = &step.failure {
            comment(&mut text, &format!("fails: {}", failure.describe()));
        }
    }
    if let Some(failure) = &replay.failure {
        comment(&mut text, &format!("fails: {}", failure.describe()));
    }
    text
}

fn heading(step: &StepReplay) -> String {
    let revision = &step.revision;
    let mut text = format!("-- Running {}", revision.id);
    if !revision.message.is_empty() {
        let _ = write!(text, ", {}", revision.message);
    }
    text.replace('\n', " ") + "\n\n"
}

fn statement(sent: &SentRun) -> String {
    let written = sent.run.statement.trim().trim_end_matches(';').trim_end();
    let mut text = String::new();
    match &sent.run.outcome {
        RunOutcome::Failed { error, .. } => {
            comment(&mut text, &format!("refused with {error}:\n{written}"));
        }
        _ if sent.run.has_holes => {
            comment(&mut text, &format!("values are not known:\n{written}"));
        }
        _ => {
            text.push_str(written);
            // A comment at the end would swallow the semicolon.
            let last = written.lines().next_back().unwrap_or_default();
            text.push_str(if last.contains("--") {
                "\n;\n\n"
            } else {
                ";\n\n"
            });
        }
    }
    text
}

fn comment(text: &mut String, content: &str) {
    for line in content.lines() {
        let _ = writeln!(text, "-- {line}");
    }
    text.push('\n');
}
