//! Puts the built page into the program: `ui/dist`, where it is. Without it the program builds as
//! well, and says at `/` what is missing.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

const PAGE: &str = "../../ui/dist";

fn main() -> io::Result<()> {
    let page = Path::new(PAGE);
    // Where nothing is built yet, what will be built is a change of the folder above.
    let watched = if page.exists() { PAGE } else { "../../ui" };
    println!("cargo:rerun-if-changed={watched}");
    println!("cargo:rerun-if-changed=build.rs");

    let mut files = Vec::new();
    if page.exists() {
        collect(page, &mut files)?;
    }
    files.sort();
    let mut source = String::from("&[\n");
    for file in &files {
        let name = file.strip_prefix(page).unwrap_or(file);
        let parts: Vec<_> = name.iter().map(|part| part.to_string_lossy()).collect();
        let whole = fs::canonicalize(file)?;
        let _ = writeln!(
            source,
            "    ({:?}, include_bytes!({whole:?})),",
            parts.join("/")
        );
    }
    source.push_str("]\n");
    let out = std::env::var_os("OUT_DIR")
        .map(PathBuf::from)
        .unwrap_or_default();
    fs::write(out.join("page.rs"), source)
}

/// All files below a folder.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), files)?;
        } else {
            files.push(entry.path());
        }
    }
    Ok(())
}
