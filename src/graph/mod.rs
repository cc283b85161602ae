//! The one door to petgraph: who creates, alters, drops and needs which object, where that clashes,
//! in which order the scripts can run, and where they run in circles.

mod chain;
mod conflict;
mod estate;
mod order;
mod touch;

pub use chain::{Blocker, ChainEvent, ChainHistory, RevisionStep};
pub use conflict::{Canonical, Conflict, ConflictKind, Counterpart, Difference, conflicts};
pub use estate::{Actor, ActorKind, Edge, EstateGraph};
pub use touch::{ObjectKey, ObjectKind, Relation, Touch, is_builtin, touches};
