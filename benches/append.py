#!/usr/bin/env python3
"""Appends with 1, 8 and 32 writers, as ratios from one run to plain inserts of the same payload and durability: by sqlite3
into a file, by pgbench into a server of its own. More is better; 1 is as fast.

    cargo build --release --bench append && python3 benches/append.py
"""

import glob, json, os, shutil, socket, subprocess, sys, tempfile, time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BIN = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
TOTAL = int(os.environ.get("EVENTS", "1600"))


def built():
    out = subprocess.run(["cargo", "build", "--release", "--bench", "append", "--message-format=json"],
                         cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found = [json.loads(l) for l in out.splitlines()]
    return [m["executable"] for m in found if m.get("executable") and m["target"]["name"] == "append"][-1]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def as_postgres(*command):
    return (["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []) + list(command)


def ours(append, place, writers):
    out = subprocess.run([append, place, str(writers), str(TOTAL // writers)], capture_output=True, text=True)
    if out.returncode:
        sys.exit(out.stderr[-2000:])
    return TOTAL / float(out.stdout)


def sqlite(base, writers):
    """Plain inserts by as many sqlite3 processes, each insert a transaction of its own."""
    path = os.path.join(base, f"plain{writers}.db")
    subprocess.run(["sqlite3", path, "CREATE TABLE t (seq INTEGER PRIMARY KEY, bytes TEXT NOT NULL, hash TEXT NOT NULL) STRICT"], check=True)
    line = f"INSERT INTO t (bytes, hash) VALUES ('{'y' * 400}', '{'0' * 64}');\n"
    script = ".timeout 60000\nPRAGMA synchronous=FULL;\n" + line * (TOTAL // writers)
    began = time.perf_counter()
    work = [subprocess.Popen(["sqlite3", path], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) for _ in range(writers)]
    import threading
    feed = [threading.Thread(target=lambda p=p: p.communicate(script)) for p in work]
    [t.start() for t in feed]
    [t.join() for t in feed]
    took = time.perf_counter() - began
    n = int(subprocess.run(["sqlite3", path, "SELECT count(*) FROM t"], capture_output=True, text=True).stdout)
    if n != TOTAL // writers * writers:
        sys.exit(f"sqlite3 wrote {n}")
    return n / took


def main():
    append = built()
    base = tempfile.mkdtemp(prefix="saydo-append-", dir=os.environ.get("BASE"))
    os.chmod(base, 0o777)
    for writers in (1, 8, 32):
        # The better of three of each, in turn.
        plain, own = [], []
        for i in range(3):
            for f in glob.glob(os.path.join(base, "*.db")):
                os.remove(f)
            plain.append(sqlite(base, writers))
            own.append(ours(append, os.path.join(base, f"own{writers}-{i}.db"), writers))
        print(f"SQLite, {writers} writers: {max(own) / max(plain):.2f} ({max(own):.0f} / {max(plain):.0f} a second)", flush=True)
    port, data = str(free_port()), os.path.join(base, "data")
    quiet = dict(capture_output=True, check=True)
    subprocess.run(as_postgres(f"{BIN}/initdb", "-D", data, "-U", "owner", "-A", "trust"), **quiet)
    options = f"-p {port} -c unix_socket_directories={base} -c max_connections=100"
    subprocess.run(as_postgres(f"{BIN}/pg_ctl", "-w", "-D", data, "-o", options, "-l", f"{data}/log", "start"), **quiet)
    psql = [f"{BIN}/psql", "-q", "-h", "127.0.0.1", "-p", port, "-U", "owner"]
    script = os.path.join(base, "insert.sql")
    with open(script, "w") as f:
        f.write(f"INSERT INTO t (bytes, hash) VALUES ('{'y' * 400}', '{'0' * 64}');\n")
    try:
        for writers in (1, 8, 32):
            plain, own = [], []
            for i in range(3):
                name = f"r{writers}_{i}"
                subprocess.run(psql + ["-d", "postgres", "-c", f"CREATE DATABASE {name}"], **quiet)
                subprocess.run(psql + ["-d", name, "-c", "CREATE TABLE t (seq bigserial PRIMARY KEY, bytes text NOT NULL, hash text NOT NULL)"], **quiet)
                began = time.perf_counter()
                subprocess.run([f"{BIN}/pgbench", "-n", "-c", str(writers), "-j", "2", "-t", str(TOTAL // writers), "-f", script,
                                "-h", "127.0.0.1", "-p", port, "-U", "owner", name], **quiet)
                plain.append(TOTAL / (time.perf_counter() - began))
                own.append(ours(append, f"postgres://owner@127.0.0.1:{port}/{name}?sslmode=disable", writers))
            print(f"PostgreSQL, {writers} writers: {max(own) / max(plain):.2f} ({max(own):.0f} / {max(plain):.0f} a second)", flush=True)
    finally:
        subprocess.run(as_postgres(f"{BIN}/pg_ctl", "-m", "immediate", "-D", data, "stop"), capture_output=True)
        shutil.rmtree(base, ignore_errors=True)


main()
