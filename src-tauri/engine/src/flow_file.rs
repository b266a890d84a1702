//! A flow on disk: its file and those it runs, from its folder and no other place.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use signalbox_automation::flow::{FILE_BYTES_MAX, Flow, Problems, parse};

use crate::list_file::ReadError;

pub use signalbox_automation::flow::{Problem, Script};

/// Why a flow was not taken.
#[derive(Debug, thiserror::Error)]
pub enum FlowError {
    /// Its file cannot be read.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
    /// It is no flow that can be run.
    #[error("{0}")]
    Wrong(Problems),
}

/// Reads a flow with every file it runs, and what it is when `variables` stand for their names.
///
/// # Errors
/// The file is not there, or everything that is wrong with it.
pub fn read(
    path: &Path,
    variables: &BTreeMap<String, String>,
) -> Result<(Script, Flow), FlowError> {
    let unreadable = |source| ReadError {
        path: path.to_owned(),
        source,
    };
    let whole = path.canonicalize().map_err(unreadable)?;
    let folder = whole.parent().unwrap_or(Path::new("/")).to_owned();
    let main = whole.file_name().unwrap_or_default().to_string_lossy();
    // What cannot be read at all is another matter than what is wrong in it.
    text(&whole).map_err(unreadable)?;
    // Who acts is known when it runs.
    let mut given = variables.clone();
    given.entry("handle".to_owned()).or_default();
    let flow = parse(&main, &given, &mut |name| inside(&folder, name));
    let flow = flow.map_err(FlowError::Wrong)?;
    let script = Script {
        main: main.into_owned(),
        files: flow.files.clone(),
        variables: variables.clone(),
    };
    Ok((script, flow))
}

/// A file of the folder; the error is a sentence. A link that leads out of it is none of its files.
fn inside(folder: &Path, name: &str) -> Result<String, String> {
    let missing = |_| format!("There is no file “{name}” in the flow's folder.");
    let whole: PathBuf = folder.join(name).canonicalize().map_err(missing)?;
    if !whole.starts_with(folder) || !whole.is_file() {
        return Err(format!("“{name}” is no file of the flow's folder."));
    }
    text(&whole).map_err(|error| format!("“{name}” cannot be read: {error}."))
}

/// The text of a file, and one byte more than a flow may have of one that is too long.
fn text(path: &Path) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    let most = FILE_BYTES_MAX as u64 + 1;
    File::open(path)?.take(most).read_to_end(&mut bytes)?;
    let long = bytes.len() > FILE_BYTES_MAX;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) if long => Ok(String::from_utf8_lossy(error.as_bytes()).into_owned()),
        Err(_) => Err(std::io::Error::new(
            std::io::ErrorKind::InvalidData,
            "it is no text in UTF-8",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(path: &Path) -> Vec<String> {
        match read(path, &BTreeMap::new()) {
            Ok(_) => Vec::new(),
            Err(FlowError::Unreadable(_)) => vec![ReadError::CODE.to_owned()],
            Err(FlowError::Wrong(Problems(all))) => all.into_iter().map(|it| it.code).collect(),
        }
    }

    #[test]
    fn a_flow_brings_the_files_of_its_folder_and_no_others() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
        std::fs::create_dir_all(dir.path().join("flows/parts")).unwrap();
        write("secret.yaml", "- back\n");
        write("flows/parts/close.yaml", "- back\n");
        write("flows/good.yaml", "- runFlow: parts/close.yaml\n");
        write("flows/gone.yaml", "- runFlow: parts/gone.yaml\n");
        write("flows/out.yaml", "- runFlow: ../secret.yaml\n");
        write("flows/linked.yaml", "- runFlow: link.yaml\n");
        std::os::unix::fs::symlink(
            dir.path().join("secret.yaml"),
            dir.path().join("flows/link.yaml"),
        )
        .unwrap();
        let check = |name: &str, want: &[&str]| {
            assert_eq!(codes(&dir.path().join("flows").join(name)), want, "{name}");
        };
        check("good.yaml", &[]);
        check("gone.yaml", &["flow_not_found"]);
        check("out.yaml", &["path_outside"]);
        check("linked.yaml", &["flow_not_found"]);
        check("not there.yaml", &["file_unreadable"]);
        let (script, _) = read(&dir.path().join("flows/good.yaml"), &BTreeMap::new()).unwrap();
        let kept: Vec<&String> = script.files.keys().collect();
        assert_eq!(kept, ["good.yaml", "parts/close.yaml"]);
        std::fs::write(dir.path().join("flows/latin.yaml"), b"- tapOn: \xfc\n").unwrap();
        check("latin.yaml", &["file_unreadable"]);
        std::fs::write(
            dir.path().join("flows/big.yaml"),
            vec![b'x'; FILE_BYTES_MAX + 5],
        )
        .unwrap();
        check("big.yaml", &["too_large"]);
    }
}
