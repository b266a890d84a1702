//! Who touches phones on the loop's orders, and how what comes of it gets back.
//!
//! The loop carries out effects through this port and knows no phone itself. The product has one
//! kind of hands, the drivers of real and simulated iPhones; the benchmark of the loop brings its
//! own, that have nothing to do.

use signalbox_automation::{Job, Outcome};
use signalbox_phone::Udid;
use signalbox_scheduler::{AttemptNo, CheckNo, Ending, PhoneNo};
use tokio::sync::{mpsc, oneshot};

use super::message::{Message, PhoneNews};
use super::visits::Visiting;
use crate::store::phones::PhoneRow;

/// Carries out what was committed. Calls come from the loop's thread and must not block it; what
/// comes of them is told to the [`Inbox`], each attempt's news in order and its end last.
pub trait Hands: Send {
    /// Begins these attempts, each on its phone.
    fn run(&mut self, attempts: Vec<Begun>);

    /// The attempt is to end at its next safe point.
    fn stop_safely(&mut self, attempt: AttemptNo);

    /// Nothing more goes out to the phone, and what is under way on it is cut off (R4).
    fn stop(&mut self, attempt: AttemptNo, no: PhoneNo, phone: &Udid);

    /// The phone is to prove itself quiet under this number (R5).
    fn check(&mut self, check: CheckNo, no: PhoneNo, phone: &Udid);

    /// The phone is to be looked at, and to prove itself quiet after it.
    fn visit(&mut self, visiting: Visiting);

    /// The check or look under way on the phone is given up: no further call goes out for it.
    fn halt_check(&mut self, no: PhoneNo);

    /// Nothing is said to the phone any more, or to any: also no look how it is. Hands begin so for
    /// all phones.
    fn hush(&mut self, phone: Option<&Udid>);

    /// That is over, for the phone or for all of them.
    fn unhush(&mut self, phone: Option<&Udid>);

    /// The attempt's end is durable; nothing more is told of it.
    fn forget(&mut self, attempt: AttemptNo);

    /// Every attempt is to end at its next safe point.
    fn stop_all_safely(&mut self);

    /// No further call goes out to any phone.
    fn stop_all(&mut self);
}

/// An attempt that begins.
#[derive(Debug, Clone)]
pub struct Begun {
    /// Its number.
    pub attempt: AttemptNo,
    /// Its phone.
    pub phone: Udid,
    /// What it is to do.
    pub job: Job,
}

/// The way into the loop.
#[derive(Debug, Clone)]
pub struct Inbox(pub(crate) mpsc::Sender<Message>);

impl Inbox {
    /// The phone can take a task.
    pub async fn ready(&self, row: PhoneRow) {
        let udid = row.udid.clone();
        let (seen, ready) = (PhoneNews::Seen, PhoneNews::Ready(row));
        for news in [seen, ready] {
            let udid = udid.clone();
            let _ = self.0.send(Message::Phone { udid, news }).await;
        }
    }

    /// A step of an attempt has an outcome. The receiver hears when that is durable.
    pub async fn outcome(
        &self,
        attempt: AttemptNo,
        step: u16,
        outcome: Outcome,
    ) -> oneshot::Receiver<()> {
        let (reply, durable) = oneshot::channel();
        let message = Message::Outcome {
            attempt,
            step,
            outcome,
            reply,
        };
        let _ = self.0.send(message).await;
        durable
    }

    /// An attempt ended with nothing in flight.
    pub async fn ended(&self, attempt: AttemptNo, ending: Ending) {
        let message = Message::Ended {
            attempt,
            ending,
            error: None,
            missing: None,
        };
        let _ = self.0.send(message).await;
    }
}
