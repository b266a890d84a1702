//! TLS on a stream that is already open: the phone is the server, and knows its client by the
//! certificates it was paired with, not by a chain.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{
    CertificateError as Refusal, DigitallySignedStruct, DistinguishedName, Error as TlsError,
    ServerConfig, SignatureScheme,
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::mux::Stream;
use crate::pairing::Host;
use crate::pairing::certificates::{CertificateError, Key, read_certificate};

/// How long a client may take over the handshake.
const HANDSHAKE: Duration = Duration::from_secs(30);
/// The header of a TLS record: kind, version, length.
const HEADER: usize = 5;

/// The first byte of a TLS record.
#[must_use]
pub fn begins_record(byte: u8) -> bool {
    (20..=24).contains(&byte)
}

/// What the phone needs to speak TLS with a computer it trusts.
///
/// # Errors
/// When the certificates the computer paired with cannot be used.
pub fn config(device_key: &Key, host: &Host) -> Result<Arc<ServerConfig>, CertificateError> {
    let provider = Arc::new(ring::default_provider());
    let wrong = |error: TlsError| CertificateError::Certificate(error.to_string());
    let key = provider
        .key_provider
        .load_private_key(device_key.for_tls()?);
    let chain = vec![read_certificate(&host.device)?];
    let shown = CertifiedKey::new(chain, key.map_err(wrong)?);
    let verifier = Known {
        certificates: [read_certificate(&host.host)?, read_certificate(&host.root)?],
        provider: Arc::clone(&provider),
    };
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(wrong)?
        .with_client_cert_verifier(Arc::new(verifier))
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(shown)));
    // Nobody resumes, and what follows TLS on this stream must not find tickets before it.
    config.send_tls13_tickets = 0;
    Ok(Arc::new(config))
}

/// Shakes hands; none when the client is not the computer of the configuration.
pub async fn accept<S: Stream>(
    stream: S,
    config: Arc<ServerConfig>,
) -> Option<TlsStream<Records<S>>> {
    let shaken = TlsAcceptor::from(config).accept(Records::new(stream));
    match tokio::time::timeout(HANDSHAKE, shaken).await {
        Ok(Ok(stream)) => Some(stream),
        Ok(Err(error)) => {
            tracing::debug!(%error, "a client failed the handshake");
            None
        }
        Err(_) => None,
    }
}

/// Lets in whoever shows (and has the key of) a certificate of the pairing. A computer shows its
/// own or its root's; neither has a name, so there is no chain to follow.
#[derive(Debug)]
struct Known {
    certificates: [CertificateDer<'static>; 2],
    provider: Arc<CryptoProvider>,
}

impl ClientCertVerifier for Known {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, TlsError> {
        if self.certificates.iter().any(|known| known == end_entity) {
            return Ok(ClientCertVerified::assertion());
        }
        let refusal = Refusal::ApplicationVerificationFailure;
        Err(TlsError::InvalidCertificate(refusal))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let algorithms = self.provider.signature_verification_algorithms;
        algorithms.supported_schemes()
    }
}

/// Reads at most one TLS record at a time and never shuts the stream below, so that it can go on
/// in clear text right behind the last record.
pub struct Records<S> {
    stream: S,
    header: [u8; HEADER],
    /// Of the header, how much was read.
    read: usize,
    /// Of the header, how much was handed on.
    told: usize,
    /// Of the body, what is still to come.
    left: usize,
}

impl<S> Records<S> {
    fn new(stream: S) -> Records<S> {
        Records {
            stream,
            header: [0; HEADER],
            read: 0,
            told: 0,
            left: 0,
        }
    }

    /// The stream below, right behind the last record that was read.
    pub fn into_inner(self) -> S {
        self.stream
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Records<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        while this.read < HEADER {
            let mut rest = ReadBuf::new(&mut this.header[this.read..]);
            ready!(Pin::new(&mut this.stream).poll_read(context, &mut rest))?;
            match rest.filled().len() {
                0 => return Poll::Ready(Ok(())),
                count => this.read += count,
            }
            if this.read == HEADER {
                this.left = usize::from(u16::from_be_bytes([this.header[3], this.header[4]]));
            }
        }
        if this.told < HEADER {
            let count = (HEADER - this.told).min(out.remaining());
            out.put_slice(&this.header[this.told..this.told + count]);
            this.told += count;
        } else {
            let room = this.left.min(out.remaining());
            let mut part = ReadBuf::new(out.initialize_unfilled_to(room));
            ready!(Pin::new(&mut this.stream).poll_read(context, &mut part))?;
            let count = part.filled().len();
            out.advance(count);
            this.left -= count;
        }
        if this.told == HEADER && this.left == 0 {
            (this.read, this.told) = (0, 0);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Records<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(context)
    }
}
