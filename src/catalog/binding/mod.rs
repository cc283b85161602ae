//! What an expression or query needs to be there: relations, columns, functions, types. It raises
//! PostgreSQL's error only where it is sure; what it does not understand passes.

mod common_type;
mod comparisons;
mod defaults;
mod emptiness;
mod functions;
mod grouping;
mod literals;
mod names;
mod output;
mod result_types;
mod scope;
mod stability;
mod stars;
mod trigger_body;
mod typing;

pub(super) use scope::Output;
