//! `saydo serve`: shows a built site on this machine. It is not meant for the public network.

use std::io::Write;
use std::path::{Component, Path, PathBuf};

use tiny_http::{Header, Method, Request, Response, Server};

use crate::cli::next_step::write_advice;
use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::cli::trouble::Trouble;
use crate::desk::Journal;
use crate::desk::publishing::site_build::{SiteTarget, build_site};

/// Build the status page and show it on this machine, to look at before it is published
///
/// For a look only: one that many people read is served by a web server from the folder of `site build`.
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
    let result = serve_site(args, &mut desk, out);
    session.close_journal(desk, out);
    result
}

fn serve_site(args: &Args, desk: &mut Journal, out: &mut Output) -> Result<u8, Trouble> {
    let held = tempfile::tempdir().map_err(|e| Trouble::usage(e.to_string(), ""))?;
    let root = match &args.dir {
        Some(dir) => dir.clone(),
        None => {
            let (dir, staff) = (held.path().join("site"), held.path().join("staff"));
            let audience = desk.default_audience().to_owned();
            let what = SiteTarget {
                dir: &dir,
                staff: args.staff.then_some(staff.as_path()),
                audience: &audience,
                channel: None,
                base_url: None,
            };
            build_site(desk, &what).map_err(|e| Trouble::usage(write_advice(&e), ""))?;
            if args.staff { staff } else { dir }
        }
    };
    if !root.join("index.html").is_file() {
        return Err(Trouble::usage(
            format!("{}: there is no site here", root.display()),
            "build one: saydo site build DIR",
        ));
    }
    let server = Server::http(&args.addr).map_err(|e| {
        Trouble::usage(
            format!("{}: {e}", args.addr),
            "another port: --addr 127.0.0.1:0 takes a free one",
        )
    })?;
    let at = server.server_addr();
    // Said at once: the program goes on until it is stopped.
    println!("http://{at}/  (stop with Ctrl-C)");
    let _ = std::io::stdout().flush();
    out.text.clear();
    for request in server.incoming_requests() {
        answer_request(request, &root);
    }
    Ok(0)
}

fn answer_request(request: Request, root: &Path) {
    let found = match request.method() {
        Method::Get | Method::Head => file_for_url(request.url(), root),
        _ => None,
    };
    // Who asked may have gone.
    let _ = match found {
        Some((bytes, kind)) => {
            let mut response = Response::from_data(bytes);
            for (name, value) in [
                ("Content-Type", kind),
                (
                    "Content-Security-Policy",
                    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
                ),
                ("X-Content-Type-Options", "nosniff"),
                ("Referrer-Policy", "no-referrer"),
            ] {
                if let Ok(header) = Header::from_bytes(name, value) {
                    response.add_header(header);
                }
            }
            request.respond(response)
        }
        None => request.respond(Response::from_string("not found\n").with_status_code(404)),
    };
}

/// A file below the folder, and only there.
fn file_for_url(url: &str, root: &Path) -> Option<(Vec<u8>, &'static str)> {
    let path = url.split(['?', '#']).next()?.trim_start_matches('/');
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
    let whole = root.join(relative);
    if !std::fs::symlink_metadata(&whole).ok()?.is_file() {
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
        _ => return None,
    };
    Some((std::fs::read(whole).ok()?, kind))
}
