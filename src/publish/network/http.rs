//! Sends HTTP requests with time limits, proxies and bounded answers. Follows redirects only to the same host and with the same
//! request. Retries nothing.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Proxy, Request};
use tokio::sync::Mutex;
use tokio::sync::mpsc::unbounded_channel;
use tokio::task::JoinSet;

use crate::domain::config::outlet::Outlet;
use crate::publish::network::own_runtime::OwnRuntime;
use crate::publish::outlet_adapter::{SendOutcome, SetupError, StopSign};

/// The largest answer that is read, in bytes.
const MOST: usize = 256 * 1024;

/// Threads of the HTTP client. With one thread, sending and receiving would wait for each other.
const THREADS: usize = 3;

/// How many redirects are followed.
const HOPS: usize = 3;

/// The answer of a server.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status code of HTTP.
    pub status: u16,
    /// How long the server asks to wait before the next request.
    pub wait: Option<Duration>,
    /// The body, up to `MOST` bytes.
    pub body: String,
}

/// Why no answer came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestError {
    /// The request was not sent, so it may be sent again.
    NotSent(String),
    /// The request was sent, and it is not known whether it was processed.
    NoAnswer(String),
    /// The same, and the server said nothing until the deadline.
    Silent(String),
    /// It was not sent, because nothing more may leave.
    Stopped,
}

/// The HTTP client of one outlet. Its threads also notice when a server closes a connection between two requests.
pub struct Http {
    client: Client,
    runtime: OwnRuntime,
}

fn install_crypto_provider() {
    static ONCE: OnceLock<()> = OnceLock::new();
    ONCE.get_or_init(|| {
        // Fails when a provider is installed already; any provider will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

impl Http {
    /// Builds the client; connects to nothing yet.
    ///
    /// # Errors
    /// When a certificate or the proxy's address cannot be read.
    pub fn new(outlet: &Outlet, root: &Path) -> Result<Http, SetupError> {
        install_crypto_provider();
        let seconds = outlet
            .timeout
            .map_or(10, |t| t.to_duration().num_seconds().clamp(1, 600));
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
                // Other redirects may turn a POST into an empty GET: the text would be lost and look delivered.
                let keeps = matches!(attempt.status().as_u16(), 307 | 308);
                if is_same && keeps && attempt.previous().len() <= HOPS {
                    attempt.follow()
                } else {
                    attempt.stop()
                }
            }));
        if let Some(file) = &outlet.ca {
            let path = root.join(file);
            let wrong =
                |what: String| SetupError::new(format!("ca {}: {what}", path.display()), "");
            let pem = std::fs::read(&path).map_err(|e| wrong(e.to_string()))?;
            let all = Certificate::from_pem_bundle(&pem).map_err(|e| wrong(e.to_string()))?;
            if all.is_empty() {
                return Err(wrong("there is no certificate in it".into()));
            }
            builder = builder.tls_certs_only(all);
        }
        if let Some(proxy) = &outlet.proxy {
            let proxy = Proxy::all(proxy).map_err(|_| {
                SetupError::new("`proxy` is no address of a proxy", "http://HOST:PORT")
            })?;
            builder = builder.proxy(proxy);
        }
        let client = builder.build().map_err(|e| {
            SetupError::new(
                format!("no client for HTTP can be made: {}", innermost_cause(&e)),
                "are the system's certificates installed (ca-certificates)? or name a file: `ca`",
            )
        })?;
        let runtime = OwnRuntime::start_threads(THREADS)?;
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
    pub fn send_request(&self, request: Request) -> Result<Answer, RequestError> {
        let lost = || Err(RequestError::NoAnswer("the request was not ended".into()));
        self.send_all([request], 1, &StopSign::default())
            .pop()
            .unwrap_or_else(lost)
    }

    /// Sends requests in order, `at_once` at a time; the first ones leave while later ones are still being built. The answers
    /// are in the order of the requests.
    pub fn send_all(
        &self,
        requests: impl IntoIterator<Item = Request>,
        at_once: usize,
        stop: &StopSign,
    ) -> Vec<Result<Answer, RequestError>> {
        let (give, take) = unbounded_channel::<(usize, Request)>();
        let take = Arc::new(Mutex::new(take));
        // When nothing answers, each further request would wait for a deadline of its own.
        let is_dead = Arc::new(AtomicBool::new(false));
        let mut senders = JoinSet::new();
        for _ in 0..at_once.max(1) {
            let (client, take) = (self.client.clone(), Arc::clone(&take));
            let (is_dead, stop) = (Arc::clone(&is_dead), stop.clone());
            let one = async move {
                let mut done = Vec::new();
                loop {
                    let next = take.lock().await.recv().await;
                    let Some((i, request)) = next else {
                        return done;
                    };
                    let answer = match stop.is_raised() {
                        true => Err(RequestError::Stopped),
                        false => send_unless_dead(&client, request, &is_dead).await,
                    };
                    done.push((i, answer));
                }
            };
            if let Some(handle) = self.runtime.handle() {
                senders.spawn_on(one, handle);
            }
        }
        let mut count = 0;
        for request in requests {
            // The receivers live until the channel is closed below.
            let _ = give.send((count, request));
            count += 1;
        }
        drop(give);
        let lost = || Err(RequestError::NoAnswer("the request was not ended".into()));
        let mut answers = vec![lost(); count];
        let ended = self.runtime.wait_for(async move {
            let mut all = Vec::new();
            while let Some(done) = senders.join_next().await {
                all.extend(done.unwrap_or_default());
            }
            all
        });
        for (i, answer) in ended.unwrap_or_default() {
            if let Some(place) = answers.get_mut(i) {
                *place = answer;
            }
        }
        answers
    }
}

/// Sends a request, unless nothing answered to one before; notes when nothing answers to this one.
async fn send_unless_dead(
    client: &Client,
    request: Request,
    is_dead: &AtomicBool,
) -> Result<Answer, RequestError> {
    if is_dead.load(Ordering::Relaxed) {
        let why = "not tried: nothing answered to the one before";
        return Err(RequestError::NotSent(why.into()));
    }
    let answer = send_and_read(client, request).await;
    let is_lost = |e: &RequestError| !matches!(e, RequestError::NoAnswer(_));
    if answer.as_ref().is_err_and(is_lost) {
        is_dead.store(true, Ordering::Relaxed);
    }
    answer
}

async fn send_and_read(client: &Client, request: Request) -> Result<Answer, RequestError> {
    let mut answer = client.execute(request).await.map_err(|e| {
        let what = innermost_cause(&e);
        if e.is_connect() || e.is_builder() {
            RequestError::NotSent(what)
        } else if e.is_timeout() {
            RequestError::Silent(what)
        } else {
            RequestError::NoAnswer(what)
        }
    })?;
    let status = answer.status().as_u16();
    let wait = answer
        .headers()
        .get("retry-after")
        .and_then(|v| v.to_str().ok())
        .and_then(|v| {
            parse_retry_after(
                v,
                answer.headers().get("date").and_then(|d| d.to_str().ok()),
            )
        });
    let mut bytes: Vec<u8> = Vec::new();
    while bytes.len() < MOST {
        match answer.chunk().await {
            Ok(Some(more)) => bytes.extend_from_slice(&more),
            Ok(None) => break,
            // A refusal is known from its status, even if the body breaks off.
            Err(e) if (200..300).contains(&status) && e.is_timeout() => {
                return Err(RequestError::Silent("the answer came to no end".into()));
            }
            Err(_) if (200..300).contains(&status) => {
                return Err(RequestError::NoAnswer("the answer broke off".into()));
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

/// Reads a Retry-After header: seconds, or a date, which is compared with the clock of the server.
fn parse_retry_after(asked: &str, its_now: Option<&str>) -> Option<Duration> {
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

/// The innermost cause of an error. Only the outermost message has the address, which may contain a credential.
pub(crate) fn innermost_cause(error: &dyn std::error::Error) -> String {
    let mut last = error.source();
    let mut text = None;
    while let Some(e) = last {
        text = Some(e.to_string());
        last = e.source();
    }
    text.unwrap_or_else(|| "the request failed".into())
}

/// The outcome of a request by its status alone. `is_once`: the server processes the same request once, however often it
/// arrives.
pub fn outcome_of_request(sent: Result<Answer, RequestError>, is_once: bool) -> SendOutcome {
    match sent {
        Ok(answer) => outcome_of_status(&answer, is_once),
        Err(lost) => lost_means(lost, is_once),
    }
}

/// The outcome when no answer came.
pub fn lost_means(lost: RequestError, is_once: bool) -> SendOutcome {
    match lost {
        RequestError::Stopped => StopSign::held_back(),
        RequestError::NotSent(what) => SendOutcome::Unreached(format!("no connection: {what}")),
        RequestError::NoAnswer(what) if is_once => {
            SendOutcome::NotThere(format!("no answer: {what}"), None)
        }
        RequestError::Silent(what) if is_once => {
            SendOutcome::Unreached(format!("no answer: {what}"))
        }
        RequestError::NoAnswer(what) => SendOutcome::Unclear(without_answer(&what)),
        RequestError::Silent(what) => SendOutcome::Unanswered(without_answer(&what)),
    }
}

fn without_answer(what: &str) -> String {
    format!("sent, and no answer came: {what}; look there whether it arrived")
}

/// The outcome that a status code means.
pub fn outcome_of_status(answer: &Answer, is_once: bool) -> SendOutcome {
    let said = shorten_answer(&answer.body);
    let what = format!("it answered {}{said}", answer.status);
    match answer.status {
        200..=299 => SendOutcome::There(None),
        300..=399 => SendOutcome::Refused(format!(
            "{what}: it leads elsewhere, and that is not followed; `url` is where it leads to"
        )),
        // The server asks to come back later, so it did not process the request.
        408 | 420 | 425 | 429 | 503 => SendOutcome::NotThere(what, answer.wait),
        500..=599 if is_once => SendOutcome::NotThere(what, answer.wait),
        500..=599 => SendOutcome::Unclear(format!("{what}; look there whether it arrived")),
        _ => SendOutcome::Refused(what),
    }
}

/// The beginning of an answer, for messages.
pub(crate) fn shorten_answer(body: &str) -> String {
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
            // That time has passed on the clock of the server.
            ("Tue, 24 Nov 2026 12:00:00 GMT", Some(0)),
            ("999999999", Some(24 * 3600)),
            ("-5", None),
            ("soon", None),
            ("", None),
        ] {
            let found = parse_retry_after(asked, date).map(|d| d.as_secs());
            assert_eq!(found, wanted, "{asked}");
        }
        let date = "Tue, 24 Nov 2026 13:10:00 GMT";
        assert_eq!(parse_retry_after(date, None), None);
    }
}
