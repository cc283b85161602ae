//! Reports: one file a format. What comes in are values of the ground floor; what goes out is text.

mod effects_jsonl;
mod effects_text;
mod excerpt;
mod findings;
mod graph;
mod replay;
mod scan;
mod show;
mod style;
mod table;
mod trial;
mod verify;

pub use effects_jsonl::effects_jsonl;
pub use effects_text::effects_text;
pub use findings::{
    RuleDescription, diagnostic_line, findings_github, findings_json, findings_sarif, findings_text,
};
pub use graph::{GraphView, graph_dot, graph_json, graph_mermaid, graph_text};
pub use replay::{
    replay_dump, replay_json, replay_sql, replay_text, round_trips_json, round_trips_text,
};
pub use scan::{scan_csv, scan_json, scan_markdown, scan_text};
pub use show::{ScriptView, show_text};
pub use trial::{TrialView, matrix_text, trial_text, trials_json};
pub use verify::{verify_json, verify_markdown, verify_text};
