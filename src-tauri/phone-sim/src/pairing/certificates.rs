//! RSA keys and the certificates of a pairing: a root of the computer, one for the computer and
//! one for the phone, both signed by the root. All names in them are empty, as in real ones.

use getrandom::SysRng;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    PKCS_RSA_SHA256, SerialNumber, date_time_ymd,
};
use rsa::PrivateKey;
use rsa::pkcs1::{DecodeRsaPrivateKey, EncodeRsaPrivateKey, EncodeRsaPublicKey, LineEnding};
use rsa::pkcs8::EncodePrivateKey;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// The length of every key. Clients accept RSA only: one of them reads no other kind.
const KEY_BITS: usize = 2048;

/// Why keys or certificates could not be made or read.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// A key could not be made or is none.
    #[error("a key cannot be used: {0}")]
    Key(String),
    /// A certificate could not be made or is none.
    #[error("a certificate cannot be used: {0}")]
    Certificate(String),
}

fn key_error(error: impl std::fmt::Display) -> CertificateError {
    CertificateError::Key(error.to_string())
}

fn certificate_error(error: impl std::fmt::Display) -> CertificateError {
    CertificateError::Certificate(error.to_string())
}

/// An RSA key.
#[derive(Clone)]
pub struct Key(PrivateKey);

impl Key {
    /// A new key; takes some tens of milliseconds.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn make() -> Result<Key, CertificateError> {
        PrivateKey::new(&mut SysRng, KEY_BITS)
            .map(Key)
            .map_err(key_error)
    }

    /// Reads what [`Key::pem`] wrote.
    ///
    /// # Errors
    /// When it is no such key.
    pub fn read(pem: &[u8]) -> Result<Key, CertificateError> {
        let text = std::str::from_utf8(pem).map_err(key_error)?;
        PrivateKey::from_pkcs1_pem(text).map(Key).map_err(key_error)
    }

    /// As PKCS #1, the form that stands in a Mac's pair records.
    ///
    /// # Errors
    /// When it cannot be written down.
    pub fn pem(&self) -> Result<Vec<u8>, CertificateError> {
        let pem = self.0.to_pkcs1_pem(LineEnding::LF).map_err(key_error)?;
        Ok(pem.as_bytes().to_vec())
    }

    /// The public half as PKCS #1: what lockdownd calls DevicePublicKey.
    ///
    /// # Errors
    /// When it cannot be written down.
    pub fn public_pem(&self) -> Result<Vec<u8>, CertificateError> {
        let pem = self.0.as_public_key().to_pkcs1_pem(LineEnding::LF);
        Ok(pem.map_err(key_error)?.into_bytes())
    }

    /// For the TLS server.
    ///
    /// # Errors
    /// When it cannot be written down.
    pub fn for_tls(&self) -> Result<PrivateKeyDer<'static>, CertificateError> {
        Ok(PrivateKeyDer::Pkcs8(self.pkcs8()?))
    }

    fn pkcs8(&self) -> Result<PrivatePkcs8KeyDer<'static>, CertificateError> {
        let der = self.0.to_pkcs8_der().map_err(key_error)?;
        Ok(PrivatePkcs8KeyDer::from(der.as_bytes().to_vec()))
    }

    fn for_signing(&self) -> Result<KeyPair, CertificateError> {
        KeyPair::from_pkcs8_der_and_sign_algo(&self.pkcs8()?, &PKCS_RSA_SHA256).map_err(key_error)
    }
}

/// The three certificates of a pairing, as PEM.
pub struct Chain {
    /// Of the computer's root; signs itself.
    pub root: Vec<u8>,
    /// Of the computer.
    pub host: Vec<u8>,
    /// Of the phone.
    pub device: Vec<u8>,
}

impl Chain {
    /// Certificates that no other pairing has, even with the same keys.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn make(root: &Key, host: &Key, device: &Key) -> Result<Chain, CertificateError> {
        let root = root.for_signing()?;
        let ca = params(true)?;
        let root_certificate = ca.self_signed(&root).map_err(certificate_error)?;
        let issuer = Issuer::from_params(&ca, &root);
        let signed = |key: &Key| {
            let certificate = params(false)?.signed_by(&key.for_signing()?, &issuer);
            let certificate = certificate.map_err(certificate_error)?;
            Ok(certificate.pem().into_bytes())
        };
        Ok(Chain {
            root: root_certificate.pem().into_bytes(),
            host: signed(host)?,
            device: signed(device)?,
        })
    }
}

fn params(ca: bool) -> Result<CertificateParams, CertificateError> {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    // A phone's clock may be wrong; the dates are wide enough for any.
    params.not_before = date_time_ymd(2014, 1, 1);
    params.not_after = date_time_ymd(2049, 1, 1);
    let mut serial = [0_u8; 16];
    getrandom::fill(&mut serial).map_err(certificate_error)?;
    // A serial number is positive and does not begin with zero.
    serial[0] = serial[0] & 0x3f | 0x40;
    params.serial_number = Some(SerialNumber::from(serial.to_vec()));
    if ca {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    } else {
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![
            KeyUsagePurpose::DigitalSignature,
            KeyUsagePurpose::KeyEncipherment,
        ];
    }
    Ok(params)
}

/// Reads a certificate from PEM.
///
/// # Errors
/// When there is none.
pub fn read_certificate(pem: &[u8]) -> Result<CertificateDer<'static>, CertificateError> {
    CertificateDer::from_pem_slice(pem).map_err(certificate_error)
}
