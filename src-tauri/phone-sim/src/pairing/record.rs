//! A computer that a phone trusts, and how it introduces itself in a pair record.

use plist::{Dictionary, Value};

use super::certificates::read_certificate;

/// A computer that a phone trusts.
#[derive(Clone, PartialEq, Eq)]
pub struct Host {
    /// What it calls itself.
    pub id: String,
    /// Its root's certificate, PEM.
    pub root: Vec<u8>,
    /// Its own certificate, PEM.
    pub host: Vec<u8>,
    /// The phone's certificate, signed by the root, PEM.
    pub device: Vec<u8>,
    /// What opens services while the phone is locked.
    pub escrow_bag: Vec<u8>,
}

/// What is wrong with a record.
#[derive(Debug, PartialEq, Eq)]
pub enum HostError {
    /// There is no HostID.
    NoHostId,
    /// A certificate is missing, or none.
    Certificate,
}

impl Host {
    /// Reads a pair record as a computer sends it.
    ///
    /// # Errors
    /// See [`HostError`].
    pub fn read(record: &Dictionary) -> Result<Host, HostError> {
        let id = record.get("HostID").and_then(Value::as_string);
        let id = id.filter(|id| !id.is_empty() && id.len() <= 200);
        let certificate = |key: &str| {
            let pem = record.get(key).and_then(Value::as_data);
            let pem = pem.filter(|pem| read_certificate(pem).is_ok());
            pem.map(<[u8]>::to_vec).ok_or(HostError::Certificate)
        };
        let escrow_bag = record.get("EscrowBag").and_then(Value::as_data);
        Ok(Host {
            id: id.ok_or(HostError::NoHostId)?.to_owned(),
            root: certificate("RootCertificate")?,
            host: certificate("HostCertificate")?,
            device: certificate("DeviceCertificate")?,
            escrow_bag: escrow_bag.unwrap_or_default().to_vec(),
        })
    }

    /// What [`Host::read`] reads.
    #[must_use]
    pub fn page(&self) -> Value {
        let pairs = [
            ("HostID", Value::from(self.id.as_str())),
            ("RootCertificate", Value::Data(self.root.clone())),
            ("HostCertificate", Value::Data(self.host.clone())),
            ("DeviceCertificate", Value::Data(self.device.clone())),
            ("EscrowBag", Value::Data(self.escrow_bag.clone())),
        ];
        let pairs = pairs.map(|(key, value)| (key.to_owned(), value));
        Value::Dictionary(pairs.into_iter().collect())
    }

    /// Whether a record introduces this very computer.
    #[must_use]
    pub fn is(&self, other: &Host) -> bool {
        self.id == other.id && self.root == other.root && self.host == other.host
    }
}
