//! Configuration: `fixfold.yaml` as it is written (`raw`), and what it means (`Settings`). Also
//! which folder is the estate, given what the user named.

mod locate;
mod raw;
mod settings;

pub use locate::{Target, locate, path_from_repository};
pub use settings::{ChainSetting, ConfigError, RuleLevel, Settings, load};

/// The file's name, looked for from the estate's root upward to the repository's.
pub const FILE_NAME: &str = "fixfold.yaml";

/// Where the ledger is kept, unless the configuration says otherwise.
pub const DEFAULT_LEDGER: &str = "inventory.yaml";

/// The entry of `prelude` that stands for what the chain's format implies.
pub const PLATFORM: &str = "platform";

/// What `fixfold init` writes: every key with its default, explained.
pub const TEMPLATE: &str = include_str!("template.yaml");
