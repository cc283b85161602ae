//! What a chain does on a modelled database, as text, JSON, SQL or a dump.

mod dump;
mod json;
mod round_trip;
mod sql;
mod text;

pub use dump::replay_dump;
pub use json::replay_json;
pub use round_trip::{round_trips_json, round_trips_text};
pub use sql::replay_sql;
pub use text::replay_text;
