//! The schema at the end of a replay.

use crate::catalog::AsWritten;
use crate::replay::Replay;

/// All facts of the modelled catalog, one object a line, in a fixed order.
pub fn replay_dump(replay: &Replay) -> String {
    let mut text = String::new();
    for line in replay.end.lines(&AsWritten) {
        text.push_str(&line);
        text.push('\n');
    }
    text
}
