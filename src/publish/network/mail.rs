//! Sends mail: plain text and HTML in one or several languages, with headers that keep an incident in one thread and tell
//! autoresponders not to answer. Writes no texts of its own.

use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls as Mode, TlsParameters};
use lettre::{Message, SmtpTransport, Transport};
use quick_xml::escape::partial_escape;
use thiserror::Error;

use crate::domain::base::lang::Lang;
use crate::domain::config::outlet::{Outlet, Tls};
use crate::publish::message::OutletMessage;
use crate::publish::outlet_adapter::{OutletAdapter, SendOutcome, SetupError};
use crate::publish::secret::Secret;

/// What in a message cannot be put into a mail.
#[derive(Debug, Error)]
pub enum MailFault {
    #[error("the address in the list is none")]
    NoAddress,
    #[error(transparent)]
    Unwritable(#[from] lettre::error::Error),
}

/// The adapter of a mail outlet.
pub struct MailAdapter {
    transport: SmtpTransport,
    from: Mailbox,
    to: Vec<Mailbox>,
    reply_to: Option<Mailbox>,
    unsubscribe: Option<String>,
    domain: String,
    /// Held while one message is sent: the connection is tested right before, and another thread must not use it in between.
    checked: Mutex<()>,
}

macro_rules! header {
    ($name:ident, $text:literal) => {
        #[derive(Debug, Clone)]
        struct $name(String);

        impl Header for $name {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($text)
            }
            fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
                Ok($name(text.to_owned()))
            }
            fn display(&self) -> HeaderValue {
                HeaderValue::new(Self::name(), self.0.clone())
            }
        }
    };
}

header!(AutoSubmitted, "Auto-Submitted");
header!(ListUnsubscribe, "List-Unsubscribe");
header!(ContentLanguage, "Content-Language");
header!(Precedence, "Precedence");

impl MailAdapter {
    /// Builds the adapter; connects to nothing yet.
    ///
    /// # Errors
    /// When an address cannot be read, or TLS cannot be set up.
    pub fn new(
        outlet: &Outlet,
        root: &Path,
        secret: Option<Secret>,
    ) -> Result<MailAdapter, SetupError> {
        let (host, port) = server_of(outlet)?;
        let mode = tls_of(outlet, host, root)?;
        let seconds = outlet.timeout.map_or(30, |t| t.to_duration().num_seconds());
        let mut builder = SmtpTransport::builder_dangerous(host)
            .port(port)
            .tls(mode)
            .timeout(Some(Duration::from_secs(
                seconds.clamp(1, 600).unsigned_abs(),
            )));
        if let (Some(user), Some(secret)) = (&outlet.user, &secret) {
            builder =
                builder.credentials(Credentials::new(user.clone(), secret.reveal().to_owned()));
        }
        let from = parse_address("from", outlet.from.as_deref().unwrap_or_default())?;
        let domain = from.email.domain().to_owned();
        let to = outlet
            .to
            .iter()
            .map(|t| parse_address("to", t))
            .collect::<Result<_, _>>()?;
        Ok(MailAdapter {
            transport: builder.build(),
            from,
            to,
            reply_to: outlet
                .reply_to
                .as_deref()
                .map(|t| parse_address("reply_to", t))
                .transpose()?,
            unsubscribe: outlet.unsubscribe.clone(),
            domain,
            checked: Mutex::new(()),
        })
    }

    fn message_id(&self, key: &str) -> String {
        format!("<{key}@{}>", self.domain)
    }

    /// Builds the mail of a message.
    ///
    /// # Errors
    /// What in the message cannot be put into a mail.
    pub fn build_mail(&self, message: &OutletMessage) -> Result<Message, MailFault> {
        let titles: Vec<&str> = message.titles.iter().map(|(_, t)| t.as_str()).collect();
        // A line break in a subject would start another header.
        let subject = titles
            .join(" / ")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        let langs: Vec<&str> = message.texts.iter().map(|(l, _)| l.tag()).collect();
        let mut builder = Message::builder()
            .from(self.from.clone())
            .subject(subject)
            .date(std::time::SystemTime::from(message.issued_at))
            .message_id(Some(self.message_id(&message.key)))
            .header(AutoSubmitted("auto-generated".into()))
            .header(Precedence("bulk".into()))
            .header(ContentLanguage(langs.join(", ")));
        builder = self.with_recipients(builder, message)?;
        builder = self.with_thread(builder, message);
        let texts: Vec<&str> = message.texts.iter().map(|(_, t)| t.as_str()).collect();
        let plain = SinglePart::plain(texts.join("\n\n-- -- --\n\n"));
        let html = SinglePart::html(render_html(&message.texts));
        Ok(builder.multipart(MultiPart::alternative().singlepart(plain).singlepart(html))?)
    }

    fn with_recipients(
        &self,
        mut builder: MessageBuilder,
        message: &OutletMessage,
    ) -> Result<MessageBuilder, MailFault> {
        match &message.to {
            Some(one) => {
                let to = one.parse::<Mailbox>().map_err(|_| MailFault::NoAddress)?;
                builder = builder.to(to);
            }
            None => {
                for to in &self.to {
                    builder = builder.to(to.clone());
                }
            }
        }
        if let Some(reply) = &self.reply_to {
            builder = builder.reply_to(reply.clone());
        }
        Ok(builder)
    }

    fn with_thread(&self, mut builder: MessageBuilder, message: &OutletMessage) -> MessageBuilder {
        if let Some(last) = message.thread.last() {
            builder = builder.in_reply_to(self.message_id(last));
            let all: Vec<String> = message.thread.iter().map(|k| self.message_id(k)).collect();
            builder = builder.references(all.join(" "));
        }
        if let Some(how) = &self.unsubscribe {
            let how = if how.contains(':') {
                how.clone()
            } else {
                format!("mailto:{how}")
            };
            builder = builder.header(ListUnsubscribe(format!("<{how}>")));
        }
        builder
    }
}

/// Reads a mail address of a field of the outlet.
fn parse_address(field: &str, text: &str) -> Result<Mailbox, SetupError> {
    text.parse::<Mailbox>().map_err(|_| {
        SetupError::new(
            format!("`{field}`: \"{text}\" is no address"),
            "Name <name@example.vn>",
        )
    })
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

/// How the connection is encrypted, with the certificate in the file `ca` as an additional root.
fn tls_of(outlet: &Outlet, host: &str, root: &Path) -> Result<Mode, SetupError> {
    if outlet.tls == Tls::None {
        return Ok(Mode::None);
    }
    let mut parameters = TlsParameters::builder(host.to_owned());
    if let Some(file) = &outlet.ca {
        let path = root.join(file);
        let wrong = |what: String| SetupError::new(format!("ca {}: {what}", path.display()), "");
        let pem = std::fs::read(&path).map_err(|e| wrong(e.to_string()))?;
        let certificate = Certificate::from_pem(&pem).map_err(|e| wrong(e.to_string()))?;
        parameters = parameters.add_root_certificate(certificate);
    }
    let parameters = parameters
        .build_rustls()
        .map_err(|e| SetupError::new(format!("TLS: {e}"), ""))?;
    Ok(match outlet.tls {
        Tls::Tls => Mode::Wrapper(parameters),
        _ => Mode::Required(parameters),
    })
}

/// The texts as HTML, escaped, one paragraph a line.
fn render_html(texts: &[(Lang, String)]) -> String {
    let mut out = String::from("<!DOCTYPE html><html><body>");
    for (i, (lang, text)) in texts.iter().enumerate() {
        if i > 0 {
            out.push_str("<hr>");
        }
        out.push_str(&format!("<div lang=\"{}\">", lang.tag()));
        for line in text.lines() {
            let line = partial_escape(line).replace('"', "&quot;");
            out.push_str(&format!("<p>{line}</p>"));
        }
        out.push_str("</div>");
    }
    out.push_str("</body></html>");
    out
}

impl OutletAdapter for MailAdapter {
    fn send_message(&self, message: &OutletMessage) -> SendOutcome {
        let mail = match self.build_mail(message) {
            Ok(mail) => mail,
            Err(fault) => return SendOutcome::Refused(fault.to_string()),
        };
        let shown = |e: &lettre::transport::smtp::Error| {
            crate::publish::network::http::shorten_answer(&e.to_string())
                .trim()
                .to_owned()
        };
        // A failed test proves that nothing was sent, so the message may be tried again.
        let _one = self.checked.lock();
        match self.transport.test_connection() {
            Ok(true) => {}
            Ok(false) => return SendOutcome::NotThere("the server does not answer".into(), None),
            Err(e) if e.is_permanent() => {
                return SendOutcome::Refused(format!(
                    "the server does not let us in {}",
                    shown(&e)
                ));
            }
            Err(e) => return SendOutcome::NotThere(format!("no connection {}", shown(&e)), None),
        }
        match self.transport.send(&mail) {
            Ok(_) => SendOutcome::There(Some(self.message_id(&message.key))),
            Err(e) if e.is_permanent() => {
                SendOutcome::Refused(format!("the server refused it {}", shown(&e)))
            }
            Err(e) if e.is_transient() => {
                SendOutcome::NotThere(format!("the server put it off {}", shown(&e)), None)
            }
            Err(e) if e.is_client() => {
                SendOutcome::Refused(format!("it makes no mail {}", shown(&e)))
            }
            Err(e) => SendOutcome::Unclear(format!(
                "the line broke while it was sent {}; look there whether it arrived",
                shown(&e)
            )),
        }
    }
}
