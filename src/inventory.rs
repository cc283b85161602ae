//! The ledger: one record for each script, machine facts beside human decisions. Text in, text out;
//! who reads and writes the file is no matter of this room.
//!
//! *A re-scan never loses a human field*: they are read strictly (a misspelt key is an error with
//! its line), and those of scripts that are gone are kept under `gone`.

mod comments;
mod merge;
mod read;
mod record;
mod similarity;
mod write;

pub use merge::merge;
pub use read::{LedgerError, read};
pub use record::{
    AnswerRecord, ChainRecord, DecisionRecord, EffectRecord, FindingRecord, Ledger, NearDuplicate,
    Ruling, ScriptDecision, ScriptFacts, ScriptRecord, Stewardship,
};
pub use similarity::near_duplicates;
pub use write::write;

#[cfg(test)]
mod tests;
