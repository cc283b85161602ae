//! Reports: one file a format. What comes in are values of the ground floor; what goes out is text.

mod diagnostic;
mod effects_jsonl;
mod effects_text;

pub use diagnostic::diagnostic_line;
pub use effects_jsonl::effects_jsonl;
pub use effects_text::effects_text;
