//! The one door to petgraph: who creates, alters, drops and needs which object, in which order
//! the scripts can run, and where they run in circles.

mod estate;
mod order;
mod touch;

pub use estate::{Actor, ActorKind, Edge, EstateGraph};
pub use touch::{ObjectKey, ObjectKind, Relation, Touch, is_builtin, touches};
