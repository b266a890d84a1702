//! What `appium/settings` holds, and what sessions start with.

use serde_json::{Map, Value, json};

use super::select::{Chain, Depth};
use super::session::truth;

/// What is done with alerts by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertAction {
    /// The button that agrees.
    Accept,
    /// The one that does not.
    Dismiss,
}

/// How screens are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quality {
    /// PNG: nothing is lost.
    Lossless,
    /// JPEG of this quality, 1 to 100.
    Jpeg(u8),
}

/// How the screen is streamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Streaming {
    /// Pictures a second.
    pub framerate: u32,
    /// JPEG quality, 1 to 100.
    pub quality: u8,
    /// Size of the picture in percent, 1 to 100.
    pub scale: u8,
}

impl Default for Streaming {
    fn default() -> Streaming {
        Settings::default().streaming()
    }
}

/// The settings of a session. All that clients may read are kept as they were set; those that
/// are needed at every command are kept beside them.
#[derive(Clone)]
pub struct Settings {
    all: Map<String, Value>,
    /// `snapshotMaxDepth`.
    pub depth: Depth,
    /// `respectSystemAlerts`.
    pub respects_alerts: bool,
    /// `defaultAlertAction`.
    pub alert_action: Option<AlertAction>,
    /// `autoClickAlertSelector`.
    pub auto_click: Option<Chain>,
}

impl Default for Settings {
    fn default() -> Settings {
        let all = json!({
            "shouldUseCompactResponses": true,
            "elementResponseAttributes": "type,label",
            "mjpegServerScreenshotQuality": 25,
            "mjpegServerFramerate": 10,
            "mjpegScalingFactor": 100.0,
            "mjpegFixOrientation": false,
            "screenshotQuality": 3,
            "screenshotOrientation": "auto",
            "keyboardAutocorrection": 0,
            "keyboardPrediction": 0,
            "customSnapshotTimeout": 15,
            "snapshotMaxDepth": 50,
            "snapshotMaxChildren": i32::MAX,
            "useFirstMatch": false,
            "boundElementsByIndex": false,
            "reduceMotion": false,
            "defaultActiveApplication": "auto",
            "activeAppDetectionPoint": "64.00,64.00",
            "includeNonModalElements": false,
            "defaultAlertAction": "",
            "acceptAlertButtonSelector": "",
            "dismissAlertButtonSelector": "",
            "autoClickAlertSelector": "",
            "waitForIdleTimeout": 10,
            "animationCoolOffTimeout": 2,
            "maxTypingFrequency": 60,
            "respectSystemAlerts": false,
            "useClearTextShortcut": true,
            "limitXPathContextScope": true,
            "includeHittableInPageSource": false,
            "includeNativeFrameInPageSource": false,
            "includeMinMaxValueInPageSource": false,
            "includeCustomActionsInPageSource": false,
            "enforceCustomSnapshots": false,
        });
        Settings {
            all: all.as_object().cloned().unwrap_or_default(),
            depth: Depth::of(50),
            respects_alerts: false,
            alert_action: None,
            auto_click: None,
        }
    }
}

impl Settings {
    /// As clients get them.
    #[must_use]
    pub fn json(&self) -> Value {
        Value::Object(self.all.clone())
    }

    /// Sets one. Unknown names are accepted and forgotten, as on a phone, so this stays bounded.
    ///
    /// # Errors
    /// Why the value cannot be used.
    pub fn set(&mut self, name: &str, value: &Value) -> Result<(), String> {
        let Some(slot) = self.all.get(name) else {
            return Ok(());
        };
        let fits = match slot {
            Value::String(_) => value.is_string(),
            Value::Bool(_) | Value::Number(_) => {
                value.is_boolean() || value.is_number() || value.is_string()
            }
            _ => true,
        };
        if !fits {
            return Err(format!("The setting '{name}' cannot be {value}"));
        }
        match name {
            "snapshotMaxDepth" => self.depth = Depth::of(whole(value).min(10_000)),
            "respectSystemAlerts" => self.respects_alerts = truth(value),
            "defaultAlertAction" => self.alert_action = alert_action(value)?,
            "acceptAlertButtonSelector" | "dismissAlertButtonSelector" => {
                chain(name, value)?;
            }
            "autoClickAlertSelector" => self.auto_click = chain(name, value)?,
            _ => {}
        }
        self.all.insert(name.to_owned(), value.clone());
        Ok(())
    }

    /// Whether a setting of this name is switched on.
    #[must_use]
    pub fn is_on(&self, name: &str) -> bool {
        self.all.get(name).is_some_and(truth)
    }

    /// The text of a setting.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.all
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// The chain in a setting, where there is one.
    #[must_use]
    pub fn chain(&self, name: &str) -> Option<Chain> {
        chain(name, self.all.get(name)?).ok().flatten()
    }

    /// A number of a setting; 0 where it holds none.
    #[must_use]
    pub fn number(&self, name: &str) -> f64 {
        self.all.get(name).map_or(0.0, number)
    }

    /// How screenshots are encoded: 1 and 2 are the two lossy qualities.
    #[must_use]
    pub fn quality(&self) -> Quality {
        match self.all.get("screenshotQuality").map(whole) {
            Some(1) => Quality::Jpeg(80),
            Some(2) => Quality::Jpeg(25),
            _ => Quality::Lossless,
        }
    }

    /// How the screen is streamed.
    #[must_use]
    pub fn streaming(&self) -> Streaming {
        let percent = |name: &str| {
            let number = self.all.get(name).map_or(0, whole);
            u8::try_from(number.clamp(1, 100)).unwrap_or(100)
        };
        let framerate = self.all.get("mjpegServerFramerate").map_or(0, whole);
        Streaming {
            framerate: framerate.clamp(1, 60),
            quality: percent("mjpegServerScreenshotQuality"),
            scale: percent("mjpegScalingFactor"),
        }
    }
}

fn number(value: &Value) -> f64 {
    let number = match value {
        Value::Bool(flag) => Some(f64::from(u8::from(*flag))),
        Value::String(text) => text.trim().parse().ok(),
        value => value.as_f64(),
    };
    number.filter(|number| number.is_finite()).unwrap_or(0.0)
}

fn whole(value: &Value) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped before"
    )]
    let whole = number(value).clamp(0.0, f64::from(u32::MAX)) as u32;
    whole
}

/// Reads `accept` and `dismiss`; an empty text means neither.
///
/// # Errors
/// When it is something else.
pub fn alert_action(value: &Value) -> Result<Option<AlertAction>, String> {
    match value.as_str() {
        Some("accept") => Ok(Some(AlertAction::Accept)),
        Some("dismiss") => Ok(Some(AlertAction::Dismiss)),
        Some("") => Ok(None),
        _ => Err(format!(
            "The default alert action is 'accept' or 'dismiss', not {value}"
        )),
    }
}

fn chain(name: &str, value: &Value) -> Result<Option<Chain>, String> {
    match value.as_str() {
        None | Some("") => Ok(None),
        Some(text) => match Chain::parse(text) {
            Ok(chain) => Ok(Some(chain)),
            Err(error) => Err(format!("The setting '{name}' is no class chain: {error}")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_kept_as_they_were_set() {
        let mut settings = Settings::default();
        let mut check = |name: &str, value: Value, kept: Option<Value>| {
            let set = settings.set(name, &value);
            assert_eq!(set.is_ok(), kept.is_some(), "{name} {value}");
            if let Some(kept) = kept {
                assert_eq!(
                    settings.json().get(name).cloned().unwrap_or_default(),
                    kept,
                    "{name}"
                );
            }
        };
        check("snapshotMaxDepth", json!(7), Some(json!(7)));
        check("useFirstMatch", json!(true), Some(json!(true)));
        check("waitForIdleTimeout", json!("0.5"), Some(json!("0.5")));
        check("nobodyKnowsThis", json!([1, 2]), Some(Value::Null));
        check("defaultAlertAction", json!("accept"), Some(json!("accept")));
        check("defaultAlertAction", json!("laugh"), None);
        check(
            "autoClickAlertSelector",
            json!("**/XCUIElementTypeButton"),
            Some(json!("**/XCUIElementTypeButton")),
        );
        check("autoClickAlertSelector", json!("**"), None);
        check("acceptAlertButtonSelector", json!("**/["), None);
        check("elementResponseAttributes", json!(5), None);
        check("snapshotMaxDepth", json!([1]), None);
        assert_eq!(settings.depth, Depth::of(7));
        assert_eq!(settings.alert_action, Some(AlertAction::Accept));
        assert!(settings.auto_click.is_some());
    }

    #[test]
    fn qualities_have_bounds() {
        let mut settings = Settings::default();
        assert_eq!(settings.quality(), Quality::Lossless);
        let mut check = |name: &str, value: Value, expected: (Quality, u32, u8, u8)| {
            settings.set(name, &value).unwrap();
            let s = settings.streaming();
            assert_eq!(
                (settings.quality(), s.framerate, s.quality, s.scale),
                expected,
                "{name}"
            );
        };
        check(
            "screenshotQuality",
            json!(1),
            (Quality::Jpeg(80), 10, 25, 100),
        );
        check(
            "screenshotQuality",
            json!(2),
            (Quality::Jpeg(25), 10, 25, 100),
        );
        check(
            "screenshotQuality",
            json!(0),
            (Quality::Lossless, 10, 25, 100),
        );
        check(
            "mjpegServerFramerate",
            json!(1000),
            (Quality::Lossless, 60, 25, 100),
        );
        check(
            "mjpegServerFramerate",
            json!(0),
            (Quality::Lossless, 1, 25, 100),
        );
        check(
            "mjpegServerScreenshotQuality",
            json!(-5),
            (Quality::Lossless, 1, 1, 100),
        );
        check(
            "mjpegScalingFactor",
            json!(40.0),
            (Quality::Lossless, 1, 1, 40),
        );
    }
}
