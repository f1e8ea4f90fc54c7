//! Sends mail: plain text and HTML in one or several languages, with headers that keep an incident in one thread and tell
//! autoresponders not to answer. Writes no texts of its own.

use std::path::Path;

use lettre::Message;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder, MultiPart, SinglePart};
use quick_xml::escape::partial_escape;
use thiserror::Error;

use crate::domain::base::lang::Lang;
use crate::domain::config::outlet::Outlet;
use crate::publish::message::OutletMessage;
use crate::publish::network::mail_server::MailServer;
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
    server: MailServer,
    from: Mailbox,
    to: Vec<Mailbox>,
    reply_to: Option<Mailbox>,
    unsubscribe: Option<String>,
    domain: String,
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
        let from = parse_address("from", outlet.from.as_deref().unwrap_or_default())?;
        let domain = from.email.domain().to_owned();
        let to = outlet
            .to
            .iter()
            .map(|t| parse_address("to", t))
            .collect::<Result<_, _>>()?;
        Ok(MailAdapter {
            server: MailServer::new(outlet, root, secret)?,
            from,
            to,
            reply_to: outlet
                .reply_to
                .as_deref()
                .map(|t| parse_address("reply_to", t))
                .transpose()?,
            unsubscribe: outlet.unsubscribe.clone(),
            domain,
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
        match self.build_mail(message) {
            Ok(mail) => self.server.give_mail(&mail, self.message_id(&message.key)),
            Err(fault) => SendOutcome::Refused(fault.to_string()),
        }
    }
}
