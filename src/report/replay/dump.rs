//! The modelled schema at the end of a replay, for psql.

use crate::render;
use crate::replay::Replay;

/// The schema at the end as statements that make it in an empty database.
pub fn replay_dump(replay: &Replay) -> String {
    render::schema(&replay.end)
}
