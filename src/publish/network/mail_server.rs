//! Gives mails to one server, each over a connection of its own, with one deadline for the whole exchange and bounded answers.
//! Knows step by step whether the server can have the mail. Builds no mail.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use lettre::Message;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, AsyncTokioStream, Certificate, TlsParameters,
};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_rustls::TlsConnector;

use crate::domain::config::outlet::{Outlet, Tls};
use crate::publish::network::http::shorten_answer;
use crate::publish::network::metered_stream::MeteredStream;
use crate::publish::network::own_runtime::OwnRuntime;
use crate::publish::outlet_adapter::{SendOutcome, SetupError};
use crate::publish::secret::Secret;

/// How long is waited for the answer to the goodbye: the mail has been taken by then.
const GOODBYE: Duration = Duration::from_millis(500);

/// How the connection is encrypted.
enum Encryption {
    None,
    /// From the first byte on.
    Whole(TlsConnector, ServerName<'static>),
    /// After `STARTTLS`, or not at all.
    Later(TlsParameters),
}

/// A server that takes mail.
pub struct MailServer {
    host: String,
    port: u16,
    encryption: Encryption,
    credentials: Option<Credentials>,
    /// For the whole exchange about one mail, from looking up the name to the last answer.
    limit: Duration,
    runtime: OwnRuntime,
}

/// What went wrong before the mail itself left.
enum Trouble {
    /// The connection, or an answer of the server.
    Smtp(SmtpError),
    Io(std::io::Error),
}

impl From<SmtpError> for Trouble {
    fn from(error: SmtpError) -> Self {
        Trouble::Smtp(error)
    }
}

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Self {
        Trouble::Io(error)
    }
}

impl MailServer {
    /// Reads where the server is and how it is reached; connects to nothing yet.
    ///
    /// # Errors
    /// When the address of the server or a certificate cannot be read.
    pub fn new(
        outlet: &Outlet,
        root: &Path,
        secret: Option<Secret>,
    ) -> Result<MailServer, SetupError> {
        let (host, port) = server_of(outlet)?;
        let seconds = outlet.timeout.map_or(30, |t| t.to_duration().num_seconds());
        let credentials = match (&outlet.user, &secret) {
            (Some(user), Some(secret)) => {
                Some(Credentials::new(user.clone(), secret.reveal().to_owned()))
            }
            _ => None,
        };
        Ok(MailServer {
            host: host.to_owned(),
            port,
            encryption: encryption_of(outlet, host, root)?,
            credentials,
            limit: Duration::from_secs(seconds.clamp(1, 600).unsigned_abs()),
            runtime: OwnRuntime::start_threads(0)?,
        })
    }

    /// Gives one mail to the server; there with `reference` when the server has taken it.
    pub fn give_mail(&self, mail: &Message, reference: String) -> SendOutcome {
        let ended = self.runtime.wait_for(self.run_exchange(mail, reference));
        ended.unwrap_or_else(|| SendOutcome::NotThere("it was not begun".into(), None))
    }

    async fn run_exchange(&self, mail: &Message, reference: String) -> SendOutcome {
        let deadline = Instant::now() + self.limit;
        let silent = format!("no answer within {} s", self.limit.as_secs());
        let mut server = match timeout_at(deadline, self.connect(deadline)).await {
            Ok(Ok(server)) => server,
            Ok(Err(trouble)) => return outcome_before(trouble, "no connection", true),
            Err(_) => return SendOutcome::Unreached(format!("no connection: {silent}")),
        };
        // Before its text has left, no server can deliver a mail.
        let bytes = mail.formatted();
        let options = match options_of(&server, mail, &bytes) {
            Ok(options) => options,
            Err(what) => return SendOutcome::Refused(what.to_owned()),
        };
        match timeout_at(deadline, announce_mail(&mut server, mail, options)).await {
            Ok(Ok(())) => {}
            Ok(Err(trouble)) => {
                let _ = timeout(GOODBYE, server.quit()).await;
                return outcome_before(trouble, "the line broke before it was sent", false);
            }
            Err(_) => return SendOutcome::Unreached(silent),
        }
        let look = "look there whether it arrived";
        match timeout_at(deadline, server.message(&bytes)).await {
            Ok(Ok(_)) => {
                let _ = timeout(GOODBYE, server.quit()).await;
                SendOutcome::There(Some(reference))
            }
            Ok(Err(e)) if e.is_permanent() => {
                SendOutcome::Refused(format!("the server refused it {}", said_by(&e)))
            }
            Ok(Err(e)) if e.is_transient() => {
                SendOutcome::NotThere(format!("the server put it off {}", said_by(&e)), None)
            }
            Ok(Err(e)) => SendOutcome::Unclear(format!(
                "the line broke while it was sent {}; {look}",
                said_by(&e)
            )),
            Err(_) => SendOutcome::Unanswered(format!("sent, and {silent}; {look}")),
        }
    }

    /// Connects, encrypts and logs in.
    async fn connect(&self, deadline: Instant) -> Result<AsyncSmtpConnection, Trouble> {
        let line = self.open_line(deadline).await?;
        let stream: Box<dyn AsyncTokioStream> = match &self.encryption {
            Encryption::Whole(connector, name) => {
                let line = connector.connect(name.clone(), line).await?;
                Box::new(MeteredStream::new(line))
            }
            Encryption::None | Encryption::Later(_) => Box::new(MeteredStream::new(line)),
        };
        let own_name = ClientId::default();
        let mut server = AsyncSmtpConnection::connect_with_transport(stream, &own_name).await?;
        if let Encryption::Later(parameters) = &self.encryption {
            server.starttls(parameters.clone(), &own_name).await?;
        }
        if let Some(credentials) = &self.credentials {
            server.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(server)
    }

    /// Tries the addresses of the host in turn: one that is dead leaves time for the others.
    async fn open_line(&self, deadline: Instant) -> Result<TcpStream, Trouble> {
        let found = tokio::net::lookup_host((self.host.as_str(), self.port)).await?;
        let addresses: Vec<_> = found.collect();
        let mut last = std::io::Error::from(std::io::ErrorKind::NotFound);
        for (i, address) in addresses.iter().enumerate() {
            let left = u32::try_from(addresses.len() - i).unwrap_or(1);
            let share = deadline.saturating_duration_since(Instant::now()) / left;
            match timeout(share, TcpStream::connect(address)).await {
                Ok(Ok(line)) => return Ok(line),
                Ok(Err(e)) => last = e,
                Err(_) => last = std::io::ErrorKind::TimedOut.into(),
            }
        }
        Err(last.into())
    }
}

/// What the server has to know of the mail; else why it can take none like it.
fn options_of(
    server: &AsyncSmtpConnection,
    mail: &Message,
    bytes: &[u8],
) -> Result<Vec<MailParameter>, &'static str> {
    let knows = |feature| server.server_info().supports_feature(feature);
    let mut options = Vec::new();
    let envelope = mail.envelope();
    let is_plain = |a: &lettre::Address| AsRef::<str>::as_ref(a).is_ascii();
    if !envelope
        .from()
        .into_iter()
        .chain(envelope.to())
        .all(is_plain)
    {
        if !knows(Extension::SmtpUtfEight) {
            return Err("an address has letters that the server does not take (SMTPUTF8)");
        }
        options.push(MailParameter::SmtpUtfEight);
    }
    if !bytes.is_ascii() {
        if !knows(Extension::EightBitMime) {
            return Err("the text has letters that the server does not take (8BITMIME)");
        }
        options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    Ok(options)
}

/// Says from whom and to whom the mail is, and that its text comes next.
async fn announce_mail(
    server: &mut AsyncSmtpConnection,
    mail: &Message,
    options: Vec<MailParameter>,
) -> Result<(), Trouble> {
    let envelope = mail.envelope();
    server
        .command(Mail::new(envelope.from().cloned(), options))
        .await?;
    for to in envelope.to() {
        server.command(Rcpt::new(to.clone(), Vec::new())).await?;
    }
    server.command(Data).await?;
    Ok(())
}

/// What it means when it went wrong before the text of the mail left: it is certainly not there.
fn outcome_before(trouble: Trouble, what: &str, is_connecting: bool) -> SendOutcome {
    match trouble {
        Trouble::Smtp(e) if e.is_permanent() && is_connecting => {
            SendOutcome::Refused(format!("the server does not let us in {}", said_by(&e)))
        }
        Trouble::Smtp(e) if e.is_permanent() => {
            SendOutcome::Refused(format!("the server refused it {}", said_by(&e)))
        }
        Trouble::Smtp(e) if e.is_transient() => {
            SendOutcome::NotThere(format!("the server put it off {}", said_by(&e)), None)
        }
        Trouble::Smtp(e) => SendOutcome::Unreached(format!("{what} {}", said_by(&e))),
        Trouble::Io(e) => SendOutcome::Unreached(format!("{what}: {e}")),
    }
}

/// What the server said, short enough for the record.
fn said_by(error: &SmtpError) -> String {
    shorten_answer(&error.to_string()).trim().to_owned()
}

/// The host and port of the mail server.
fn server_of(outlet: &Outlet) -> Result<(&str, u16), SetupError> {
    let server = outlet.server.as_deref().unwrap_or_default();
    let usual = if outlet.tls == Tls::Tls { 465 } else { 587 };
    let Some((host, port)) = server.rsplit_once(':') else {
        return Ok((server, usual));
    };
    let wrong = |_| SetupError::new(format!("`server`: \"{server}\" is no HOST:PORT"), "");
    Ok((host, port.parse().map_err(wrong)?))
}

/// How the connection is encrypted, with the certificates in the file `ca` as additional roots.
fn encryption_of(outlet: &Outlet, host: &str, root: &Path) -> Result<Encryption, SetupError> {
    let pem = match &outlet.ca {
        Some(file) => {
            let path = root.join(file);
            let wrong = |e| SetupError::new(format!("ca {}: {e}", path.display()), "");
            Some(std::fs::read(&path).map_err(wrong)?)
        }
        None => None,
    };
    let wrong = |e: String| match &outlet.ca {
        Some(file) => SetupError::new(format!("ca {}: {e}", root.join(file).display()), ""),
        None => SetupError::new(format!("TLS: {e}"), ""),
    };
    match outlet.tls {
        Tls::None => Ok(Encryption::None),
        Tls::Tls => whole_encryption(host, pem.as_deref()).map_err(wrong),
        Tls::Starttls => {
            let mut parameters = TlsParameters::builder(host.to_owned());
            if let Some(pem) = pem {
                let certificate = Certificate::from_pem(&pem).map_err(|e| wrong(e.to_string()))?;
                parameters = parameters.add_root_certificate(certificate);
            }
            let parameters = parameters
                .build_rustls()
                .map_err(|e| wrong(e.to_string()))?;
            Ok(Encryption::Later(parameters))
        }
    }
}

/// TLS from the first byte on. The stream has to be ours, so that its answers are bounded.
fn whole_encryption(host: &str, pem: Option<&[u8]>) -> Result<Encryption, String> {
    let mut roots = RootCertStore::empty();
    for certificate in rustls_native_certs::load_native_certs().certs {
        // Systems ship certificates that cannot be read; other programs skip them too.
        let _ = roots.add(certificate);
    }
    for certificate in CertificateDer::pem_slice_iter(pem.unwrap_or_default()) {
        let certificate = certificate.map_err(|e| e.to_string())?;
        roots.add(certificate).map_err(|e| e.to_string())?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| e.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(host.to_owned()).map_err(|e| e.to_string())?;
    Ok(Encryption::Whole(
        TlsConnector::from(Arc::new(config)),
        name,
    ))
}

#[cfg(test)]
#[path = "mail_server_tests.rs"]
mod mail_server_tests;
