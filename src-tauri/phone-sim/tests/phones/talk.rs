//! A client of lockdownd and of the services it starts, which knows the wire only.

use std::sync::Arc;

use plist::{Dictionary, Value as Plist};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::client::{Sim, within};

/// A stream on which length and plist go back and forth.
pub struct Talk<S> {
    pub stream: S,
}

/// Both versions that phones speak.
pub const VERSIONS: [&rustls::SupportedProtocolVersion; 2] =
    [&rustls::version::TLS12, &rustls::version::TLS13];

/// A request as it goes over the wire.
pub fn framed(request: &[(&str, Plist)]) -> Vec<u8> {
    let mut xml = Vec::new();
    dictionary(request).to_writer_xml(&mut xml).unwrap();
    with_length(xml)
}

/// The same request as a binary plist, as some clients write it.
pub fn framed_binary(request: &[(&str, Plist)]) -> Vec<u8> {
    let mut binary = Vec::new();
    dictionary(request).to_writer_binary(&mut binary).unwrap();
    with_length(binary)
}

fn dictionary(request: &[(&str, Plist)]) -> Plist {
    let pairs = request
        .iter()
        .map(|(key, value)| ((*key).to_owned(), value.clone()));
    Plist::Dictionary(pairs.collect::<Dictionary>())
}

fn with_length(body: Vec<u8>) -> Vec<u8> {
    let mut bytes = u32::try_from(body.len()).unwrap().to_be_bytes().to_vec();
    bytes.extend(body);
    bytes
}

impl<S: AsyncRead + AsyncWrite + Unpin> Talk<S> {
    pub async fn send(&mut self, request: &[(&str, Plist)]) {
        let bytes = framed(request);
        self.stream.write_all(&bytes).await.unwrap();
        self.stream.flush().await.unwrap();
    }

    /// The next answer; none when the stream ended.
    pub async fn receive(&mut self) -> Option<Dictionary> {
        within("an answer", async {
            let length = self.stream.read_u32().await.ok()?;
            let mut body = vec![0; length as usize];
            self.stream.read_exact(&mut body).await.ok()?;
            Plist::from_reader_xml(&body[..]).unwrap().into_dictionary()
        })
        .await
    }

    pub async fn ask(&mut self, request: &[(&str, Plist)]) -> Dictionary {
        self.send(request).await;
        self.receive().await.unwrap()
    }

    /// What the answer says: `Success`, or the error.
    pub async fn outcome(&mut self, request: &[(&str, Plist)]) -> String {
        let answer = self.ask(request).await;
        let told = answer.get("Error").or_else(|| answer.get("Result"));
        told.and_then(Plist::as_string).unwrap().to_owned()
    }

    /// A value, or the error there is instead.
    pub async fn value(&mut self, domain: &str, key: &str) -> Result<Plist, String> {
        let mut request = vec![("Request", "GetValue".into()), ("Key", key.into())];
        if !domain.is_empty() {
            request.push(("Domain", domain.into()));
        }
        let mut answer = self.ask(&request).await;
        assert_eq!(answer["Key"].as_string(), Some(key));
        match answer.remove("Error") {
            Some(error) => Err(error.into_string().unwrap()),
            None => Ok(answer.remove("Value").unwrap()),
        }
    }

    /// All values of a domain.
    pub async fn values(&mut self, domain: &str) -> Dictionary {
        let mut request = vec![("Request", "GetValue".into())];
        if !domain.is_empty() {
            request.push(("Domain", domain.into()));
        }
        let mut answer = self.ask(&request).await;
        answer.remove("Value").unwrap().into_dictionary().unwrap()
    }

    /// Starts a service; its port.
    pub async fn service(&mut self, name: &str) -> u16 {
        let start = [("Request", "StartService".into()), ("Service", name.into())];
        let answer = self.ask(&start).await;
        assert_eq!(answer["EnableServiceSSL"].as_boolean(), Some(true));
        assert_eq!(answer["Service"].as_string(), Some(name));
        let port = answer["Port"].as_unsigned_integer().unwrap();
        port.try_into().unwrap()
    }
}

impl Talk<UnixStream> {
    /// Starts a session as the computer of a record; with its id.
    pub async fn open(mut self, record: &Dictionary) -> (Talk<TlsStream<UnixStream>>, String) {
        let id = self.start_session(record).await;
        (self.encrypt(record, &VERSIONS).await.unwrap(), id)
    }

    /// Asks for a session; its id.
    pub async fn start_session(&mut self, record: &Dictionary) -> String {
        let start = [
            ("Request", "StartSession".into()),
            ("HostID", record["HostID"].clone()),
            ("SystemBUID", record["SystemBUID"].clone()),
        ];
        let answer = self.ask(&start).await;
        assert_eq!(answer["EnableSessionSSL"].as_boolean(), Some(true));
        answer["SessionID"].as_string().unwrap().to_owned()
    }

    /// Goes on in TLS, showing the record's certificate and wanting the phone's.
    pub async fn encrypt(
        self,
        record: &Dictionary,
        versions: &[&'static rustls::SupportedProtocolVersion],
    ) -> std::io::Result<Talk<TlsStream<UnixStream>>> {
        let certificate = |key: &str| {
            let pem = record[key].as_data().unwrap();
            CertificateDer::from_pem_slice(pem).unwrap()
        };
        let key = record["HostPrivateKey"].as_data().unwrap();
        let provider = Arc::new(ring::default_provider());
        let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(versions)
            .unwrap()
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(ThisPhone(certificate("DeviceCertificate"))))
            .with_client_auth_cert(
                vec![certificate("HostCertificate")],
                PrivateKeyDer::from_pem_slice(key).unwrap(),
            )
            .unwrap();
        let name = ServerName::try_from("phone").unwrap();
        let shaken = TlsConnector::from(Arc::new(config)).connect(name, self.stream);
        let stream = within("a handshake", shaken).await?;
        Ok(Talk { stream })
    }
}

impl Sim {
    /// A client of a service of phone `number`.
    pub async fn service(&self, number: u16, name: &str) -> Talk<TlsStream<UnixStream>> {
        let record = self.record(number).await;
        let port = self.session(number).await.service(name).await;
        let mut mux = self.mux().await;
        assert_eq!(mux.join(number, port).await, 0);
        let talk = Talk { stream: mux.stream };
        talk.encrypt(&record, &VERSIONS).await.unwrap()
    }
}

/// Takes this certificate and no other, and its signatures for what they are.
#[derive(Debug)]
struct ThisPhone(CertificateDer<'static>);

impl ServerCertVerifier for ThisPhone {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        assert_eq!(&self.0, shown, "the phone of the record");
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = ring::default_provider().signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, shown, signed, &algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = ring::default_provider().signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, shown, signed, &algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let algorithms = ring::default_provider().signature_verification_algorithms;
        algorithms.supported_schemes()
    }
}
