//! `accounts.csv`, read leniently: it was checked where it was imported.

use std::path::Path;

use crate::error::SimError;

/// The longest accounts file that is read.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// An account that is signed in on one phone, or on all of them.
#[derive(Clone, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
pub struct SignIn {
    /// The handle, as the app writes it.
    pub handle: String,
    /// The only phone it is signed in on; none means all of them.
    #[serde(default)]
    pub device_udid: Option<String>,
}

/// Reads the columns `handle` and `device_udid` of an accounts file; other columns are ignored.
/// UTF-8 or UTF-16 with BOM; comma, semicolon or tab.
///
/// # Errors
/// [`SimError::Accounts`] when the file cannot be read or has no `handle` column.
pub fn read_accounts(path: &Path) -> Result<Vec<SignIn>, SimError> {
    let wrong = |reason: String| SimError::Accounts {
        path: path.to_owned(),
        reason,
    };
    let size = std::fs::metadata(path)
        .map_err(|e| wrong(e.to_string()))?
        .len();
    if size > MAX_BYTES {
        return Err(wrong(format!(
            "it has {size} bytes; at most {MAX_BYTES} are read"
        )));
    }
    let bytes = std::fs::read(path).map_err(|e| wrong(e.to_string()))?;
    parse_accounts(&decode(&bytes)).map_err(wrong)
}

fn decode(bytes: &[u8]) -> String {
    let units = |swap: fn([u8; 2]) -> u16| -> String {
        let units = bytes.get(2..).unwrap_or_default().chunks_exact(2);
        let units = units.map(|pair| swap([pair[0], pair[1]]));
        char::decode_utf16(units)
            .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect()
    };
    match bytes {
        [0xFF, 0xFE, ..] => units(u16::from_le_bytes),
        [0xFE, 0xFF, ..] => units(u16::from_be_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

fn parse_accounts(text: &str) -> Result<Vec<SignIn>, String> {
    let first = text.lines().next().unwrap_or_default();
    let count = |c: char| first.matches(c).count();
    let delimiter = if count(';') > count(',') {
        b';'
    } else if count('\t') > count(',') {
        b'\t'
    } else {
        b','
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|e| e.to_string())?;
    let column = |name: &str| headers.iter().position(|h| h.eq_ignore_ascii_case(name));
    let handle = column("handle").ok_or("it has no column `handle`")?;
    let device = column("device_udid");
    let mut accounts = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| e.to_string())?;
        let name = clean_handle(record.get(handle).unwrap_or_default());
        if name.is_empty() {
            continue;
        }
        let udid = device
            .and_then(|at| record.get(at))
            .filter(|udid| !udid.is_empty());
        accounts.push(SignIn {
            handle: name,
            device_udid: udid.map(str::to_owned),
        });
    }
    Ok(accounts)
}

/// A handle as the app keeps it: no `@`, lower case.
#[must_use]
pub fn clean_handle(handle: &str) -> String {
    handle.trim().trim_start_matches('@').to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_files_of_all_kinds_give_the_same_sign_ins() {
        let wide = |text: &str| -> Vec<u8> {
            let units = text.encode_utf16().flat_map(u16::to_le_bytes);
            [0xFF, 0xFE].into_iter().chain(units).collect()
        };
        let check = |bytes: &[u8]| {
            let read = parse_accounts(&decode(bytes)).unwrap();
            let read: Vec<_> = read
                .iter()
                .map(|a| (&*a.handle, a.device_udid.clone()))
                .collect();
            assert_eq!(read, [("anna", None), ("bert", Some("U1".to_owned()))]);
        };
        check(b"account_id,handle,device_udid\n1,anna,\n2,@Bert,U1\n");
        check(b"\xEF\xBB\xBFaccount_id;handle;device_udid;label\r\n1;anna;;x\r\n2;bert;U1\r\n");
        check(b"handle\tdevice_udid\nanna\n\nbert\tU1\n");
        check(&wide("handle,device_udid\nanna,\nbert,U1\n"));
        assert!(parse_accounts("a,b\n1,2\n").is_err());
    }
}
