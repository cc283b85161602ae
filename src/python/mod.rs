//! The one door to the Python parsers: text in, our own small tree and diagnostics out.

pub mod tree;
