//! Whether a binary plist is small once it is read. In that format containers name their members
//! by number, so a few hundred bytes can stand for billions of values, nested without end; the
//! library reads whatever it is given.

/// How a binary plist begins.
const MAGIC: &[u8] = b"bplist00";
/// The length of what stands at the end: sizes, counts, and where the table of objects is.
const TRAILER: usize = 32;
/// How many values a plist may stand for, the bytes of its texts counted as well.
const MAX_VALUES: usize = 256 * 1024;

/// Whether these bytes say they are a binary plist.
#[must_use]
pub fn is_binary(body: &[u8]) -> bool {
    body.starts_with(MAGIC)
}

/// Whether a binary plist stands for few values, nested at most `depth` deep. What cannot be
/// followed is not small.
#[must_use]
pub fn is_small(body: &[u8], depth: usize) -> bool {
    Table::read(body).is_some_and(|table| table.costs(depth).is_some())
}

/// Where a plist's objects are.
struct Table<'a> {
    body: &'a [u8],
    /// Bytes of a place in the table.
    place: usize,
    /// Bytes of an object's number.
    number: usize,
    root: usize,
    start: usize,
}

impl<'a> Table<'a> {
    fn read(body: &'a [u8]) -> Option<Table<'a>> {
        let trailer = body.len().checked_sub(TRAILER)?;
        Some(Table {
            body,
            place: word(body, trailer + 6, 1)?,
            number: word(body, trailer + 7, 1)?,
            root: word(body, trailer + 16, 8)?,
            start: word(body, trailer + 24, 8)?,
        })
    }

    /// Goes through all there is as a reader would; none when that is too much.
    fn costs(&self, max_depth: usize) -> Option<usize> {
        let mut left = MAX_VALUES;
        let mut open = vec![(self.root, 1)];
        while let Some((object, depth)) = open.pop() {
            let place = self.start.checked_add(object.checked_mul(self.place)?)?;
            let at = word(self.body, place, self.place)?;
            let (kind, count, members) = self.head(at)?;
            let members_of_each = match kind {
                0xA..=0xC => 1,
                0xD => 2,
                _ => 0,
            };
            left = left.checked_sub(1)?.checked_sub(count)?;
            if members_of_each > 0 && depth > max_depth {
                return None;
            }
            for member in 0..count.checked_mul(members_of_each)? {
                let member = members.checked_add(member.checked_mul(self.number)?)?;
                open.push((word(self.body, member, self.number)?, depth + 1));
            }
        }
        Some(MAX_VALUES - left)
    }

    /// An object's kind, how many members, letters or bytes it has, and where they begin.
    fn head(&self, at: usize) -> Option<(u8, usize, usize)> {
        let marker = *self.body.get(at)?;
        let (kind, count) = (marker >> 4, usize::from(marker & 0xF));
        match (kind, count) {
            // Numbers, dates and the like are as long as they are.
            (0x0..=0x3 | 0x8, _) => Some((kind, 0, at + 1)),
            // A longer count is a number of its own.
            (_, 0xF) => {
                let length = 1_usize << (self.body.get(at + 1)? & 0xF).min(4);
                Some((kind, word(self.body, at + 2, length)?, at + 2 + length))
            }
            _ => Some((kind, count, at + 1)),
        }
    }
}

/// A big-endian number of so many bytes.
fn word(body: &[u8], at: usize, length: usize) -> Option<usize> {
    let bytes = body.get(at..at.checked_add(length)?)?;
    bytes.iter().try_fold(0_usize, |value, byte| {
        value.checked_mul(256)?.checked_add(usize::from(*byte))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use plist::{Dictionary, Value};

    const DEPTH: usize = 32;

    fn written(value: &Value) -> Vec<u8> {
        let mut bytes = Vec::new();
        value.to_writer_binary(&mut bytes).unwrap();
        bytes
    }

    fn nested(depth: usize) -> Value {
        (0..depth).fold(Value::from(true), |inner, _| Value::Array(vec![inner]))
    }

    /// A plist of `levels` arrays, each of which names the next one sixteen times.
    fn shared(levels: u8) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        let mut places = Vec::new();
        for level in 0..levels {
            places.push(u16::try_from(bytes.len()).unwrap());
            bytes.extend([0xAF, 0x10, 16]);
            bytes.extend([level + 1; 16]);
        }
        places.push(u16::try_from(bytes.len()).unwrap());
        bytes.push(0x09);
        let start = bytes.len() as u64;
        for place in &places {
            bytes.extend(place.to_be_bytes());
        }
        bytes.extend([0, 0, 0, 0, 0, 0, 2, 1]);
        for word in [places.len() as u64, 0, start] {
            bytes.extend(word.to_be_bytes());
        }
        bytes
    }

    #[test]
    fn what_a_client_asks_is_small_and_a_trap_is_not() {
        let check = |bytes: &[u8], expected: bool| {
            assert!(is_binary(bytes));
            assert_eq!(is_small(bytes, DEPTH), expected, "{} bytes", bytes.len());
        };
        let text = |length: usize| Value::from("a".repeat(length));
        let request = Dictionary::from_iter([
            ("Request", Value::from("GetValue")),
            ("Length", text(300)),
            ("Number", Value::from(u64::MAX)),
            ("Bytes", Value::Data(vec![7; 70_000])),
        ]);
        check(&written(&Value::Dictionary(request)), true);
        check(&written(&nested(DEPTH)), true);
        check(&written(&nested(DEPTH + 1)), false);
        check(&written(&text(300_000)), false);
        check(&shared(3), true);
        check(&shared(20), false);
        // What is cut off, or names what there is not.
        let whole = written(&Value::Dictionary(Dictionary::from_iter([("a", text(40))])));
        check(&whole[..MAGIC.len()], false);
        let mut astray = whole.clone();
        let root = whole.len() - 9;
        astray[root] = 200;
        check(&astray, false);
    }

    #[test]
    fn a_container_that_holds_itself_ends() {
        let mut bytes = shared(1);
        let inner = MAGIC.len() + 3;
        bytes[inner..inner + 16].fill(0);
        assert!(!is_small(&bytes, DEPTH));
    }
}
