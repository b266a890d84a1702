//! The device itself: facts, lock, orientation, pasteboard, location, video.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::command::Command;
use super::commands::{Answer, Hand};
use super::errors::{Code, WdaError};
use crate::app::node::{Rect, SCREEN_W};
use crate::phone::{Held, LOCK_COMPLETE, LOCK_STATE, Phone, Recording};

/// The longest text that can be copied, in base64.
const MAX_PASTEBOARD: usize = 512 * 1024;
/// How long a notification is waited for where the client does not say, in seconds.
const NOTICE: f64 = 60.0;
/// How the device can be held, as it is called and as it is turned around its axes.
const HELD: [(Held, &str, i64); 3] = [
    (Held::Portrait, "PORTRAIT", 0),
    (Held::LandscapeLeft, "LANDSCAPE", 270),
    (
        Held::LandscapeRight,
        "UIA_DEVICE_ORIENTATION_LANDSCAPERIGHT",
        90,
    ),
];

impl Hand<'_, '_> {
    /// Commands on the device; none when it is another command.
    pub(super) fn on_the_device(&mut self, command: &Command) -> Result<Option<Answer>, WdaError> {
        let value = match command {
            Command::Status => status(self.phone),
            Command::Locked => Value::from(self.state.locked),
            Command::Lock => self.set_locked(true),
            Command::Unlock => self.set_locked(false),
            Command::WindowSize => {
                let screen = self.screen_rect();
                json!({ "width": screen.w, "height": screen.h })
            }
            Command::WindowRect => {
                let screen = self.screen_rect();
                json!({ "x": 0, "y": 0, "width": screen.w, "height": screen.h })
            }
            Command::Screen => self.screen_info(),
            Command::Battery => json!({
                "level": self.state.battery,
                "state": if self.state.battery >= 1.0 { 3 } else { 2 },
            }),
            Command::DeviceInfo => self.device_info(),
            Command::Appearance => self.set_appearance()?,
            Command::PressButton => self.press_button()?,
            Command::HidEvent => self.hid_event()?,
            Command::Audit => json!([]),
            Command::ExpectNotification => return self.expect_notification().map(Some),
            Command::GetOrientation => Value::from(match self.interface() {
                Held::Portrait => "PORTRAIT",
                Held::LandscapeLeft | Held::LandscapeRight => "LANDSCAPE",
            }),
            Command::DeviceOrientation => Value::from(name(self.state.held)),
            Command::SetOrientation => self.set_orientation()?,
            Command::GetRotation => json!({ "x": 0, "y": 0, "z": turned(self.interface()) }),
            Command::SetRotation => self.set_rotation()?,
            Command::SetPasteboard => self.set_pasteboard()?,
            Command::GetPasteboard => self.get_pasteboard()?,
            Command::Location => {
                let (latitude, longitude) = self.state.location.unwrap_or_default();
                json!({
                    "authorizationStatus": 3,
                    "latitude": latitude,
                    "longitude": longitude,
                    "altitude": 0,
                })
            }
            Command::GetSimulatedLocation => match self.state.location {
                Some((latitude, longitude)) => {
                    json!({ "latitude": latitude, "longitude": longitude, "altitude": 0 })
                }
                None => json!({ "latitude": null, "longitude": null, "altitude": null }),
            },
            Command::SetSimulatedLocation => self.set_location()?,
            Command::ClearSimulatedLocation => {
                self.state.location = None;
                Value::Null
            }
            Command::StartVideo => self.start_video()?,
            Command::StopVideo => video(self.state.recording.take().as_ref()),
            Command::GetVideo => video(self.state.recording.as_ref()),
            _ => return Ok(None),
        };
        Ok(Some(Answer::Value(value)))
    }

    /// How what is in front lies.
    fn interface(&self) -> Held {
        if self.state.lies_down() {
            self.state.held
        } else {
            Held::Portrait
        }
    }

    fn screen_rect(&self) -> Rect {
        if self.state.lies_down() {
            Rect::screen().on_its_side()
        } else {
            Rect::screen()
        }
    }

    fn screen_info(&self) -> Value {
        let screen = self.screen_rect();
        // On its side, a phone shows no status bar.
        let bar = if self.state.lies_down() {
            (0, 0)
        } else {
            (SCREEN_W, 47)
        };
        json!({
            "screenSize": { "width": screen.w, "height": screen.h },
            "statusBarSize": { "width": bar.0, "height": bar.1 },
            "scale": crate::picture::SCALE,
            "displayId": 1,
        })
    }

    fn device_info(&self) -> Value {
        json!({
            "name": self.phone.name,
            "model": "iPhone",
            "currentLocale": self.phone.language.locale(),
            "timeZone": "UTC",
            "uuid": format!("51600000-0000-4000-8000-{:012}", self.phone.number),
            "userInterfaceIdiom": 0,
            "userInterfaceStyle": if self.state.dark { "dark" } else { "light" },
            "isSimulator": false,
            "thermalState": self.state.thermal,
        })
    }

    fn set_locked(&mut self, locked: bool) -> Value {
        if self.state.locked != locked {
            self.state.locked = locked;
            self.phone.post(LOCK_STATE);
            if locked {
                self.phone.post(LOCK_COMPLETE);
            }
        }
        Value::Null
    }

    fn set_appearance(&mut self) -> Result<Value, WdaError> {
        self.state.dark = match self.text("name")?.to_lowercase().as_str() {
            "dark" => true,
            "light" => false,
            _ => {
                return Err(WdaError::argument(
                    "The appearance name must be either 'light' or 'dark'",
                ));
            }
        };
        Ok(Value::Null)
    }

    fn press_button(&mut self) -> Result<Value, WdaError> {
        self.optional_number("duration")?;
        match self.text("name")?.to_lowercase().as_str() {
            "home" => self.go_home(),
            "volumeup" | "volumedown" | "action" | "camera" => {}
            other => {
                return Err(WdaError::unknown(format!(
                    "The button '{other}' is not supported. The device under test only supports \
                     the following buttons: home, volumeup, volumedown, action, camera"
                )));
            }
        }
        Ok(Value::Null)
    }

    /// A hardware key by its USB number: the consumer page's menu key is the home button.
    fn hid_event(&mut self) -> Result<Value, WdaError> {
        let (page, usage) = (self.number("page")?, self.number("usage")?);
        self.number("duration")?;
        if (page, usage) == (12.0, 64.0) {
            self.go_home();
        }
        Ok(Value::Null)
    }

    fn expect_notification(&self) -> Result<Answer, WdaError> {
        let name = self
            .text("name")
            .map_err(|_| WdaError::argument("Notification name argument must be provided"))?;
        let kind = self.body.get("type").map_or(Some("plain"), Value::as_str);
        if !matches!(kind, Some("plain" | "darwin")) {
            return Err(WdaError::argument(
                "Notification type could only be 'plain' or 'darwin'",
            ));
        }
        let seconds = self.optional_number("timeout")?.unwrap_or(NOTICE);
        let limit = Duration::from_secs_f64(seconds.clamp(0.0, 3_600.0));
        Ok(Answer::Notice(name.to_owned(), limit))
    }

    fn hold(&mut self, held: Option<Held>) -> Result<Value, WdaError> {
        // An iPhone's screens do not turn upside down.
        let Some(held) = held else {
            return Err(WdaError::unknown("Unable To Rotate Device"));
        };
        self.state.held = held;
        Ok(Value::Null)
    }

    fn set_orientation(&mut self) -> Result<Value, WdaError> {
        let wanted = self.text("orientation")?.to_uppercase();
        let held = HELD.iter().find(|(_, name, _)| *name == wanted);
        self.hold(held.map(|(held, ..)| *held))
    }

    fn set_rotation(&mut self) -> Result<Value, WdaError> {
        let (x, y, z) = (self.number("x")?, self.number("y")?, self.number("z")?);
        let held = HELD.iter().find(|(_, _, turned)| {
            let turned = i32::try_from(*turned).map_or(0.0, f64::from);
            (x, y, z) == (0.0, 0.0, turned)
        });
        match held {
            Some((held, ..)) => self.hold(Some(*held)),
            None => Err(WdaError::argument(format!(
                "rotation {{x: {x}, y: {y}, z: {z}}} is not supported. Only a z of 0, 90 and 270 is"
            ))),
        }
    }

    /// The type of what is copied.
    fn content_type(&self) -> Result<String, WdaError> {
        let kind = match self.body.get("contentType") {
            None | Some(Value::Null) => "plaintext".to_owned(),
            Some(_) => self.text("contentType")?.to_lowercase(),
        };
        if matches!(kind.as_str(), "plaintext" | "image" | "url") {
            Ok(kind)
        } else {
            Err(WdaError::unknown(format!(
                "Unsupported content type '{kind}': only plaintext, image and url are supported"
            )))
        }
    }

    fn set_pasteboard(&mut self) -> Result<Value, WdaError> {
        let content = self.text("content")?;
        let bytes = STANDARD
            .decode(content.trim())
            .map_err(|_| WdaError::argument("Cannot decode the pasteboard content from base64"))?;
        if content.len() > MAX_PASTEBOARD {
            return Err(WdaError::argument(format!(
                "the pasteboard takes at most {MAX_PASTEBOARD} bytes of base64"
            )));
        }
        let kind = self.content_type()?;
        if kind != "image" && std::str::from_utf8(&bytes).is_err() {
            return Err(WdaError::unknown("The pasteboard content is no text"));
        }
        self.state.pasteboard = (kind, STANDARD.encode(bytes));
        Ok(Value::Null)
    }

    fn get_pasteboard(&self) -> Result<Value, WdaError> {
        let kind = self.content_type()?;
        let (copied, content) = &self.state.pasteboard;
        Ok(Value::from(if *copied == kind {
            content.as_str()
        } else {
            ""
        }))
    }

    fn set_location(&mut self) -> Result<Value, WdaError> {
        let both = (
            self.optional_number("latitude")?,
            self.optional_number("longitude")?,
        );
        match both {
            (Some(latitude), Some(longitude)) => {
                self.state.location = Some((latitude, longitude));
                Ok(Value::Null)
            }
            _ => Err(WdaError::argument(
                "Both latitude and longitude must be provided",
            )),
        }
    }

    fn start_video(&mut self) -> Result<Value, WdaError> {
        let number = |key: &str, usual: f64| {
            let number = self.optional_number(key)?.unwrap_or(usual);
            Ok::<_, WdaError>(i64::from(super::touch::round(number)))
        };
        let recording = Recording {
            uuid: uuid::Uuid::now_v7().to_string().to_uppercase(),
            fps: number("fps", 24.0)?,
            codec: number("codec", 0.0)?,
            started: crate::clock::wall_seconds(),
        };
        let value = video(Some(&recording));
        self.state.recording = Some(recording);
        Ok(value)
    }
}

fn name(held: Held) -> &'static str {
    let found = HELD.iter().find(|(known, ..)| *known == held);
    found.map_or("UNKNOWN", |(_, name, _)| name)
}

fn turned(held: Held) -> i64 {
    let found = HELD.iter().find(|(known, ..)| *known == held);
    found.map_or(0, |(_, _, turned)| *turned)
}

fn video(recording: Option<&Recording>) -> Value {
    recording.map_or(Value::Null, |recording| {
        json!({
            "uuid": recording.uuid,
            "fps": recording.fps,
            "codec": recording.codec,
            "startedAt": recording.started,
        })
    })
}

/// What `/status` says.
#[must_use]
pub fn status(phone: &Phone) -> Value {
    json!({
        "ready": true,
        "message": "WebDriverAgent is ready to accept commands",
        "state": "success",
        "os": {
            "name": "iOS",
            "version": phone.ios,
            "sdkVersion": "18.2",
            "testmanagerdVersion": 65535,
        },
        "ios": { "ip": "127.0.0.1" },
        "build": {
            "time": "Sep  1 2026 12:00:00",
            "productBundleIdentifier": "dev.signalbox.WebDriverAgentRunner",
            "version": "16.7.3",
        },
        "device": "iphone",
    })
}

/// Whether the wait for a notification came to nothing.
///
/// # Errors
/// Always: `timeout`.
pub fn no_notice(name: &str, limit: Duration) -> Result<Value, WdaError> {
    let seconds = limit.as_secs_f64();
    Err(WdaError::new(
        Code::Timeout,
        format!("Did not receive any expected {name} notifications within {seconds}s"),
    ))
}
