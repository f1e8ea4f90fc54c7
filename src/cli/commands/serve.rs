//! `saydo serve`: shows a built site on this machine. It is not meant for the public network.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use tempfile::TempDir;

use crate::cli::commands::loopback::{
    Method, Refusal, is_loopback_host, parse_head, read_head, serve_connections, write_answer,
};
use crate::cli::next_step::write_advice;
use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::cli::trouble::Trouble;
use crate::desk::Journal;
use crate::desk::publishing::site_build::{OpenFolder, SiteTarget, build_site};
use crate::domain::base::time::At;

/// So many files' bytes are held at once, at most: a page or a feed is far smaller.
const LARGEST_FILE: u64 = 32 * 1024 * 1024;

/// Build the status page and show it on this machine, to look at before it is published
///
/// Pages are built anew when the record has moved, and once a minute. For a look only: one that many people read is served by a web
/// server from the folder of `site build`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The address; with port 0 a free one is taken, and printed
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:0")]
    pub addr: String,
    /// The staff's pages instead
    #[arg(long)]
    pub staff: bool,
    /// The folder of a site that was built; else one is built now
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

/// Serves until it is stopped.
///
/// # Errors
/// When the address cannot be had.
pub fn run(args: &Args, session: &mut Session, out: &mut Output) -> Result<u8, Trouble> {
    let mut desk = session.open_journal(out)?;
    let result = serve_site(args, session, &mut desk, out);
    session.close_journal(desk, out);
    result
}

fn serve_site(
    args: &Args,
    session: &Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let held = make_own_folder()?;
    let root = match &args.dir {
        Some(dir) => dir.clone(),
        None => build_pages(args, desk, held.path())?,
    };
    let folder = OpenFolder::open_root(&root, 0o600).ok();
    let folder = folder.filter(|f| f.look_up("index.html").is_some());
    let folder = folder.ok_or_else(|| {
        Trouble::usage(
            format!("{}: there is no site here", root.display()),
            "build one: saydo site build DIR",
        )
    })?;
    let cannot = |e: std::io::Error| {
        Trouble::usage(
            format!("{}: {e}", args.addr),
            "another port: --addr 127.0.0.1:0 takes a free one",
        )
    };
    let listener = TcpListener::bind(&args.addr).map_err(cannot)?;
    let at = listener.local_addr().map_err(cannot)?;
    // Said at once: the program goes on until it is stopped.
    println!("http://{at}/  (stop with Ctrl-C)");
    let _ = std::io::stdout().flush();
    out.text.clear();
    let only_loopback = is_loopback_host(&args.addr) || at.ip().is_loopback();
    let mut fresh = Freshness {
        events: desk.head().seq,
        minute: session.machine.timestamp() / 60,
    };
    let keep_fresh = || {
        // A moment that was given stands still.
        let clock = session.clock.filter(|_| session.now.is_none());
        let now = clock.map_or(session.machine, |clock| clock());
        if args.dir.is_none() && fresh.has_moved(desk, now) {
            // The pages as they were are shown on, with what was wrong here.
            if let Err(e) = build_pages(args, desk, held.path()) {
                let _ = writeln!(
                    std::io::stderr(),
                    "saydo: the pages are as they were: {}",
                    e.what
                );
            }
        }
    };
    serve_connections(&listener, keep_fresh, move |line| {
        answer_connection(line, &folder, only_loopback)
    });
    drop(held);
    Ok(0)
}

/// What the pages that are shown were built of.
struct Freshness {
    events: u64,
    /// Minutes since 1970, UTC: what a page says of now is no older.
    minute: i64,
}

impl Freshness {
    /// Takes in what others have written; true when the pages are to be built anew.
    fn has_moved(&mut self, desk: &mut Journal, now: At) -> bool {
        // A record that cannot be read now is read with the next request.
        let _ = desk.catch_up();
        let newest = Freshness {
            events: desk.head().seq,
            minute: now.timestamp() / 60,
        };
        let is_new = (newest.events, newest.minute) != (self.events, self.minute);
        if is_new {
            desk.advance_clock(now);
            *self = newest;
        }
        is_new
    }
}

/// A folder that nobody else may enter, and that goes with this program, also when it is stopped by a signal.
fn make_own_folder() -> Result<TempDir, Trouble> {
    let wrong = |e: std::io::Error| Trouble::usage(format!("no folder for the pages: {e}"), "");
    let held = tempfile::Builder::new()
        .prefix("saydo-serve-")
        .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700))
        .tempdir()
        .map_err(wrong)?;
    let path = held.path().to_owned();
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP]).map_err(wrong)?;
    std::thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            let _ = std::fs::remove_dir_all(&path);
            // Ends the program as the signal would have.
            let _ = signal_hook::low_level::emulate_default_handler(signal);
        }
    });
    Ok(held)
}

/// Builds the pages below a folder of our own; gives where those are that are shown.
fn build_pages(args: &Args, desk: &mut Journal, held: &Path) -> Result<PathBuf, Trouble> {
    let (dir, staff) = (held.join("site"), held.join("staff"));
    let audience = desk.default_audience().to_owned();
    let what = SiteTarget {
        dir: &dir,
        staff: args.staff.then_some(staff.as_path()),
        audience: &audience,
        channel: None,
        base_url: None,
        is_private: true,
    };
    build_site(desk, &what).map_err(|e| Trouble::usage(write_advice(&e), ""))?;
    Ok(if args.staff { staff } else { dir })
}

/// Answers one request; the connection ends with it.
fn answer_connection(
    line: &mut TcpStream,
    folder: &OpenFolder,
    only_loopback: bool,
) -> std::io::Result<()> {
    let head = read_head(line)?;
    let asked = head.and_then(|begun| parse_head(&begun.head, only_loopback));
    let found = asked.and_then(|asked| {
        // Nothing here takes a body.
        if asked.method == Method::Post {
            return Err(Refusal::Method);
        }
        let found = file_for_url(asked.path_alone(), folder).ok_or(Refusal::NotFound)?;
        Ok((found, asked.method == Method::Head))
    });
    match found {
        Ok(((bytes, kind), is_head)) => {
            let headers = [
                ("Content-Type", kind),
                (
                    "Content-Security-Policy",
                    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
                ),
                ("X-Content-Type-Options", "nosniff"),
                ("Referrer-Policy", "no-referrer"),
                ("Cache-Control", "no-store"),
            ];
            write_answer(line, "200 OK", &headers, &bytes, is_head)
        }
        Err(refusal) => {
            let headers = [("Content-Type", "text/plain; charset=utf-8")];
            let said = format!("{}\n", refusal.status());
            write_answer(line, refusal.status(), &headers, said.as_bytes(), false)
        }
    }
}

/// A file below the folder, and only there: never through a link.
fn file_for_url(path: &str, folder: &OpenFolder) -> Option<(Vec<u8>, &'static str)> {
    let path = path.trim_start_matches('/');
    let path = if path.is_empty() || path.ends_with('/') {
        format!("{path}index.html")
    } else {
        path.to_owned()
    };
    let relative = Path::new(&path);
    let is_below = relative
        .components()
        .all(|c| matches!(c, Component::Normal(n) if !n.to_string_lossy().starts_with('.')));
    if !is_below {
        return None;
    }
    let (size, _) = folder.look_up(&path)?;
    if size > LARGEST_FILE {
        return None;
    }
    let kind = match relative.extension().and_then(|e| e.to_str())? {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "xml" => "application/xml; charset=utf-8",
        "ics" => "text/calendar; charset=utf-8",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    };
    Some((folder.read_file(&path)?, kind))
}
