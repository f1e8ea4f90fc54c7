//! The address of a PostgreSQL server: reads the URL, finds the password and connects. Reads no environment variables and
//! prints no password.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use postgres::config::{Host, SslMode};
use postgres::{Client, Config, NoTls};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::store::StoreError;
use crate::store::postgres::server_error::describe_error;
use crate::store::server_url::{PgEnv, without_password};

/// How long a server may take to connect: a person waits for the answer, possibly at night.
const PATIENCE: Duration = Duration::from_secs(4);

/// How long what was sent may stay unanswered by the system of the other side.
const UNANSWERED: Duration = Duration::from_secs(10);

/// The address of a server and how to connect to it. Prints no password.
#[derive(Clone)]
pub struct Address {
    config: Config,
    /// `disable`, `prefer`, `require`, `verify-ca`, `verify-full`.
    mode: String,
    roots: Option<PathBuf>,
    /// The address for messages, without the password.
    pub shown: String,
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.shown)
    }
}

impl Address {
    /// Reads a URL: `postgres://user@host:5432/name?sslmode=verify-full&sslrootcert=FILE`.
    ///
    /// # Errors
    /// What is wrong with the URL, without its password.
    pub fn read_url(url: &str, around: &PgEnv) -> Result<Address, StoreError> {
        let shown = without_password(url);
        let wrong = |what: String| StoreError::Io {
            path: shown.clone(),
            what,
        };
        let (mut mode, mut roots, mut kept) = ("prefer".to_owned(), None, Vec::new());
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        for pair in query.split('&').filter(|p| !p.is_empty()) {
            match pair.split_once('=') {
                Some(("sslmode", value)) => mode = value.to_owned(),
                Some(("sslrootcert", value)) => {
                    roots = Some(PathBuf::from(value.replace("%2F", "/")))
                }
                _ => kept.push(pair),
            }
        }
        let ssl = match mode.as_str() {
            "disable" => SslMode::Disable,
            "prefer" | "allow" => SslMode::Prefer,
            "require" | "verify-ca" | "verify-full" => SslMode::Require,
            other => {
                return Err(wrong(format!(
                    "sslmode={other} is not known: disable, prefer, require, verify-ca or verify-full"
                )));
            }
        };
        let text = if kept.is_empty() {
            base.to_owned()
        } else {
            format!("{base}?{}", kept.join("&"))
        };
        let mut config = Config::from_str(&text).map_err(|_| {
            wrong("this is no address of a PostgreSQL server: postgres://USER@HOST/NAME".into())
        })?;
        config.ssl_mode(ssl);
        config.application_name("saydo");
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(PATIENCE);
        }
        keep_alive(
            &mut config,
            !kept.iter().any(|p| p.starts_with("keepalives")),
        );
        if config.get_password().is_none()
            && let Some(password) = find_password(&config, around)
        {
            config.password(password);
        }
        Ok(Address {
            config,
            mode,
            roots,
            shown,
        })
    }

    fn make_tls(&self) -> Result<MakeRustlsConnect, StoreError> {
        let wrong = |what: String| StoreError::Io {
            path: self.shown.clone(),
            what,
        };
        let mut roots = RootCertStore::empty();
        match &self.roots {
            Some(file) => {
                let certificates = CertificateDer::pem_file_iter(file)
                    .map_err(|e| wrong(format!("sslrootcert {}: {e}", file.display())))?;
                for certificate in certificates {
                    let certificate = certificate
                        .map_err(|e| wrong(format!("sslrootcert {}: {e}", file.display())))?;
                    roots
                        .add(certificate)
                        .map_err(|e| wrong(format!("sslrootcert {}: {e}", file.display())))?;
                }
            }
            None => {
                for certificate in rustls_native_certs::load_native_certs().certs {
                    // Systems ship certificates that cannot be read; other programs skip them too.
                    let _ = roots.add(certificate);
                }
            }
        }
        let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|e| wrong(format!("TLS: {e}")))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(MakeRustlsConnect::new(config))
    }

    /// Connects, or fails within seconds: a server that accepts the connection and does not answer counts as away.
    ///
    /// # Errors
    /// When the server cannot be reached or does not accept this user.
    pub(super) fn connect(&self) -> Result<Client, StoreError> {
        let tls = match self.mode.as_str() {
            "disable" => None,
            _ => Some(self.make_tls()?),
        };
        let (config, (send, done)) = (self.config.clone(), std::sync::mpsc::channel());
        std::thread::spawn(move || {
            let client = match tls {
                None => config.connect(NoTls),
                Some(tls) => config.connect(tls),
            };
            // After the time limit there is no receiver any more.
            let _ = send.send(client);
        });
        match done.recv_timeout(PATIENCE * 2) {
            Ok(client) => client.map_err(|e| describe_error(&self.shown, &e)),
            Err(_) => Err(StoreError::Away {
                path: self.shown.clone(),
                what: "the server takes the connection and does not answer".into(),
            }),
        }
    }
}

/// A line that died without a word is noticed by the system too, and not only by whoever waits for an answer.
fn keep_alive(config: &mut Config, may_set_pauses: bool) {
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(UNANSWERED);
    }
    if may_set_pauses {
        config.keepalives_idle(UNANSWERED);
        config.keepalives_interval(PATIENCE);
        config.keepalives_retries(2);
    }
}

/// A password from the environment, else from the password file, as `psql` finds it.
fn find_password(config: &Config, around: &PgEnv) -> Option<String> {
    if around.password.is_some() {
        return around.password.clone();
    }
    let file = around.pass_file.as_ref()?;
    #[cfg(unix)]
    if std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(file).ok()?) & 0o077 != 0 {
        return None;
    }
    let text = std::fs::read_to_string(file).ok()?;
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(name)) => name.clone(),
        _ => "localhost".to_owned(),
    };
    let port = config
        .get_ports()
        .first()
        .copied()
        .unwrap_or(5432)
        .to_string();
    let user = config.get_user().unwrap_or_default();
    let name = config.get_dbname().unwrap_or(user);
    let wanted = [host.as_str(), port.as_str(), name, user];
    text.lines()
        .filter(|l| !l.starts_with('#'))
        .find_map(|line| password_in_line(line, &wanted))
}

/// `host:port:database:user:password`, with `*` for anything and `\` before a colon.
fn password_in_line(line: &str, wanted: &[&str; 4]) -> Option<String> {
    let mut fields: Vec<String> = vec![String::new()];
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                if let (Some(next), Some(last)) = (chars.next(), fields.last_mut()) {
                    last.push(next);
                }
            }
            ':' if fields.len() < 5 => fields.push(String::new()),
            c => {
                if let Some(last) = fields.last_mut() {
                    last.push(c);
                }
            }
        }
    }
    let fits = fields.len() == 5
        && fields
            .iter()
            .zip(wanted)
            .all(|(field, w)| field == "*" || field == w);
    fits.then(|| fields.swap_remove(4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        let around = PgEnv::default();
        for url in [
            "postgres://mai:s3cret@db.example/rec?sslmode=disable",
            "postgres://mai:s3cret@db.example/rec?sslmode=nonsense",
            "postgres://mai:s3cret@db.example:abc/rec",
        ] {
            let text = match Address::read_url(url, &around) {
                Ok(a) => format!("{a:?} {}", a.shown),
                Err(e) => e.to_string(),
            };
            assert!(!text.contains("s3cret"), "{text}");
            assert!(text.contains("db.example"), "{text}");
        }
    }

    #[test]
    fn the_password_file_is_read_as_psql_reads_it() {
        let wanted = ["db", "5432", "rec", "mai"];
        assert_eq!(
            password_in_line("db:5432:rec:mai:a\\:b", &wanted).as_deref(),
            Some("a:b")
        );
        assert_eq!(
            password_in_line("*:*:*:mai:x:y", &wanted).as_deref(),
            Some("x:y")
        );
        assert_eq!(password_in_line("db:5432:other:mai:x", &wanted), None);
        assert_eq!(password_in_line("nonsense", &wanted), None);
    }
}
