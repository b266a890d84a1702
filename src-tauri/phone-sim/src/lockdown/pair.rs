//! Pair, ValidatePair and Unpair: how a phone comes to trust a computer.

use plist::{Dictionary, Value};

use super::{Talk, failed, frame};
use crate::pairing::{Host, HostError, random};
use crate::scenario::Trust;

impl Talk {
    pub(super) async fn pair_request(
        &self,
        name: &str,
        request: &Dictionary,
    ) -> Result<Dictionary, &'static str> {
        let record = request.get("PairRecord").and_then(Value::as_dictionary);
        let record = record.ok_or("MissingPairRecord")?;
        match name {
            "Unpair" => self.unpair(record).await,
            "ValidatePair" => {
                let host = read(record)?;
                let trusted = self.trusted().await?.into_iter().find(|it| it.is(&host));
                let host = trusted.ok_or("InvalidHostID")?;
                self.unlocked()?;
                Ok(escrow(&host))
            }
            _ => self.pair(read(record)?).await,
        }
    }

    async fn trusted(&self) -> Result<Vec<Host>, &'static str> {
        Ok(self.pairing().await.map_err(failed)?.hosts)
    }

    fn unlocked(&self) -> Result<(), &'static str> {
        if self.phone().passcode_locked() {
            return Err("PasswordProtected");
        }
        Ok(())
    }

    async fn pair(&self, mut host: Host) -> Result<Dictionary, &'static str> {
        // A computer that is trusted already is not asked about again.
        let known = self.trusted().await?.into_iter().find(|it| it.is(&host));
        if let Some(known) = known {
            return Ok(escrow(&known));
        }
        self.unlocked()?;
        match self.phone().state().trust {
            Trust::Pending => return Err("PairingDialogResponsePending"),
            Trust::Denied => return Err("UserDeniedPairing"),
            Trust::Paired | Trust::Forgotten | Trust::Unpaired => {}
        }
        host.escrow_bag = random::<32>().map_err(failed)?.to_vec();
        let answer = escrow(&host);
        let kept = self.with_pairings(move |fleet, phone| {
            fleet.pairings.change(phone, |pairing| {
                pairing.hosts.retain(|known| known.id != host.id);
                pairing.hosts.push(host);
            })
        });
        kept.await.map_err(failed)?;
        Ok(answer)
    }

    async fn unpair(&self, record: &Dictionary) -> Result<Dictionary, &'static str> {
        let id = record.get("HostID").and_then(Value::as_string);
        let id = id.ok_or("MissingHostID")?.to_owned();
        if self.trusted().await?.iter().all(|known| known.id != id) {
            return Err("InvalidHostID");
        }
        let kept = self.with_pairings(move |fleet, phone| {
            let forget = |host: &Host| host.id != id;
            fleet
                .pairings
                .change(phone, |pairing| pairing.hosts.retain(forget))
        });
        kept.await.map_err(failed)?;
        Ok(Dictionary::new())
    }
}

fn read(record: &Dictionary) -> Result<Host, &'static str> {
    Host::read(record).map_err(|wrong| match wrong {
        HostError::NoHostId => "MissingHostID",
        HostError::Certificate => "InvalidPairRecord",
    })
}

fn escrow(host: &Host) -> Dictionary {
    frame::dictionary([("EscrowBag", Value::Data(host.escrow_bag.clone()))])
}
