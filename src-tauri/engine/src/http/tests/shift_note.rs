//! The shift note over HTTP.

use serde_json::{Value, json};

use super::Bench;
use crate::store::World;

const PATH: &str = "/api/shift-note";

#[tokio::test(flavor = "multi_thread")]
async fn the_note_is_kept_over_a_restart_and_refused_where_it_is_no_text() {
    let bench = Bench::new(World::Simulated).await;
    let nothing = json!({ "text": "", "changed_at": null, "changed_by": null });
    assert_eq!(bench.get(PATH).await.body["note"], nothing);
    let longest = "ä".repeat(2_000);
    for text in ["Phone 3 charges.\n\tLook at nine.", &longest, "", "=1 <b>"] {
        let body = json!({ "text": text }).to_string();
        let written = bench.ask("PUT", PATH, &body).await;
        assert_eq!(written.status, 200, "{written:?}");
        let note = &bench.get(PATH).await.body["note"];
        assert_eq!(
            (&note["text"], &note["changed_by"]),
            (&json!(text), &json!("http"))
        );
    }
    for bad in [
        json!({ "text": "ä".repeat(2_001) }),
        json!({ "text": "a\u{0}" }),
        json!({ "text": "a\r\n" }),
        json!({ "text": null }),
        json!({ "note": "a" }),
        json!({}),
        Value::Null,
    ] {
        let answer = bench.ask("PUT", PATH, &bad.to_string()).await;
        answer.is_problem(422, "bad_fields");
    }
    let bench = bench.again(World::Simulated).await;
    assert_eq!(bench.get(PATH).await.body["note"]["text"], "=1 <b>");
    let audit = bench.get("/api/audit?action=shift_note.change").await;
    let entries = audit.body["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 4);
    assert_eq!(entries[0]["before"], json!({ "text": "" }));
    assert_eq!(entries[0]["after"], json!({ "text": "=1 <b>" }));
}
