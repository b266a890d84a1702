//! Files as operators have them: what they are written in, and what their columns may be.

use std::io::Write as _;

use super::utf16;
use crate::list_file::{FileKind, OpenedFile, opened};

fn open(name: &str, bytes: impl AsRef<[u8]>) -> OpenedFile {
    opened(name, bytes.as_ref()).unwrap()
}

#[test]
fn a_file_is_told_by_its_encoding_its_delimiter_and_its_columns() {
    let check = |bytes: &[u8], encoding: &str, delimiter: &str, ours: &str| {
        let file = open("monday.csv", bytes);
        let found = (file.encoding.as_str(), file.delimiter.as_deref());
        assert_eq!(found, (encoding, Some(delimiter)));
        let columns = file.columns.iter();
        let columns: Vec<&str> = columns
            .map(|column| column.as_task.as_deref().unwrap_or_default())
            .collect();
        assert_eq!(columns.join(","), ours);
        assert_eq!((file.kind, file.rows), (FileKind::Tasks, 1));
    };
    let text = "Konto;User name;Aktion\nmüller;anna;\"like_post; follow_user\"\n";
    let ours = "account_id,target_username,actions";
    check(text.as_bytes(), "UTF-8", "semicolon", ours);
    check(&utf16(text, u16::to_le_bytes), "UTF-16", "semicolon", ours);
    check(&utf16(text, u16::to_be_bytes), "UTF-16", "semicolon", ours);
    let latin = text.replace('ü', "\u{FF}");
    let latin: Vec<u8> = latin
        .chars()
        .map(|c| if c == '\u{FF}' { 0xFC } else { c as u8 })
        .collect();
    check(&latin, "Windows-1252", "semicolon", ours);
    let file = open("monday.csv", &latin);
    assert_eq!(file.columns[0].samples, ["müller"]);
    assert!(file.text.contains("müller"));
    check(
        b"account_id\ttarget_username\tactions\na\tb\tc\n",
        "UTF-8",
        "tab",
        ours,
    );
    check(
        b"account_id,target_username,actions\n\n,,\na,b,c\n",
        "UTF-8",
        "comma",
        ours,
    );
}

#[test]
fn bytes_of_windows_are_the_letters_people_mean() {
    let file = open("x.csv", b"note\n\x80 \x93a\x94 \x96 \xe9\n");
    assert_eq!(file.columns[0].samples, ["€ “a” – é"]);
}

#[test]
fn what_is_no_list_is_refused_with_why() {
    let check = |bytes: &[u8], why: &str| {
        let said = opened("x", bytes).unwrap_err();
        assert!(said.contains(why), "{said}");
    };
    check(b"", "empty");
    check(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "old form");
    check(b"PK\x03\x04nothing more", "workbook");
    check(b"a\0b\x01\x02\xFF", "no text file");
    check(
        &"abcdefgh"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<u8>>(),
        "UTF-16",
    );
}

/// A workbook with these parts, stored and not packed.
fn zip(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut directory = Vec::new();
    let put = |to: &mut Vec<u8>, numbers: &[(u32, usize)]| {
        for (number, bytes) in numbers {
            to.write_all(&number.to_le_bytes()[..*bytes]).unwrap();
        }
    };
    for (name, text) in parts {
        let at = u32::try_from(file.len()).unwrap();
        let sum = crc(text.as_bytes());
        let (length, named) = (text.len() as u32, name.len() as u32);
        let common = [
            (20, 2),
            (0, 2),
            (0, 2),
            (0, 4),
            (sum, 4),
            (length, 4),
            (length, 4),
            (named, 2),
            (0, 2),
        ];
        file.extend(b"PK\x03\x04");
        put(&mut file, &common);
        file.extend(name.bytes());
        file.extend(text.bytes());
        directory.extend(b"PK\x01\x02");
        put(&mut directory, &[(20, 2)]);
        put(&mut directory, &common);
        put(&mut directory, &[(0, 2), (0, 2), (0, 2), (0, 4), (at, 4)]);
        directory.extend(name.bytes());
    }
    let (at, length, count) = (
        file.len() as u32,
        directory.len() as u32,
        parts.len() as u32,
    );
    file.extend(directory);
    file.extend(b"PK\x05\x06");
    put(
        &mut file,
        &[
            (0, 2),
            (0, 2),
            (count, 2),
            (count, 2),
            (length, 4),
            (at, 4),
            (0, 2),
        ],
    );
    file
}

fn crc(bytes: &[u8]) -> u32 {
    let table = |sum: u32, byte: &u8| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| match sum & 1 {
            1 => (sum >> 1) ^ 0xEDB8_8320,
            _ => sum >> 1,
        })
    };
    !bytes.iter().fold(!0, table)
}

#[test]
fn the_first_sheet_with_something_in_it_is_read_and_no_formula_is_run() {
    let sheet = |rows: &str| {
        format!(
            "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData></worksheet>"
        )
    };
    let cell =
        |at: &str, text: &str| format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let head = cell("A1", "Target") + &cell("C1", "note");
    let row = cell("A3", "anna")
        + "<c r=\"B3\"><v>12</v></c><c r=\"C3\" t=\"str\"><f>1+1</f><v>a \"b\"</v></c>";
    let full = sheet(&format!(
        "<row r=\"1\">{head}</row><row r=\"3\">{row}</row>"
    ));
    let kinds = "<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>";
    let book = "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"Empty\" sheetId=\"1\" r:id=\"r1\"/><sheet name=\"Monday\" sheetId=\"2\" r:id=\"r2\"/></sheets></workbook>";
    let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet";
    let document = kind.replace("worksheet", "officeDocument");
    let root = format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"{document}\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let links = format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"{kind}\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"r2\" Type=\"{kind}\" Target=\"worksheets/sheet2.xml\"/></Relationships>"
    );
    let bytes = zip(&[
        ("[Content_Types].xml", kinds),
        ("_rels/.rels", &root),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", &links),
        ("xl/worksheets/sheet1.xml", &sheet("")),
        ("xl/worksheets/sheet2.xml", &full),
    ]);
    let file = open("book.xlsx", &bytes);
    let told = (
        file.encoding.as_str(),
        file.sheet.as_deref(),
        file.delimiter,
        file.rows,
    );
    assert_eq!(told, ("Excel", Some("Monday"), None, 1));
    assert_eq!(
        file.text,
        "\"Target\",\"\",\"note\"\r\n\r\n\"anna\",\"12\",\"a \"\"b\"\"\"\r\n"
    );
    let ours: Vec<_> = file
        .columns
        .iter()
        .map(|column| column.as_task.as_deref())
        .collect();
    assert_eq!(ours, [Some("target_username"), None, Some("note")]);
}
