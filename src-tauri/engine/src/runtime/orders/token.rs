//! Orders about the token of the HTTP API. Its value is no business of the loop, or of the audit.

use serde_json::{Value, json};

use super::{Carried, Operator, Order, Taken};
use crate::runtime::turn::Turn;
use crate::store::audit::{Entry, Subject};

/// A new token takes the place of the one there was.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RotateToken;

impl Order for RotateToken {
    type Done = ();

    fn take(&self, _turn: &mut Turn<'_>, _by: &Operator) -> Taken<()> {
        let after = json!({ "rotated": true });
        let entry = Entry::new("token.rotate", Subject::system(), Value::Null, after);
        Ok(Ok(Carried::new((), entry)))
    }
}
