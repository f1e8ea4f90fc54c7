//! A record on a PostgreSQL server, for teams. Compare-and-append needs no lock and no right but INSERT and SELECT: the
//! number of an event is its key, so of two that write the same number one is refused and told what came first.

use std::cell::RefCell;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use postgres::config::{Host, SslMode};
use postgres::error::SqlState;
use postgres::{Client, Config, NoTls, Statement};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::domain::record::event::Head;
use crate::store::{Appended, Record, StoreError, Stored};

/// The version of the tables.
const LAYOUT: i64 = 1;

/// How long a server may take to answer a first word: somebody waits, at night.
const PATIENCE: Duration = Duration::from_secs(4);

/// How often a transaction that the server gave up is tried again.
const TRIES: usize = 8;

/// Marks our migrations among the locks of a server.
const MIGRATING: i64 = 0x0073_6179_646f;

/// Appends a batch when the record ends with this number and hash; of two that do so at once the key lets one through.
const INSERT: &str = "
INSERT INTO saydo_events (seq, bytes, hash, signature)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[])
WHERE coalesce((SELECT (seq, hash) = ($5::bigint, $6::text) FROM saydo_events ORDER BY seq DESC LIMIT 1), $5::bigint = 0)
";

/// Step by step from nothing to `LAYOUT`.
const STEPS: [&str; 1] = ["
CREATE TABLE saydo_events (
  seq bigint PRIMARY KEY CHECK (seq > 0),
  bytes text NOT NULL,
  hash text NOT NULL,
  signature text
);
"];

/// What stands in the environment that a connection may need: read once, at the edge.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// PGPASSWORD.
    pub password: Option<String>,
    /// PGPASSFILE, else the usual file in the home folder.
    pub pass_file: Option<PathBuf>,
}

/// Where a server is, without what may not be printed.
#[derive(Clone)]
pub struct Address {
    config: Config,
    /// `disable`, `prefer`, `require`, `verify-ca`, `verify-full`.
    mode: String,
    roots: Option<PathBuf>,
    /// For messages: no password.
    pub shown: String,
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.shown)
    }
}

/// True when a place of a record is a server.
pub fn is_url(place: &str) -> bool {
    place.starts_with("postgres://") || place.starts_with("postgresql://")
}

/// True for what looks like the address of a server and is none that is read: it is never repeated, as it may hold a
/// password.
pub fn is_nearly_url(place: &str) -> bool {
    !is_url(place)
        && ["://", "@", ":/", "password=", "host="]
            .iter()
            .any(|mark| place.contains(mark))
}

/// A URL without its password.
fn without_password(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
    // A password may hold anything: what stands before the last @ is never shown but for the name.
    match rest.rsplit_once('@') {
        Some((user, place)) => {
            let place = place.split_once('?').map_or(place, |(p, _)| p);
            let user = user.split_once(':').map_or(user, |(u, _)| u);
            format!("{scheme}://{user}@{place}")
        }
        None => format!(
            "{scheme}://{}",
            rest.split_once('?').map_or(rest, |(r, _)| r)
        ),
    }
}

impl Address {
    /// Reads a URL: `postgres://user@host:5432/name?sslmode=verify-full&sslrootcert=FILE`.
    ///
    /// # Errors
    /// What is wrong with it; never its password.
    pub fn read(url: &str, around: &Surroundings) -> Result<Address, StoreError> {
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
        if config.get_password().is_none()
            && let Some(password) = password(&config, around)
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

    fn tls(&self) -> Result<MakeRustlsConnect, StoreError> {
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
                    // A certificate of the system that is no good is passed over, as everywhere.
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

    /// Connects, or says within seconds that it cannot: a server that takes the call and says nothing is away too.
    fn connect(&self) -> Result<Client, StoreError> {
        let tls = match self.mode.as_str() {
            "disable" => None,
            _ => Some(self.tls()?),
        };
        let (config, (send, done)) = (self.config.clone(), std::sync::mpsc::channel());
        std::thread::spawn(move || {
            let client = match tls {
                None => config.connect(NoTls),
                Some(tls) => config.connect(tls),
            };
            // Nobody waits any more when the time is over.
            let _ = send.send(client);
        });
        match done.recv_timeout(PATIENCE * 2) {
            Ok(client) => client.map_err(|e| trouble(&self.shown, &e)),
            Err(_) => Err(StoreError::Away {
                path: self.shown.clone(),
                what: "the server takes the connection and does not answer".into(),
            }),
        }
    }
}

/// A password from the environment, else from the password file, as `psql` finds it.
fn password(config: &Config, around: &Surroundings) -> Option<String> {
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
        .find_map(|line| entry(line, &wanted))
}

/// `host:port:database:user:password`, with `*` for anything and `\` before a colon.
fn entry(line: &str, wanted: &[&str; 4]) -> Option<String> {
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

/// An error of the server or the way to it, in words.
fn trouble(shown: &str, error: &postgres::Error) -> StoreError {
    let path = shown.to_owned();
    if let Some(db) = error.as_db_error() {
        let code = db.code();
        // It starts, stops, or has no place left: it is away for us, and may be back in a moment.
        let is_away = code.code().starts_with("08")
            || ["57P01", "57P02", "57P03", "53300"].contains(&code.code());
        if is_away {
            let what = db.message().to_owned();
            return StoreError::Away { path, what };
        }
        let what = if *code == SqlState::INSUFFICIENT_PRIVILEGE {
            "this user may not do that; which rights are needed: docs/team.md. Nothing was written"
                .to_owned()
        } else if *code == SqlState::UNDEFINED_TABLE {
            "there is no record here yet: saydo record init".to_owned()
        } else if *code == SqlState::INVALID_PASSWORD
            || *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION
        {
            "the server does not let this user in: check PGPASSFILE or PGPASSWORD".to_owned()
        } else if *code == SqlState::DISK_FULL {
            "the server's disk is full; nothing was written".to_owned()
        } else {
            format!("{} ({})", db.message(), code.code())
        };
        return StoreError::Io { path, what };
    }
    let source = std::error::Error::source(error);
    let why = source.map_or_else(|| error.to_string(), ToString::to_string);
    let line = source.and_then(|s| s.downcast_ref::<std::io::Error>());
    // A certificate that is no good, a password that is missing: the server is there, and waiting does not help.
    let is_set_up_wrong = match line {
        Some(e) => e.kind() == std::io::ErrorKind::InvalidData,
        None => !error.is_closed() && !error.to_string().contains("connecting"),
    };
    if is_set_up_wrong {
        let what = if why.contains("password missing") {
            "the server wants a password, and there is none: PGPASSWORD, or PGPASSFILE (~/.pgpass), which must be of mode 0600 and have a line for this server".to_owned()
        } else {
            why
        };
        return StoreError::Io { path, what };
    }
    StoreError::Away { path, what: why }
}

/// True when the server gave a transaction up and it may be tried again as it is.
fn may_be_tried_again(error: &postgres::Error) -> bool {
    [
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
    ]
    .iter()
    .any(|s| error.code() == Some(s))
}

/// A record on a PostgreSQL server.
pub struct Postgres {
    address: Address,
    client: RefCell<Client>,
    /// The prepared form of [`INSERT`] on this connection.
    insert: RefCell<Option<Statement>>,
}

impl Postgres {
    /// Opens the record that is there.
    ///
    /// # Errors
    /// When the server cannot be reached, there is no record, or its tables are newer than this program.
    pub fn open(address: &Address) -> Result<Postgres, StoreError> {
        let mut client = address.connect()?;
        let found = layout(&mut client, &address.shown)?;
        if found > LAYOUT {
            return Err(StoreError::Newer {
                path: address.shown.clone(),
                found,
                known: LAYOUT,
            });
        }
        if found < LAYOUT {
            return Err(StoreError::Io {
                path: address.shown.clone(),
                what: if found == 0 {
                    "there is no record here yet: saydo record init".into()
                } else {
                    "the record's tables are older than this program needs: saydo record upgrade"
                        .into()
                },
            });
        }
        Ok(Postgres {
            address: address.clone(),
            client: RefCell::new(client),
            insert: RefCell::new(None),
        })
    }

    /// Makes or upgrades the tables, as the owner of the database; safe when two do it at once. Gives the steps taken.
    ///
    /// # Errors
    /// When the server cannot be reached, or its user may not make tables.
    pub fn migrate(address: &Address) -> Result<usize, StoreError> {
        let wrong = |e: &postgres::Error| trouble(&address.shown, e);
        let mut client = address.connect()?;
        let mut transaction = client.transaction().map_err(|e| wrong(&e))?;
        let work = (|| -> Result<Result<usize, i64>, postgres::Error> {
            transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&MIGRATING])?;
            transaction.batch_execute(
                "CREATE TABLE IF NOT EXISTS saydo_layout (version bigint PRIMARY KEY, made timestamptz NOT NULL DEFAULT now())",
            )?;
            let found: i64 = transaction
                .query_one("SELECT coalesce(max(version), 0) FROM saydo_layout", &[])?
                .get(0);
            if found > LAYOUT {
                return Ok(Err(found));
            }
            let steps = &STEPS[usize::try_from(found).unwrap_or_default()..];
            for (i, step) in steps.iter().enumerate() {
                transaction.batch_execute(step)?;
                let version = found + 1 + i64::try_from(i).unwrap_or_default();
                transaction.execute("INSERT INTO saydo_layout (version) VALUES ($1)", &[&version])?;
            }
            Ok(Ok(steps.len()))
        })()
        .map_err(|e| wrong(&e))?;
        match work {
            Ok(steps) => {
                transaction.commit().map_err(|e| wrong(&e))?;
                Ok(steps)
            }
            Err(found) => Err(StoreError::Newer {
                path: address.shown.clone(),
                found,
                known: LAYOUT,
            }),
        }
    }

    fn since(
        client: &mut impl postgres::GenericClient,
        after: u64,
    ) -> Result<Vec<Stored>, postgres::Error> {
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let rows = client.query(
            "SELECT seq, bytes, hash, signature FROM saydo_events WHERE seq > $1 ORDER BY seq",
            &[&after],
        )?;
        Ok(rows
            .iter()
            .map(|r| Stored {
                seq: r.get::<_, i64>(0).unsigned_abs(),
                bytes: r.get(1),
                hash: r.get(2),
                signature: r.get(3),
            })
            .collect())
    }

    fn end(client: &mut impl postgres::GenericClient) -> Result<Head, postgres::Error> {
        let last = client.query_opt(
            "SELECT seq, hash FROM saydo_events ORDER BY seq DESC LIMIT 1",
            &[],
        )?;
        Ok(last.map_or_else(Head::empty, |r| Head {
            seq: r.get::<_, i64>(0).unsigned_abs(),
            hash: r.get(1),
        }))
    }

    /// One statement that writes all or nothing, and only when the record still ends where expected: one way there and
    /// back, and no transaction that a lost line could leave open.
    fn try_append(
        &self,
        expected: &Head,
        batch: &[Stored],
    ) -> Result<Option<Head>, postgres::Error> {
        let mut client = self.client.borrow_mut();
        let mut prepared = self.insert.borrow_mut();
        let insert = match prepared.take() {
            Some(statement) => statement,
            None => client.prepare(INSERT)?,
        };
        let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let seqs: Vec<i64> = batch.iter().map(|e| number(e.seq)).collect();
        let bytes: Vec<&str> = batch.iter().map(|e| e.bytes.as_str()).collect();
        let hashes: Vec<&str> = batch.iter().map(|e| e.hash.as_str()).collect();
        let signatures: Vec<Option<&str>> = batch.iter().map(|e| e.signature.as_deref()).collect();
        let at = number(expected.seq);
        let done = client.execute(
            &insert,
            &[&seqs, &bytes, &hashes, &signatures, &at, &expected.hash],
        );
        *prepared = Some(insert);
        match done {
            Ok(0) => Ok(None),
            Ok(_) => Ok(batch.last().map(|e| Head {
                seq: e.seq,
                hash: e.hash.clone(),
            })),
            // Somebody else wrote this number first.
            Err(e) if e.code() == Some(&SqlState::UNIQUE_VIOLATION) => Ok(None),
            Err(e) => Err(e),
        }
    }

    /// Whether a batch whose commit was cut off is in the record: asked over a new connection.
    fn look_again(&self, batch: &[Stored]) -> Result<Option<Head>, StoreError> {
        let Some(last) = batch.last() else {
            return Ok(None);
        };
        let mut client = self.address.connect()?;
        let wrong = |e: postgres::Error| trouble(&self.address.shown, &e);
        let seq = i64::try_from(last.seq).unwrap_or(i64::MAX);
        let found = client
            .query_opt("SELECT hash FROM saydo_events WHERE seq = $1", &[&seq])
            .map_err(wrong)?;
        let is_there = found.is_some_and(|r| r.get::<_, String>(0) == last.hash);
        *self.client.borrow_mut() = client;
        *self.insert.borrow_mut() = None;
        Ok(is_there.then(|| Head {
            seq: last.seq,
            hash: last.hash.clone(),
        }))
    }
}

fn layout(client: &mut Client, shown: &str) -> Result<i64, StoreError> {
    let wrong = |e: postgres::Error| trouble(shown, &e);
    let exists: bool = client
        .query_one("SELECT to_regclass('saydo_layout') IS NOT NULL", &[])
        .map_err(wrong)?
        .get(0);
    if !exists {
        return Ok(0);
    }
    let row = client
        .query_one("SELECT coalesce(max(version), 0) FROM saydo_layout", &[])
        .map_err(wrong)?;
    Ok(row.get(0))
}

impl Record for Postgres {
    fn head(&self) -> Result<Head, StoreError> {
        Self::end(&mut *self.client.borrow_mut()).map_err(|e| trouble(&self.address.shown, &e))
    }

    fn events(&self, after: u64) -> Result<Vec<Stored>, StoreError> {
        Self::since(&mut *self.client.borrow_mut(), after)
            .map_err(|e| trouble(&self.address.shown, &e))
    }

    fn append(&mut self, expected: &Head, batch: &[Stored]) -> Result<Appended, StoreError> {
        for _ in 0..TRIES {
            let done = self.try_append(expected, batch);
            match done {
                Ok(Some(head)) => return Ok(Appended::Done(head)),
                Ok(None) => return Ok(Appended::Moved(self.events(expected.seq)?)),
                Err(e) if may_be_tried_again(&e) => {}
                // The way was cut: what was sent may have arrived.
                Err(e) if e.as_db_error().is_none() || self.client.borrow().is_closed() => {
                    return match self.look_again(batch)? {
                        Some(head) => Ok(Appended::Done(head)),
                        None => Err(trouble(&self.address.shown, &e)),
                    };
                }
                Err(e) => return Err(trouble(&self.address.shown, &e)),
            }
        }
        Err(StoreError::Busy {
            path: self.address.shown.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        let around = Surroundings::default();
        for url in [
            "postgres://mai:s3cret@db.example/rec?sslmode=disable",
            "postgres://mai:s3cret@db.example/rec?sslmode=nonsense",
            "postgres://mai:s3cret@db.example:abc/rec",
        ] {
            let text = match Address::read(url, &around) {
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
            entry("db:5432:rec:mai:a\\:b", &wanted).as_deref(),
            Some("a:b")
        );
        assert_eq!(entry("*:*:*:mai:x:y", &wanted).as_deref(), Some("x:y"));
        assert_eq!(entry("db:5432:other:mai:x", &wanted), None);
        assert_eq!(entry("nonsense", &wanted), None);
    }
}
