//! Times as they are read and written: RFC 3339, with a zone.

use jiff::Timestamp;

/// A time in UTC.
pub(super) fn written(ms: i64) -> String {
    let time = Timestamp::from_millisecond(ms);
    time.map_or_else(|_| String::new(), |time| time.to_string())
}

/// A time with its zone as ms since 1970; `None` for anything else, and where its zone does not
/// write a year from 2000 to 2099: beyond them lies a slip of the keyboard, and a task that would
/// never run.
pub(crate) fn wall_time(text: &str) -> Option<i64> {
    let good = text.starts_with("20") && is_rfc3339(text);
    let time = good.then(|| text.parse::<Timestamp>().ok());
    time.flatten().map(Timestamp::as_millisecond)
}

/// The shape of RFC 3339, seconds left out or not. A time without a zone is refused, since it is
/// another hour on another computer and none or two of them when the clocks change.
fn is_rfc3339(text: &str) -> bool {
    let bytes = text.as_bytes();
    let shape = |bytes: &[u8], shape: &[u8]| {
        bytes.len() == shape.len()
            && bytes.iter().zip(shape).all(|(byte, want)| match want {
                b'0' => byte.is_ascii_digit(),
                b'T' => matches!(byte, b'T' | b't' | b' '),
                b'+' => matches!(byte, b'+' | b'-'),
                want => byte == want,
            })
    };
    let zone = match bytes {
        [.., b'Z' | b'z'] => 1,
        _ if bytes.len() >= 6 && shape(&bytes[bytes.len() - 6..], b"+00:00") => 6,
        _ => return false,
    };
    let Some((minutes, rest)) = bytes[..bytes.len() - zone].split_at_checked(16) else {
        return false;
    };
    let seconds = match rest {
        [] => true,
        [b':', a, b] => a.is_ascii_digit() && b.is_ascii_digit(),
        [b':', a, b, b'.', parts @ ..] => {
            a.is_ascii_digit()
                && b.is_ascii_digit()
                && (1..=9).contains(&parts.len())
                && parts.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    };
    seconds && shape(minutes, b"0000-00-00T00:00")
}
