//! A zip archive of a few texts, so that a bundle of diagnostics is one file that every system opens.
//! The texts are stored as they are: they are small, and nothing but their length is needed.

/// What begins a file's own header, its entry in the directory, and the end of that.
const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
/// The version of the format that is needed: the first one with folders.
const VERSION: u16 = 20;
/// Names are UTF-8.
const UTF8: u16 = 1 << 11;
/// The first of January 1980: the time of making stands in the texts themselves.
const DATE: u16 = (1 << 5) | 1;

/// The archive with these files, each with its name. `None`: they are larger than the format holds.
pub fn archive<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> Option<Vec<u8>> {
    let (mut whole, mut directory, mut count) = (Vec::new(), Vec::new(), 0_u16);
    for (name, text) in files {
        let begins = u32::try_from(whole.len()).ok()?;
        let size = u32::try_from(text.len()).ok()?;
        let mut common = Vec::new();
        for word in [VERSION, UTF8, 0, 0, DATE] {
            common.extend(word.to_le_bytes());
        }
        for word in [checksum(text.as_bytes()), size, size] {
            common.extend(word.to_le_bytes());
        }
        common.extend(u16::try_from(name.len()).ok()?.to_le_bytes());
        common.extend(0_u16.to_le_bytes());

        whole.extend(LOCAL.to_le_bytes());
        whole.extend(&common);
        whole.extend(name.as_bytes());
        whole.extend(text.as_bytes());

        directory.extend(CENTRAL.to_le_bytes());
        directory.extend(VERSION.to_le_bytes());
        directory.extend(&common);
        // No comment, the first disk, nothing known of the inside and the outside.
        directory.extend([0; 10]);
        directory.extend(begins.to_le_bytes());
        directory.extend(name.as_bytes());
        count = count.checked_add(1)?;
    }
    let begins = u32::try_from(whole.len()).ok()?;
    let size = u32::try_from(directory.len()).ok()?;
    whole.extend(&directory);
    whole.extend(END.to_le_bytes());
    whole.extend([0; 4]);
    for word in [count, count] {
        whole.extend(word.to_le_bytes());
    }
    for word in [size, begins] {
        whole.extend(word.to_le_bytes());
    }
    whole.extend([0; 2]);
    Some(whole)
}

/// The CRC-32 that zip wants, bit by bit.
fn checksum(bytes: &[u8]) -> u32 {
    let fed = bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            let last = crc & 1;
            (crc >> 1) ^ (0xedb8_8320 * last)
        })
    });
    !fed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_one_of_the_standard() {
        assert_eq!(checksum(b"123456789"), 0xcbf4_3926);
    }

    fn word(bytes: &[u8], at: usize) -> usize {
        let four: [u8; 4] = bytes[at..at + 4].try_into().unwrap();
        u32::from_le_bytes(four) as usize
    }

    fn short(bytes: &[u8], at: usize) -> usize {
        usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]))
    }

    /// The files of an archive, read by its directory as other programs read it.
    fn files(bytes: &[u8]) -> Vec<(String, String)> {
        let text = |from: usize, length| String::from_utf8(bytes[from..from + length].to_vec());
        let end = bytes.len() - 22;
        assert_eq!(word(bytes, end), END as usize);
        let mut at = word(bytes, end + 16);
        assert_eq!(at + word(bytes, end + 12), end);
        let mut found = Vec::new();
        for _ in 0..short(bytes, end + 10) {
            assert_eq!(word(bytes, at), CENTRAL as usize);
            let (size, name) = (word(bytes, at + 24), short(bytes, at + 28));
            let local = word(bytes, at + 42);
            let told = text(at + 46, name).unwrap();
            assert_eq!(word(bytes, local), LOCAL as usize);
            assert_eq!(text(local + 30, name).unwrap(), told);
            let kept = text(local + 30 + name, size).unwrap();
            assert_eq!(word(bytes, local + 14), checksum(kept.as_bytes()) as usize);
            found.push((told, kept));
            at += 46 + name;
        }
        found
    }

    #[test]
    fn what_was_put_in_is_found_by_the_directory() {
        let put = [
            ("about.json", "{}\n"),
            ("logs/ü.log", "line\nline\n"),
            ("empty", ""),
        ];
        let found = files(&archive(put).unwrap());
        let found: Vec<_> = found
            .iter()
            .map(|(name, text)| (&**name, &**text))
            .collect();
        assert_eq!(found, put);
    }
}
