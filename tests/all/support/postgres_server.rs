//! A PostgreSQL server of our own: a temporary cluster on a free port of loopback, from the system's packages. One is shared
//! by all tests but those that stop it. It is not a server that somebody else set up.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A database on a running server.
pub struct Server {
    cluster: Cluster,
    pub database: String,
    pub port: u16,
}

enum Cluster {
    Own(Box<Running>),
    Shared(&'static Running),
}

/// A server with its folder: a shell beside it stops and removes both when we end, however we end.
struct Running {
    dir: PathBuf,
    bin: PathBuf,
    port: u16,
    as_root: bool,
    keeper: Option<Child>,
}

fn bin() -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .flatten()
        .map(|d| d.path().join("bin"))
        .filter(|b| b.join("initdb").is_file())
        .collect();
    found.sort();
    found.pop()
}

fn is_installed() -> bool {
    if bin().is_some() {
        return true;
    }
    assert!(
        std::env::var_os("CI").is_none() && std::env::var_os("SAYDO_CI").is_none(),
        "PostgreSQL is not installed: /usr/lib/postgresql/*/bin/initdb"
    );
    eprintln!("skipped: PostgreSQL is not installed (Debian: apt-get install postgresql)");
    false
}

impl Server {
    /// Starts a server that the test may stop; none, with a word why, on a machine without PostgreSQL. In CI that is a failure.
    pub fn start() -> Option<Server> {
        let cluster = is_installed().then(|| Cluster::Own(Box::new(Running::start())))?;
        Some(Server::on(cluster, "rec".into()))
    }

    /// A new database on the server that all tests share: it stays up.
    pub fn shared() -> Option<Server> {
        static SHARED: OnceLock<Running> = OnceLock::new();
        static COUNT: AtomicUsize = AtomicUsize::new(1);
        let cluster =
            is_installed().then(|| Cluster::Shared(SHARED.get_or_init(Running::start)))?;
        let number = COUNT.fetch_add(1, Ordering::SeqCst);
        Some(Server::on(cluster, format!("rec{number}")))
    }

    fn on(cluster: Cluster, database: String) -> Server {
        let port = cluster.running().port;
        let create = format!("CREATE DATABASE {database}");
        assert!(cluster.running().sql("owner", "postgres", &create));
        Server {
            cluster,
            database,
            port,
        }
    }

    pub fn root_certificate(&self) -> PathBuf {
        self.cluster.running().root_certificate()
    }

    /// Starts it again.
    pub fn up(&self) {
        self.own().up();
    }

    /// Stops it at once, as when the power goes.
    pub fn down(&self) {
        self.own().down();
    }

    fn own(&self) -> &Running {
        match &self.cluster {
            Cluster::Own(running) => running,
            Cluster::Shared(_) => panic!("other tests use this server: take one by `start`"),
        }
    }

    /// An address for a user: `owner` may make tables, `writer` only what it was granted.
    pub fn url(&self, user: &str, mode: &str) -> String {
        let password = &user[..1];
        format!(
            "postgres://{user}:{password}@localhost:{}/{}?sslmode={mode}",
            self.port, self.database
        )
    }

    /// Whether a command of a user is done.
    pub fn sql(&self, user: &str, text: &str) -> bool {
        self.cluster.running().sql(user, &self.database, text)
    }
}

impl Cluster {
    fn running(&self) -> &Running {
        match self {
            Cluster::Own(running) => running,
            Cluster::Shared(running) => running,
        }
    }
}

impl Running {
    fn start() -> Running {
        let bin = bin().expect("it is installed");
        let dir = tempfile::tempdir().expect("a folder").keep();
        let as_root = Command::new("id")
            .arg("-u")
            .output()
            .is_ok_and(|o| o.stdout == b"0\n");
        if as_root {
            // The server refuses to run as root; it needs a folder that its user can reach.
            run(Command::new("chown").arg("postgres").arg(&dir));
            run(Command::new("chmod").arg("755").arg(&dir));
        }
        let port = TcpListener::bind("127.0.0.1:0")
            .expect("a port")
            .local_addr()
            .expect("a port")
            .port();
        let mut server = Running {
            dir,
            bin,
            port,
            as_root,
            keeper: None,
        };
        server.keeper = Some(server.start_keeper());
        run(server
            .command("initdb")
            .args(["-D"])
            .arg(server.data())
            .args([
                "-U",
                "owner",
                "-A",
                "scram-sha-256",
                "--no-sync",
                "--pwfile",
            ])
            .arg(server.password_file()));
        server.certificate();
        server.up();
        let role = "CREATE ROLE writer LOGIN PASSWORD 'w'";
        assert!(server.sql("owner", "postgres", role));
        server
    }

    /// A shell that waits for the end of its input, which is our own end at the latest.
    fn start_keeper(&self) -> Child {
        let stop = self.stop_command();
        Command::new("sh")
            .arg("-c")
            .arg("trap '' INT TERM HUP; cat; dir=$1; shift; \"$@\"; rm -rf \"$dir\"")
            .arg("keeper")
            .arg(&self.dir)
            .arg(stop.get_program())
            .args(stop.get_args())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell")
    }

    fn stop_command(&self) -> Command {
        let mut stop = self.command("pg_ctl");
        stop.args(["-w", "-m", "immediate", "-D"])
            .arg(self.data())
            .arg("stop");
        stop
    }

    fn data(&self) -> PathBuf {
        self.dir.join("data")
    }

    fn password_file(&self) -> PathBuf {
        let path = self.dir.join("pw");
        std::fs::write(&path, "o\n").expect("written");
        path
    }

    fn command(&self, tool: &str) -> Command {
        let tool = self.bin.join(tool);
        if self.as_root {
            let mut c = Command::new("runuser");
            c.args(["-u", "postgres", "--"]).arg(tool);
            c
        } else {
            Command::new(tool)
        }
    }

    /// A certificate of a court of our own, for TLS.
    fn certificate(&self) {
        let data = self.data();
        let key = data.join("server.key");
        run(Command::new("openssl")
            .args([
                "req",
                "-new",
                "-x509",
                "-days",
                "3650",
                "-nodes",
                "-subj",
                "/CN=localhost",
                "-addext",
                "subjectAltName=DNS:localhost",
                "-addext",
                "basicConstraints=critical,CA:FALSE",
            ])
            .arg("-keyout")
            .arg(&key)
            .arg("-out")
            .arg(data.join("server.crt")));
        run(Command::new("chmod").arg("600").arg(&key));
        if self.as_root {
            run(Command::new("chown")
                .arg("postgres")
                .arg(&key)
                .arg(data.join("server.crt")));
        }
        std::fs::copy(data.join("server.crt"), self.root_certificate()).expect("copied");
    }

    fn root_certificate(&self) -> PathBuf {
        self.dir.join("root.crt")
    }

    fn up(&self) {
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories={} -c ssl=on -c max_connections=200",
            self.port,
            self.dir.display()
        );
        run(self
            .command("pg_ctl")
            .args(["-w", "-D"])
            .arg(self.data())
            .args(["-o", &options, "-l"])
            .arg(self.data().join("log"))
            .arg("start"));
    }

    fn down(&self) {
        run(&mut self.stop_command());
    }

    fn sql(&self, user: &str, database: &str, text: &str) -> bool {
        let out = Command::new(self.bin.join("psql"))
            .args([
                "-q",
                "-v",
                "ON_ERROR_STOP=1",
                "-h",
                "127.0.0.1",
                "-p",
                &self.port.to_string(),
                "-U",
                user,
                "-d",
                database,
                "-c",
                text,
            ])
            .env("PGPASSWORD", &user[..1])
            .output()
            .expect("psql");
        out.status.success()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(mut keeper) = self.keeper.take() {
            drop(keeper.stdin.take());
            let _ = keeper.wait();
        }
    }
}

fn run(command: &mut Command) {
    let out = command
        .output()
        .unwrap_or_else(|e| panic!("{command:?}: {e}"));
    assert!(
        out.status.success(),
        "{command:?}: {} {}",
        String::from_utf8_lossy(&out.stdout),
        String::from_utf8_lossy(&out.stderr)
    );
}

/// The folder of a file that a workspace keeps.
pub fn saydo(dir: &Path) -> Command {
    let mut c = Command::new(env!("CARGO_BIN_EXE_saydo"));
    c.current_dir(dir)
        .env_remove("SAYDO_RECORD")
        .env("SAYDO_CONFIG", dir.join("config"))
        .env("SAYDO_NOW", "2026-11-24 20:00")
        .env("SAYDO_ACTOR", "chief");
    c
}
