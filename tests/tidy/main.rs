//! The house's own laws, as tests. Each says what to do about it when it fails.

mod doors;
mod files;
mod imports;
mod matches;
mod rules;
mod tree;
