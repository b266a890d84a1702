//! What is read from what clients send.

use super::*;
use serde_json::json;

fn read(sources: Value) -> Result<Vec<Touch>, WdaError> {
    touches(&json!({ "actions": sources }), &mut |_| Ok((50, 60)))
}

fn finger(id: &str, steps: Value) -> Value {
    json!({ "type": "pointer", "id": id, "parameters": {"pointerType": "touch"}, "actions": steps })
}

fn to(x: i32, y: i32, ms: i32) -> Value {
    json!({"type": "pointerMove", "duration": ms, "x": x, "y": y})
}

fn wait(ms: i32) -> Value {
    json!({"type": "pause", "duration": ms})
}

fn down() -> Value {
    json!({"type": "pointerDown", "button": 0})
}

fn up() -> Value {
    json!({"type": "pointerUp", "button": 0})
}

fn drag(from: (i32, i32), to: (i32, i32), seconds: f64) -> Touch {
    Touch::Drag(Drag { from, to, seconds })
}

#[test]
fn a_finger_taps_holds_and_drags() {
    let check = |steps: Value, expected: Vec<Touch>| {
        assert_eq!(read(json!([finger("f", steps)])), Ok(expected));
    };
    check(
        json!([to(5, 6, 0), down(), wait(50), up()]),
        vec![Touch::Tap(5, 6)],
    );
    check(
        json!([to(5, 6, 0), down(), wait(900), up()]),
        vec![Touch::Hold(5, 6)],
    );
    check(
        json!([to(5, 6, 0), down(), up(), wait(100), down(), up()]),
        vec![Touch::DoubleTap(5, 6)],
    );
    check(
        json!([to(5, 6, 0), down(), up(), wait(900), down(), up()]),
        vec![Touch::Tap(5, 6), Touch::Tap(5, 6)],
    );
    check(
        json!([to(5, 600, 0), down(), to(5, 100, 500), up()]),
        vec![drag((5, 600), (5, 100), 0.5)],
    );
    check(
        json!([
            to(5, 6, 0),
            down(),
            to(5, 300, 200),
            wait(900),
            to(5, 600, 100),
            up()
        ]),
        vec![drag((5, 6), (5, 600), 0.300_000_000_000_000_04)],
    );
    // Lifted at the end, and taken back.
    check(json!([to(5, 6, 0), down()]), vec![Touch::Tap(5, 6)]);
    check(
        json!([to(5, 6, 0), down(), {"type": "pointerCancel"}]),
        vec![],
    );
}

#[test]
fn moves_start_from_the_screen_the_finger_or_an_element() {
    let check = |origin: Value, expected: (i32, i32)| {
        let step = json!({"type": "pointerMove", "origin": origin, "x": 1, "y": 2});
        let steps = json!([to(10, 20, 0), step, down(), up()]);
        let found = read(json!([finger("f", steps)]));
        assert_eq!(found, Ok(vec![Touch::Tap(expected.0, expected.1)]));
    };
    check(Value::Null, (1, 2));
    check(json!("viewport"), (1, 2));
    check(json!("pointer"), (11, 22));
    check(json!({"ELEMENT": "E"}), (51, 62));
    check(
        json!({"element-6066-11e4-a52e-4f735466cecf": "E"}),
        (51, 62),
    );
}

#[test]
fn sources_go_on_together() {
    let key = |kind: &str, value: &str| json!({"type": kind, "value": value});
    let check = |sources: Value, expected: Vec<Touch>| {
        assert_eq!(read(sources.clone()), Ok(expected), "{sources}");
    };
    // Two fingers apart: a pinch. One after the other: two taps.
    check(
        json!([
            finger(
                "a",
                json!([to(100, 400, 0), down(), to(100, 200, 300), up()])
            ),
            finger(
                "b",
                json!([to(200, 400, 0), down(), to(200, 600, 300), up()])
            ),
        ]),
        vec![Touch::Fingers],
    );
    check(
        json!([
            finger("a", json!([to(100, 400, 0), down(), up()])),
            finger(
                "b",
                json!([to(200, 400, 0), wait(0), wait(600), down(), up()])
            ),
        ]),
        vec![Touch::Tap(100, 400), Touch::Tap(200, 400)],
    );
    // A tick lasts as long as its longest step: the finger waits for the pause beside it.
    check(
        json!([
            finger("a", json!([to(5, 6, 0), down(), wait(0), up()])),
            {"type": "none", "id": "n", "actions": [wait(0), wait(0), wait(800)]},
        ]),
        vec![Touch::Hold(5, 6)],
    );
    check(
        json!([
            finger("a", json!([to(5, 6, 0), down(), up()])),
            {"type": "key", "id": "k", "actions": [
                wait(0), wait(0), wait(0), key("keyDown", "\u{e008}"), key("keyDown", "a"),
                key("keyUp", "a"), key("keyUp", "\u{e008}"), key("keyDown", "b"),
                key("keyDown", "\u{e03d}"), key("keyDown", "v"), key("keyUp", "\u{e03d}"),
            ]},
        ]),
        vec![Touch::Tap(5, 6), Touch::Keys("Ab".to_owned())],
    );
}

#[test]
fn wrong_actions_are_refused() {
    for steps in [
        json!([up()]),
        json!([down(), down()]),
        json!([{ "type": "pointerMove", "x": 1 }]),
        json!([{ "type": "jump" }]),
        json!([{ "type": "pointerMove", "x": 1, "y": 1, "origin": 7 }]),
        json!([{ "type": "pause", "duration": -1 }]),
        json!([{ "type": "pause", "duration": "a" }]),
        json!("none"),
    ] {
        assert!(
            read(json!([finger("f", steps.clone())])).is_err(),
            "{steps}"
        );
    }
    let steps = json!([to(5, 6, 0), down(), up()]);
    for sources in [
        json!([]),
        json!({}),
        json!([{"type": "pointer", "actions": steps}]),
        json!([{"type": "wheel", "id": "w", "actions": steps}]),
        json!([{"type": "none", "id": "n", "actions": [down()]}]),
        json!([{"type": "key", "id": "n", "actions": [{"type": "keyDown"}]}]),
        json!([{"type": "pointer", "id": "p", "parameters": {"pointerType": "mouse"}, "actions": steps}]),
        json!([finger("f", steps.clone()), finger("f", steps.clone())]),
        json!([finger("f", json!(vec![wait(0); MAX_STEPS + 1]))]),
    ] {
        assert!(read(sources.clone()).is_err(), "{sources}");
    }
    assert!(touches(&json!({}), &mut |_| Ok((0, 0))).is_err());
}
