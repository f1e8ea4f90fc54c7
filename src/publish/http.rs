//! Requests over HTTP: TLS by rustls, proxies, time limits, redirects only on the same host and with the same request,
//! answers of bounded size.

use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Proxy, Request};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Mutex;
use tokio::sync::mpsc::unbounded_channel;
use tokio::task::JoinSet;

use crate::domain::config::outlet::Outlet;
use crate::publish::outlet_adapter::{Carried, Hindered};

/// The largest answer that is read, in bytes.
const MOST: usize = 256 * 1024;

/// Threads that send: with one of them, the server and ours wait for each other in turn.
const THREADS: usize = 3;

/// Redirects that are followed on the same host.
const HOPS: usize = 3;

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// How long to wait, as the server says.
    pub wait: Option<Duration>,
    /// The body, as far as it is read.
    pub body: String,
}

/// Why no answer came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lost {
    /// The request never left: it can be made again.
    NotSent(String),
    /// It left, and what became of it is not known.
    NoAnswer(String),
}

/// A client for one outlet; made when it is first needed. All its requests live on one thread of their own, which also
/// notices when a server hangs up between two of them.
pub struct Http {
    client: Client,
    runtime: Runtime,
}

fn provider() {
    static ONCE: OnceLock<()> = OnceLock::new();
    ONCE.get_or_init(|| {
        // Another part of the program may have set one before: any will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

impl Http {
    /// Makes the client of an outlet.
    ///
    /// # Errors
    /// When a certificate or the proxy's address cannot be read.
    pub fn new(outlet: &Outlet, root: &Path) -> Result<Http, Hindered> {
        provider();
        let seconds = outlet
            .timeout
            .map_or(10, |t| t.duration().num_seconds().clamp(1, 600));
        let limit = Duration::from_secs(seconds.unsigned_abs());
        let mut builder = Client::builder()
            .user_agent(concat!("saydo/", env!("CARGO_PKG_VERSION")))
            .timeout(limit)
            .connect_timeout(limit)
            .pool_max_idle_per_host(32)
            .redirect(Policy::custom(|attempt| {
                let is_same = attempt.previous().first().is_some_and(|first| {
                    first.host_str() == attempt.url().host_str()
                        && first.scheme() == attempt.url().scheme()
                        && first.port_or_known_default() == attempt.url().port_or_known_default()
                });
                // Others may be followed with an empty GET: what was to be posted would be lost, and look delivered.
                let keeps = matches!(attempt.status().as_u16(), 307 | 308);
                if is_same && keeps && attempt.previous().len() <= HOPS {
                    attempt.follow()
                } else {
                    attempt.stop()
                }
            }));
        if let Some(file) = &outlet.ca {
            let path = root.join(file);
            let wrong = |what: String| Hindered::new(format!("ca {}: {what}", path.display()), "");
            let pem = std::fs::read(&path).map_err(|e| wrong(e.to_string()))?;
            let all = Certificate::from_pem_bundle(&pem).map_err(|e| wrong(e.to_string()))?;
            if all.is_empty() {
                return Err(wrong("there is no certificate in it".into()));
            }
            builder = builder.tls_certs_only(all);
        }
        if let Some(proxy) = &outlet.proxy {
            let proxy = Proxy::all(proxy).map_err(|_| {
                Hindered::new("`proxy` is no address of a proxy", "http://HOST:PORT")
            })?;
            builder = builder.proxy(proxy);
        }
        let client = builder.build().map_err(|e| {
            Hindered::new(
                format!("no client for HTTP can be made: {}", innermost(&e)),
                "are the system's certificates installed (ca-certificates)? or name a file: `ca`",
            )
        })?;
        let runtime = Builder::new_multi_thread()
            .worker_threads(THREADS)
            .enable_all()
            .build()
            .map_err(|e| Hindered::new(format!("no thread for HTTP: {e}"), ""))?;
        Ok(Http { client, runtime })
    }

    /// The client, to make requests with.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Sends a request and reads the answer.
    ///
    /// # Errors
    /// When no answer came.
    pub fn send(&self, request: Request) -> Result<Answer, Lost> {
        let lost = || Err(Lost::NoAnswer("the request was not ended".into()));
        self.send_all([request], 1).pop().unwrap_or_else(lost)
    }

    /// Sends many, so many at once, beginning in their order; the first leave while the others are still made. The answers
    /// are in the order of the requests.
    pub fn send_all(
        &self,
        requests: impl IntoIterator<Item = Request>,
        at_once: usize,
    ) -> Vec<Result<Answer, Lost>> {
        let (give, take) = unbounded_channel::<(usize, Request)>();
        let take = Arc::new(Mutex::new(take));
        let mut senders = JoinSet::new();
        for _ in 0..at_once.max(1) {
            let (client, take) = (self.client.clone(), Arc::clone(&take));
            let one = async move {
                let mut done = Vec::new();
                loop {
                    let next = take.lock().await.recv().await;
                    let Some((i, request)) = next else {
                        return done;
                    };
                    done.push((i, exchange(&client, request).await));
                }
            };
            senders.spawn_on(one, self.runtime.handle());
        }
        let mut count = 0;
        for request in requests {
            // Whoever takes them is there as long as this is.
            let _ = give.send((count, request));
            count += 1;
        }
        drop(give);
        let lost = || Err(Lost::NoAnswer("the request was not ended".into()));
        let mut answers = vec![lost(); count];
        let ended = self.runtime.block_on(async move {
            let mut all = Vec::new();
            while let Some(done) = senders.join_next().await {
                all.extend(done.unwrap_or_default());
            }
            all
        });
        for (i, answer) in ended {
            if let Some(place) = answers.get_mut(i) {
                *place = answer;
            }
        }
        answers
    }
}

async fn exchange(client: &Client, request: Request) -> Result<Answer, Lost> {
    let mut answer = client.execute(request).await.map_err(|e| {
        let what = innermost(&e);
        if e.is_connect() || e.is_builder() {
            Lost::NotSent(what)
        } else {
            Lost::NoAnswer(what)
        }
    })?;
    let status = answer.status().as_u16();
    let wait = answer
        .headers()
        .get("retry-after")
        .and_then(|v| v.to_str().ok())
        .and_then(|v| {
            pause(
                v,
                answer.headers().get("date").and_then(|d| d.to_str().ok()),
            )
        });
    let mut bytes: Vec<u8> = Vec::new();
    while bytes.len() < MOST {
        match answer.chunk().await {
            Ok(Some(more)) => bytes.extend_from_slice(&more),
            Ok(None) => break,
            // The status has been said; a body that breaks off changes nothing where it is not read.
            Err(_) if (200..300).contains(&status) => {
                return Err(Lost::NoAnswer("the answer broke off".into()));
            }
            Err(_) => break,
        }
    }
    bytes.truncate(MOST);
    Ok(Answer {
        status,
        wait,
        body: String::from_utf8_lossy(&bytes).into_owned(),
    })
}

/// How long a server asks to wait: seconds, or a date, which is taken by its own clock.
fn pause(asked: &str, its_now: Option<&str>) -> Option<Duration> {
    let date = |text: &str| chrono::DateTime::parse_from_rfc2822(text.trim()).ok();
    let seconds = match asked.trim().parse::<u64>() {
        Ok(seconds) => seconds,
        Err(_) => {
            let (until, now) = (date(asked)?, date(its_now?)?);
            (until - now).num_seconds().max(0).unsigned_abs()
        }
    };
    Some(Duration::from_secs(seconds.min(24 * 3600)))
}

/// The last reason in a chain of errors; addresses, which may carry a credential, stand in the first only.
pub(crate) fn innermost(error: &dyn std::error::Error) -> String {
    let mut last = error.source();
    let mut text = None;
    while let Some(e) = last {
        text = Some(e.to_string());
        last = e.source();
    }
    text.unwrap_or_else(|| "the request failed".into())
}

/// What an answer means where nothing more is read from it. `is_once`: the same request arrives once, however often.
pub fn carried(sent: Result<Answer, Lost>, is_once: bool) -> Carried {
    match sent {
        Ok(answer) => meaning(&answer, is_once),
        Err(lost) => lost_means(lost, is_once),
    }
}

/// What it means that no answer came.
pub fn lost_means(lost: Lost, is_once: bool) -> Carried {
    match lost {
        Lost::NotSent(what) => Carried::NotThere(format!("no connection: {what}"), None),
        Lost::NoAnswer(what) if is_once => Carried::NotThere(format!("no answer: {what}"), None),
        Lost::NoAnswer(what) => Carried::Unclear(format!(
            "sent, and no answer came: {what}; look there whether it arrived"
        )),
    }
}

/// What a status means.
pub fn meaning(answer: &Answer, is_once: bool) -> Carried {
    let said = brief(&answer.body);
    let what = format!("it answered {}{said}", answer.status);
    match answer.status {
        200..=299 => Carried::There(None),
        300..=399 => Carried::Refused(format!(
            "{what}: it leads elsewhere, and that is not followed; `url` is where it leads to"
        )),
        // Slow down, or come back: it was not taken.
        408 | 420 | 425 | 429 | 503 => Carried::NotThere(what, answer.wait),
        500..=599 if is_once => Carried::NotThere(what, answer.wait),
        500..=599 => Carried::Unclear(format!("{what}; look there whether it arrived")),
        _ => Carried::Refused(what),
    }
}

/// The beginning of an answer, for a person.
pub(crate) fn brief(body: &str) -> String {
    let line: String = body
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .filter(|c| !crate::domain::admission::wording::is_harmful(*c))
        .take(160)
        .collect();
    if line.is_empty() {
        String::new()
    } else {
        format!(" ({line})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_may_ask_for_seconds_or_for_a_date() {
        let date = Some("Tue, 24 Nov 2026 13:00:00 GMT");
        for (asked, wanted) in [
            ("600", Some(600)),
            (" 5 ", Some(5)),
            ("Tue, 24 Nov 2026 13:10:00 GMT", Some(600)),
            // By its own clock that has passed.
            ("Tue, 24 Nov 2026 12:00:00 GMT", Some(0)),
            ("999999999", Some(24 * 3600)),
            ("-5", None),
            ("soon", None),
            ("", None),
        ] {
            let found = pause(asked, date).map(|d| d.as_secs());
            assert_eq!(found, wanted, "{asked}");
        }
        let date = "Tue, 24 Nov 2026 13:10:00 GMT";
        assert_eq!(pause(date, None), None);
    }
}
