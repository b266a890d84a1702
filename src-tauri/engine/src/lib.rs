//! engine

pub mod list_file;
