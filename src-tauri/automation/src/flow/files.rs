//! The files of a flow's folder: names that stay inside of it.

/// The most files of one flow.
pub const FILES_MAX: usize = 100;
/// The most bytes of all its files.
pub const FLOW_BYTES_MAX: usize = 1024 * 1024;
/// The longest name of a file.
const NAME_MAX: usize = 255;

/// The name of a file in the flow's folder, as `from` (a file there) writes it; the error is a
/// sentence. Only plain relative names of YAML files are taken.
pub(super) fn resolve(from: &str, written: &str) -> Result<String, String> {
    let outside = || {
        format!(
            "“{written}” is no plain name of a file in the flow's folder; write it relative, as sub/login.yaml"
        )
    };
    let odd = |letter: char| letter.is_control() || matches!(letter, '\\' | ':' | '\u{0}');
    if written.len() > NAME_MAX || written.contains(odd) || written.starts_with(['/', '~']) {
        return Err(outside());
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in written.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop().ok_or_else(outside)?;
            }
            "" => return Err(outside()),
            part => parts.push(part),
        }
    }
    let name = parts.join("/");
    match name.ends_with(".yaml") || name.ends_with(".yml") {
        true => Ok(name),
        false => Err(format!("“{written}” is no YAML file (.yaml or .yml)")),
    }
}

#[cfg(test)]
mod tests {
    use super::resolve;

    #[test]
    fn names_stay_in_the_folder() {
        let check = |from: &str, written: &str, want: Option<&str>| {
            assert_eq!(resolve(from, written).ok().as_deref(), want, "{written}");
        };
        check("a.yaml", "b.yaml", Some("b.yaml"));
        check("a.yaml", "./sub/b.yml", Some("sub/b.yml"));
        check("sub/a.yaml", "b.yaml", Some("sub/b.yaml"));
        check("sub/a.yaml", "../b.yaml", Some("b.yaml"));
        for bad in [
            "../b.yaml",
            "sub/../../b.yaml",
            "/etc/b.yaml",
            "~/b.yaml",
            "C:b.yaml",
            "a\\b.yaml",
            "a//b.yaml",
            "a\u{0}.yaml",
            "b.js",
            "",
            "..",
        ] {
            check("a.yaml", bad, None);
        }
    }
}
