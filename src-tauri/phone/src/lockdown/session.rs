//! What lockdownd tells a computer that it trusts: a session with the pair record that usbmuxd
//! keeps, in TLS, and the services that are started from it.

use std::collections::BTreeMap;

use idevice::pairing_file::PairingFile;
use plist::{Dictionary, Value};

use super::line::{Line, Said};
use super::{FACT_CHARS_MAX, PORT, lost, malformed};
use crate::condition::{Battery, Condition, Disk, InstalledApp, is_runner};
use crate::error::{Code, PhoneError, Sent};
use crate::mux::{Link, Muxer, PairRecord};
use crate::task::guarded;

const BATTERY: &str = "com.apple.mobile.battery";
const DISK: &str = "com.apple.disk_usage";
const DEVELOPER: &str = "com.apple.security.mac.amfi";
/// The domain of language and region.
const SPEECH: &str = "com.apple.international";
const APPS: &str = "com.apple.mobile.installation_proxy";
/// What is asked of every app; everything would be megabytes.
const APP_KEYS: [&str; 3] = [
    "CFBundleIdentifier",
    "CFBundleShortVersionString",
    "CFBundleVersion",
];

/// Reads the condition over a link, and which of these apps, and which test runners, are there.
/// `None`: usbmuxd does not say whether this computer is trusted, so nothing was asked.
///
/// # Errors
/// [`Code::NotTrusted`] if this computer keeps no pair record of the phone, or the phone no longer
/// honours it; [`Code::Locked`] if the phone waits for its passcode; and as
/// [`super::facts`]. Always [`Sent::NotSent`].
pub(crate) async fn condition(
    muxer: &Muxer,
    link: &Link,
    apps: &[String],
) -> Result<Option<Condition>, PhoneError> {
    let limit = muxer.limits().lockdown;
    let (muxer, link, apps) = (muxer.clone(), link.clone(), apps.to_vec());
    // The certificates are read and used by code that is not ours.
    let told = guarded(limit, async move { tell(&muxer, &link, &apps).await });
    match told.await {
        Ok(told) => told,
        Err(why) => Err(lost(why, limit.as_millis())),
    }
}

async fn tell(
    muxer: &Muxer,
    link: &Link,
    apps: &[String],
) -> Result<Option<Condition>, PhoneError> {
    let record = match muxer.pair_record(&link.udid).await? {
        PairRecord::Kept(record) => record,
        PairRecord::None => {
            return Err(not_trusted(
                "this computer keeps no pair record for the phone",
            ));
        }
        PairRecord::NotSaid => return Ok(None),
    };
    let mut session = start(muxer, link, &record).await?;
    let battery = session.domain(BATTERY).await?;
    let disk = session.domain(DISK).await?;
    let developer = session.domain(DEVELOPER).await?;
    let speech = session.domain(SPEECH).await?;
    Ok(Some(Condition {
        battery: read_battery(&battery),
        disk: read_disk(&disk),
        developer_mode: flag(&developer, "DeveloperModeStatus"),
        apps: installed(muxer, link, &record, &mut session, apps).await?,
        thermal: None,
        language: text(&speech, "Language"),
    }))
}

async fn start(muxer: &Muxer, link: &Link, record: &PairingFile) -> Result<Line, PhoneError> {
    let limit = muxer.limits().lockdown;
    let stream = muxer.open(link.mux_id, PORT).await?;
    let mut line = Line::new(stream.0, limit);
    let question = request(
        "StartSession",
        [
            ("HostID", Value::from(record.host_id.as_str())),
            ("SystemBUID", Value::from(record.system_buid.as_str())),
        ],
    );
    let answer = granted(line.ask(question).await?)?;
    match flag(&answer, "EnableSessionSSL") {
        Some(true) => line.encrypt(record).await,
        // Every phone since iOS 5 encrypts; one that does not is not what we were paired with.
        _ => Err(malformed("it wants a session without encryption")),
    }
}

impl Line {
    /// All values of a domain; none of one that the phone does not have.
    async fn domain(&mut self, domain: &str) -> Result<Dictionary, PhoneError> {
        let question = request("GetValue", [("Domain", Value::from(domain))]);
        match self.ask(question).await? {
            Said::Yes(mut answer) => Ok(match answer.remove("Value") {
                Some(Value::Dictionary(values)) => values,
                _ => Dictionary::new(),
            }),
            Said::No(error) if error == "MissingValue" || error == "GetProhibited" => {
                Ok(Dictionary::new())
            }
            Said::No(error) => Err(refused(&error)),
        }
    }
}

/// The apps, by a service with a stream of its own. `None` if this phone has no such service.
async fn installed(
    muxer: &Muxer,
    link: &Link,
    record: &PairingFile,
    session: &mut Line,
    wanted: &[String],
) -> Result<Option<BTreeMap<String, InstalledApp>>, PhoneError> {
    let question = request("StartService", [("Service", Value::from(APPS))]);
    let answer = match session.ask(question).await? {
        Said::No(error) if error == "InvalidService" => return Ok(None),
        said => granted(said)?,
    };
    let port = answer.get("Port").and_then(Value::as_unsigned_integer);
    let port = port.and_then(|port| u16::try_from(port).ok());
    let port = port.ok_or_else(|| malformed("the port of a service is missing"))?;
    let stream = muxer.open(link.mux_id, port).await?;
    let mut line = Line::new(stream.0, muxer.limits().lockdown);
    if flag(&answer, "EnableServiceSSL") == Some(true) {
        line = line.encrypt(record).await?;
    }
    let keys = APP_KEYS.iter().map(|key| Value::from(*key)).collect();
    let options = dictionary([
        ("ApplicationType", Value::from("Any")),
        ("ReturnAttributes", Value::Array(keys)),
    ]);
    let lookup = dictionary([
        ("Command", Value::from("Lookup")),
        ("ClientOptions", Value::Dictionary(options)),
    ]);
    let mut answer = granted(line.ask(lookup).await?)?;
    let Some(Value::Dictionary(found)) = answer.remove("LookupResult") else {
        return Err(malformed("the list of apps is missing"));
    };
    let ours = |id: &str| is_runner(id) || wanted.iter().any(|it| it == id);
    let apps = found.into_iter().filter(|(id, _)| ours(id));
    Ok(Some(apps.map(|(id, app)| (id, read_app(&app))).collect()))
}

fn read_app(app: &Value) -> InstalledApp {
    let told = |key| text(app.as_dictionary()?, key);
    InstalledApp {
        version: told("CFBundleShortVersionString"),
        build: told("CFBundleVersion"),
    }
}

fn read_battery(values: &Dictionary) -> Option<Battery> {
    let percent = number(values, "BatteryCurrentCapacity")?;
    let percent = u8::try_from(percent).ok().filter(|it| *it <= 100)?;
    Some(Battery {
        percent,
        charging: flag(values, "BatteryIsCharging"),
    })
}

fn read_disk(values: &Dictionary) -> Option<Disk> {
    Some(Disk {
        free: number(values, "TotalDataAvailable")?,
        total: number(values, "TotalDiskCapacity"),
    })
}

fn number(values: &Dictionary, key: &str) -> Option<u64> {
    values.get(key)?.as_unsigned_integer()
}

fn text(values: &Dictionary, key: &str) -> Option<String> {
    let text = values.get(key)?.as_string()?;
    Some(text.chars().take(FACT_CHARS_MAX).collect())
}

fn flag(values: &Dictionary, key: &str) -> Option<bool> {
    values.get(key)?.as_boolean()
}

fn dictionary<const N: usize>(pairs: [(&str, Value); N]) -> Dictionary {
    let pairs = pairs.map(|(key, value)| (key.to_owned(), value));
    pairs.into_iter().collect()
}

fn request<const N: usize>(name: &str, fields: [(&str, Value); N]) -> Dictionary {
    let mut question = dictionary(fields);
    question.insert("Request".into(), name.into());
    question
}

/// The answer, where the phone did what it was asked.
fn granted(said: Said) -> Result<Dictionary, PhoneError> {
    match said {
        Said::Yes(answer) => Ok(answer),
        Said::No(error) => Err(refused(&error)),
    }
}

fn refused(error: &str) -> PhoneError {
    match error {
        "InvalidHostID"
        | "InvalidPairRecord"
        | "UserDeniedPairing"
        | "PairingDialogResponsePending" => {
            not_trusted("this computer keeps a pair record, but the phone no longer honours it")
        }
        "PasswordProtected" | "DeviceLocked" => PhoneError::new(
            Code::Locked,
            Sent::NotSent,
            "the phone is locked and waits for its passcode; unlock it, and turn its passcode and \
             auto-lock off if it is to work by itself",
        ),
        other => PhoneError::new(
            Code::Lockdown,
            Sent::NotSent,
            format!(
                "the phone does not tell its condition ({other}); unlock it and plug it in again"
            ),
        ),
    }
}

fn not_trusted(what: &str) -> PhoneError {
    PhoneError::new(
        Code::NotTrusted,
        Sent::NotSent,
        format!("{what}; unlock the phone, plug it in again, and tap Trust when it asks"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_no_sense_is_not_known() {
        let check = |pairs: [(&str, Value); 2], expected| {
            assert_eq!(read_battery(&dictionary(pairs)), expected);
        };
        let battery = |percent, charging| Some(Battery { percent, charging });
        let level = "BatteryCurrentCapacity";
        let charging = "BatteryIsCharging";
        check(
            [(level, 87.into()), (charging, true.into())],
            battery(87, Some(true)),
        );
        check([(level, 0.into()), (charging, 1.into())], battery(0, None));
        check([(level, 101.into()), (charging, true.into())], None);
        check([(level, (-1).into()), (charging, true.into())], None);
        check([(level, "87".into()), (charging, true.into())], None);
        check([("Level", 87.into()), (charging, true.into())], None);
        let free = ("TotalDataAvailable", Value::from(5_u64));
        let total = ("TotalDiskCapacity", Value::from("much"));
        let disk = Disk {
            free: 5,
            total: None,
        };
        assert_eq!(read_disk(&dictionary([free, total.clone()])), Some(disk));
        assert_eq!(read_disk(&dictionary([total])), None);
    }

    #[test]
    fn refusals_have_their_own_codes() {
        let check = |error, code| assert_eq!(refused(error).code, code, "{error}");
        check("InvalidHostID", Code::NotTrusted);
        check("PairingDialogResponsePending", Code::NotTrusted);
        check("PasswordProtected", Code::Locked);
        check("SessionInactive", Code::Lockdown);
    }
}
