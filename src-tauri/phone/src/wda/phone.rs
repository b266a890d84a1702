//! The [`Phone`] trait over a WebDriverAgent session.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::command::{Command, GAP, drag, locator, taps};
use super::element::{Frame, Named, as_text, odd};
use super::session::{self, SessionId, is_plain_id};
use super::{StopSwitch, Wda};
use crate::error::{Code, PhoneError, Sent};
use crate::limits::ELEMENTS_MAX;
use crate::mux::{Link, Muxer};
use crate::screen::{App, AppState, By, Element, Phone, Point, Rect, Size};
use crate::udid::Udid;

/// Attributes that the source is asked to leave out: nobody reads them, and the phone works out
/// each of them for each element of the screen.
const UNREAD: &str = "accessible,index,traits";

/// A phone with a session of its own.
///
/// Clones share the stream, the session and the stop switch. Dropping the last one closes the
/// stream and leaves the session on the phone; [`WdaPhone::close`] ends it in good order.
#[derive(Debug, Clone)]
pub struct WdaPhone {
    wda: Arc<Wda>,
    session: Arc<Mutex<SessionId>>,
}

impl WdaPhone {
    /// Makes a session over a link; whoever had one on that phone loses it.
    ///
    /// # Errors
    /// As every call; [`Sent::NotSent`] if the phone was never reached.
    pub async fn open(muxer: &Muxer, link: Link, stop: StopSwitch) -> Result<Self, PhoneError> {
        Self::on(Arc::new(Wda::new(muxer.clone(), link, stop))).await
    }

    /// Makes a session with a client that is there already.
    pub(crate) async fn on(wda: Arc<Wda>) -> Result<Self, PhoneError> {
        let session = session::create(&wda).await?;
        Ok(Self {
            wda,
            session: Arc::new(Mutex::new(session)),
        })
    }

    /// The client below.
    pub(crate) fn wda(&self) -> &Wda {
        &self.wda
    }

    /// The session in use. Keep it: the quiet check wants to know it after a crash.
    pub fn session(&self) -> SessionId {
        self.session
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Makes a new session in place of one that was lost ([`Code::InvalidSession`]) and gives its
    /// id. Elements of the old one are void. Whether to go on is for the caller to decide, at a
    /// step's boundary, and once.
    ///
    /// # Errors
    /// As [`WdaPhone::open`].
    pub async fn renew(&self) -> Result<SessionId, PhoneError> {
        let session = session::create(&self.wda).await?;
        *self.session.lock().unwrap_or_else(PoisonError::into_inner) = session.clone();
        Ok(session)
    }

    /// Throws the stop switch: no new call goes out, and what is in flight ends as unknown.
    pub fn halt(&self) {
        self.wda.stop().halt();
    }

    /// The stop switch, to be thrown from elsewhere.
    pub fn stop_switch(&self) -> StopSwitch {
        self.wda.stop().clone()
    }

    /// Ends the session in good order and closes the stream. The app is left as it is.
    ///
    /// # Errors
    /// The phone did not say that the session is gone; the stream is closed all the same.
    pub async fn close(self) -> Result<(), PhoneError> {
        let session = self.session();
        let done = session::delete(&self.wda, &session).await;
        self.halt();
        done
    }

    async fn look<T: DeserializeOwned>(&self, path: &str) -> Result<T, PhoneError> {
        self.wda.call(Command::look(&self.session(), path)).await
    }

    async fn act(&self, path: &str, body: Value) -> Result<(), PhoneError> {
        self.wda
            .call(Command::act(&self.session(), path, body))
            .await
    }

    async fn act_on(&self, element: &Element, verb: &str, body: Value) -> Result<(), PhoneError> {
        let id = plain(element)?;
        self.act(&format!("/element/{id}/{verb}"), body).await
    }

    async fn search<T: DeserializeOwned>(&self, path: &str, by: &By) -> Result<T, PhoneError> {
        let command = Command::look_for(&self.session(), path, locator(by));
        self.wda.call(command).await
    }
}

#[derive(Deserialize)]
struct Extent {
    width: f64,
    height: f64,
}

#[derive(Deserialize)]
struct Front {
    pid: i64,
    #[serde(rename = "bundleId")]
    bundle_id: String,
}

/// The id, if it may stand in a path; callers can only hold such, but a typo must not become
/// another request.
fn plain(element: &Element) -> Result<&str, PhoneError> {
    match is_plain_id(&element.id) {
        true => Ok(&element.id),
        false => Err(PhoneError::new(
            Code::InvalidArgument,
            Sent::NotSent,
            "the element has no usable id; it was not asked for",
        )),
    }
}

impl Phone for WdaPhone {
    fn udid(&self) -> &Udid {
        &self.wda.link().udid
    }

    async fn source(&self) -> Result<String, PhoneError> {
        let path = format!("/source?format=xml&excluded_attributes={UNREAD}");
        let command = Command::look(&self.session(), &path).of_the_screen();
        self.wda.call(command).await
    }

    async fn find(&self, by: &By) -> Result<Element, PhoneError> {
        let named: Named = self.search("/element", by).await?;
        named.try_into()
    }

    async fn find_all(&self, by: &By) -> Result<Vec<Element>, PhoneError> {
        let named: Vec<Named> = self.search("/elements", by).await?;
        if named.len() > ELEMENTS_MAX {
            return Err(odd("more elements than a screen can hold"));
        }
        named.into_iter().map(Element::try_from).collect()
    }

    async fn find_in(&self, parent: &Element, by: &By) -> Result<Element, PhoneError> {
        let path = format!("/element/{}/element", plain(parent)?);
        let named: Named = self.search(&path, by).await?;
        named.try_into()
    }

    async fn attribute(&self, element: &Element, name: &str) -> Result<Option<String>, PhoneError> {
        let id = plain(element)?;
        if !is_plain_id(name) {
            return Err(PhoneError::new(
                Code::InvalidArgument,
                Sent::NotSent,
                "that is no name of an attribute",
            ));
        }
        as_text(
            self.look(&format!("/element/{id}/attribute/{name}"))
                .await?,
        )
    }

    async fn rect(&self, element: &Element) -> Result<Rect, PhoneError> {
        let id = plain(element)?;
        let frame: Frame = self.look(&format!("/element/{id}/rect")).await?;
        Ok(frame.into())
    }

    async fn click(&self, element: &Element) -> Result<(), PhoneError> {
        self.act_on(element, "click", json!({})).await
    }

    async fn double_tap(&self, element: &Element) -> Result<(), PhoneError> {
        let path = format!("/wda/element/{}/doubleTap", plain(element)?);
        self.act(&path, json!({})).await
    }

    async fn tap_at(&self, at: Point, times: u8, each: Duration) -> Result<(), PhoneError> {
        let command = Command::act(&self.session(), "/actions", taps(at, times, each));
        let lasting = (each + GAP).saturating_mul(u32::from(times));
        self.wda.call(command.lasting(lasting)).await
    }

    async fn active_element(&self) -> Result<Option<Element>, PhoneError> {
        match self.look::<Named>("/element/active").await {
            Ok(named) => named.try_into().map(Some),
            Err(error) if error.code == Code::NoSuchElement => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn press_keys(&self, keys: &str) -> Result<(), PhoneError> {
        let keys: Vec<String> = keys.chars().map(String::from).collect();
        self.act("/wda/keys", json!({ "value": keys })).await
    }

    async fn hide_keyboard(&self) -> Result<(), PhoneError> {
        self.act("/wda/keyboard/dismiss", json!({})).await
    }

    async fn press_button(&self, name: &str) -> Result<(), PhoneError> {
        self.act("/wda/pressButton", json!({ "name": name })).await
    }

    async fn type_text(&self, element: &Element, text: &str) -> Result<(), PhoneError> {
        let keys: Vec<String> = text.chars().map(String::from).collect();
        self.act_on(element, "value", json!({ "value": keys }))
            .await
    }

    async fn clear(&self, element: &Element) -> Result<(), PhoneError> {
        self.act_on(element, "clear", json!({})).await
    }

    async fn swipe(&self, from: Point, to: Point, time: Duration) -> Result<(), PhoneError> {
        let command = Command::act(&self.session(), "/actions", drag(from, to, time));
        self.wda.call(command.lasting(time)).await
    }

    async fn window_size(&self) -> Result<Size, PhoneError> {
        let extent: Extent = self.look("/window/size").await?;
        Ok(Size {
            width: extent.width,
            height: extent.height,
        })
    }

    async fn alert_text(&self) -> Result<Option<String>, PhoneError> {
        match self.look("/alert/text").await {
            Ok(text) => as_text(text),
            Err(error) if error.code == Code::NoSuchAlert => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn alert_buttons(&self) -> Result<Vec<String>, PhoneError> {
        self.look("/wda/alert/buttons").await
    }

    async fn alert_press(&self, button: &str) -> Result<(), PhoneError> {
        self.act("/alert/accept", json!({ "name": button })).await
    }

    async fn active_app(&self) -> Result<App, PhoneError> {
        let front: Front = self.look("/wda/activeAppInfo").await?;
        Ok(App {
            bundle_id: front.bundle_id,
            pid: front.pid,
        })
    }

    async fn launch(&self, bundle_id: &str) -> Result<(), PhoneError> {
        let body = json!({ "bundleId": bundle_id, "arguments": [], "environment": {},
            "shouldWaitForQuiescence": false });
        self.act("/wda/apps/launch", body).await
    }

    async fn activate(&self, bundle_id: &str) -> Result<(), PhoneError> {
        self.act("/wda/apps/activate", json!({ "bundleId": bundle_id }))
            .await
    }

    async fn terminate(&self, bundle_id: &str) -> Result<bool, PhoneError> {
        let body = json!({ "bundleId": bundle_id });
        let command = Command::act(&self.session(), "/wda/apps/terminate", body);
        self.wda.call(command).await
    }

    async fn app_state(&self, bundle_id: &str) -> Result<AppState, PhoneError> {
        let body = json!({ "bundleId": bundle_id });
        let command = Command::look_for(&self.session(), "/wda/apps/state", body);
        let state: i64 = self.wda.call(command).await?;
        Ok(match state {
            1 => AppState::NotRunning,
            2 => AppState::Suspended,
            3 => AppState::Background,
            4 => AppState::Foreground,
            _ => AppState::Unknown,
        })
    }

    async fn open_url(&self, url: &str) -> Result<(), PhoneError> {
        self.act("/url", json!({ "url": url })).await
    }

    async fn screenshot(&self) -> Result<Vec<u8>, PhoneError> {
        picture(&self.wda, Command::look(&self.session(), "/screenshot")).await
    }
}

/// A picture that WebDriverAgent answers.
pub(crate) async fn picture(wda: &Wda, command: Command) -> Result<Vec<u8>, PhoneError> {
    let mut text: String = wda.call(command.of_the_screen()).await?;
    // WebDriverAgent breaks the lines of what it encodes.
    text.retain(|c| !c.is_ascii_whitespace());
    STANDARD
        .decode(text)
        .map_err(|_| odd("a picture that is not base64"))
}
