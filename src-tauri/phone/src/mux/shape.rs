//! Whether an XML property list is safe to hand to a parser.
//!
//! The parsers behind us recurse per level and share nothing of our limits: some 10,000 nested
//! arrays in 100 KB would end the whole process with a stack overflow, which no task catches. So
//! a message is let through only if it is made of the ten known tags, without attributes,
//! comments, CDATA or entities of its own, and nests no deeper than [`DEPTH_MAX`]. Being strict
//! about the form keeps this scan and the real parser from reading one message in two ways.

/// Deepest nesting; usbmuxd and lockdownd stay under 8.
pub(crate) const DEPTH_MAX: usize = 32;

const TAGS: [&str; 10] = [
    "dict", "array", "key", "string", "integer", "real", "data", "date", "true", "false",
];

/// Says what is wrong with the property list, if anything.
pub(crate) fn check(body: &[u8]) -> Result<(), &'static str> {
    if body.starts_with(b"bplist") {
        return Err("it is a binary property list, and XML was asked for");
    }
    let text = std::str::from_utf8(body).map_err(|_| "it is not UTF-8")?;
    let mut rest = text
        .strip_prefix("<?xml version=\"1.0\"")
        .and_then(|rest| rest.split_once("?>"))
        .filter(|(declaration, _)| !declaration.contains('<'))
        .map(|(_, rest)| rest.trim_start())
        .ok_or("it is not XML")?;
    if let Some(doctype) = rest.strip_prefix("<!DOCTYPE plist") {
        rest = doctype
            .split_once('>')
            .filter(|(inner, _)| !inner.contains(['[', '<']))
            .map(|(_, rest)| rest.trim_start())
            .ok_or("its document type is not the one of property lists")?;
    }
    rest = rest
        .strip_prefix("<plist version=\"1.0\">")
        .ok_or("it is not a property list")?;
    elements(rest)
}

/// Walks the tags after `<plist>`.
fn elements(mut rest: &str) -> Result<(), &'static str> {
    let mut depth = 0_usize;
    while let Some((_, tail)) = rest.split_once('<') {
        let (tag, tail) = tail.split_once('>').ok_or("it is cut off inside a tag")?;
        rest = tail;
        if tag == "/plist" {
            return match (depth, rest.trim().is_empty()) {
                (0, true) => Ok(()),
                (0, false) => Err("something follows its end"),
                _ => Err("it ends inside an element"),
            };
        }
        let (name, opens, closes) = match (tag.strip_prefix('/'), tag.strip_suffix('/')) {
            (Some(name), _) => (name, false, true),
            (None, Some(name)) => (name.trim_end(), true, true),
            (None, None) => (tag, true, false),
        };
        if !TAGS.contains(&name) {
            return Err("it holds a tag that property lists do not have");
        }
        if opens {
            depth += 1;
        }
        if depth > DEPTH_MAX {
            return Err("it nests too deep");
        }
        if closes {
            depth = depth.checked_sub(1).ok_or("it closes what is not open")?;
        }
    }
    Err("it has no end")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE plist PUBLIC \
                        \"-//Apple//DTD PLIST 1.0//EN\" \
                        \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n";

    fn judge(inner: &str) -> Result<(), &'static str> {
        check(format!("{HEAD}<plist version=\"1.0\">{inner}</plist>\n").as_bytes())
    }

    #[test]
    fn what_usbmuxd_sends_passes() {
        assert_eq!(
            judge("<dict><key>a</key><array/><key>b</key><true /></dict>"),
            Ok(())
        );
        assert_eq!(judge("<string>1 &lt; 2 > 0</string>"), Ok(()));
        let short = "<?xml version=\"1.0\"?><plist version=\"1.0\"><dict/></plist>";
        assert_eq!(check(short.as_bytes()), Ok(()));
    }

    #[test]
    fn what_a_parser_could_choke_on_does_not() {
        let deep = format!("{}{}", "<array>".repeat(33), "</array>".repeat(33));
        for inner in [
            deep.as_str(),
            "<array>",
            "</array>",
            "<!-- <array> --><dict/>",
            "<![CDATA[</array>]]>",
            "<dict a='>'></dict>",
            "<?x?><dict/>",
            "<bomb/>",
            "<dict/></plist><plist version=\"1.0\">",
            "<string",
        ] {
            assert!(judge(inner).is_err(), "{inner:.60}");
        }
        for body in [
            &b"bplist00"[..],
            b"",
            b"((((",
            b"< 0a > (((",
            b"\xff\xfe",
            b"<?xml",
        ] {
            assert!(check(body).is_err(), "{body:?}");
        }
        let entity = "<?xml version=\"1.0\"?><!DOCTYPE plist [<!ENTITY a \"b\">]><plist \
                      version=\"1.0\"><dict/></plist>";
        assert!(check(entity.as_bytes()).is_err());
        assert!(check(format!("{HEAD}<plist version=\"1.0\"><dict/>").as_bytes()).is_err());
    }

    #[test]
    fn what_passes_is_read_alike_by_the_parser() {
        let text = format!("{HEAD}<plist version=\"1.0\"><array><array/></array></plist>");
        assert_eq!(check(text.as_bytes()), Ok(()));
        assert!(plist::from_bytes::<plist::Value>(text.as_bytes()).is_ok());
    }
}
