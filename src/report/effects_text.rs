//! Effects for people: a heading for each script, a line for each effect.

use std::fmt::Write;

use crate::model::{Effect, Reach, Script};

pub fn effects_text(scripts: &[Script]) -> String {
    let mut text = String::new();
    for script in scripts.iter().filter(|script| !script.effects.is_empty()) {
        let count = script.effects.len();
        let _ = writeln!(text, "{} ({count})", script.file);
        for effect in &script.effects {
            let _ = writeln!(text, "{}", line(effect));
        }
        text.push('\n');
    }
    text
}

fn line(effect: &Effect) -> String {
    let call = &effect.provenance.call;
    let reach = match &effect.reach {
        Reach::Live => String::new(),
        Reach::Conditional => {
            let guards: Vec<&str> = effect.guards.iter().map(|guard| &*guard.text).collect();
            format!("  if {}", guards.join(" and "))
        }
        Reach::Inert(reason) => format!("  never: {}", reason.describe()),
    };
    let line = format!(
        "{:>6}  {:<22} {:<40} {:<10}{reach}",
        call.line,
        effect.operation().as_str(),
        effect.object(),
        effect.certainty.as_str(),
    );
    line.trim_end().to_owned()
}
