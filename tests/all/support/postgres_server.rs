//! A PostgreSQL server of our own: a temporary cluster on a free port of loopback, from the system's packages.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A running server; stopped and removed when it goes.
pub struct Server {
    dir: tempfile::TempDir,
    bin: PathBuf,
    pub port: u16,
    as_root: bool,
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

impl Server {
    /// Starts one; none, with a word why, on a machine without PostgreSQL. In CI that is a failure.
    pub fn start() -> Option<Server> {
        let Some(bin) = bin() else {
            assert!(
                std::env::var_os("CI").is_none() && std::env::var_os("SAYDO_CI").is_none(),
                "PostgreSQL is not installed: /usr/lib/postgresql/*/bin/initdb"
            );
            eprintln!("skipped: PostgreSQL is not installed (Debian: apt-get install postgresql)");
            return None;
        };
        let dir = tempfile::tempdir().expect("a folder");
        let as_root = Command::new("id")
            .arg("-u")
            .output()
            .is_ok_and(|o| o.stdout == b"0\n");
        if as_root {
            // The server refuses to run as root; it needs a folder that its user can reach.
            run(Command::new("chown").arg("postgres").arg(dir.path()));
            run(Command::new("chmod").arg("755").arg(dir.path()));
        }
        let port = TcpListener::bind("127.0.0.1:0")
            .expect("a port")
            .local_addr()
            .expect("a port")
            .port();
        let server = Server {
            dir,
            bin,
            port,
            as_root,
        };
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
        server.sql("owner", "CREATE DATABASE rec");
        server.sql("owner", "CREATE ROLE writer LOGIN PASSWORD 'w'");
        Some(server)
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn password_file(&self) -> PathBuf {
        let path = self.dir.path().join("pw");
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

    pub fn root_certificate(&self) -> PathBuf {
        self.dir.path().join("root.crt")
    }

    /// Starts the server, or starts it again.
    pub fn up(&self) {
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories={} -c ssl=on -c max_connections=200",
            self.port,
            self.dir.path().display()
        );
        run(self
            .command("pg_ctl")
            .args(["-w", "-D"])
            .arg(self.data())
            .args(["-o", &options, "-l"])
            .arg(self.data().join("log"))
            .arg("start"));
    }

    /// Stops it at once, as when the power goes.
    pub fn down(&self) {
        run(self
            .command("pg_ctl")
            .args(["-w", "-m", "immediate", "-D"])
            .arg(self.data())
            .arg("stop"));
    }

    /// An address for a user: `owner` may make tables, `writer` only what it was granted.
    pub fn url(&self, user: &str, mode: &str) -> String {
        let password = &user[..1];
        format!(
            "postgres://{user}:{password}@localhost:{}/rec?sslmode={mode}",
            self.port
        )
    }

    pub fn sql(&self, user: &str, text: &str) -> bool {
        let name = if text.starts_with("CREATE DATABASE") {
            "postgres"
        } else {
            "rec"
        };
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
                name,
                "-c",
                text,
            ])
            .env("PGPASSWORD", &user[..1])
            .output()
            .expect("psql");
        out.status.success()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self
            .command("pg_ctl")
            .args(["-m", "immediate", "-D"])
            .arg(self.data())
            .arg("stop")
            .output();
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
