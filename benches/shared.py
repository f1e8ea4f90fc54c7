#!/usr/bin/env python3
"""Speed of the shared record, as ratios from one run, on a PostgreSQL server of its own (a temporary cluster).

    cargo build --release && python3 benches/shared.py
"""

import glob, os, shutil, subprocess, sys, tempfile, time, socket

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SAYDO = os.path.join(ROOT, "target", "release", "saydo")
BIN = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
EVENTS = int(os.environ.get("EVENTS", "100000"))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def as_postgres(*command):
    return (["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []) + list(command)


def best(f, n=5):
    times = []
    for _ in range(n):
        t = time.perf_counter()
        f()
        times.append(time.perf_counter() - t)
    return min(times)


def main():
    base = tempfile.mkdtemp(prefix="saydo-shared-")
    os.chmod(base, 0o777)
    port = str(free_port())
    data = os.path.join(base, "data")
    quiet = dict(capture_output=True, check=True)
    subprocess.run(as_postgres(f"{BIN}/initdb", "-D", data, "-U", "owner", "-A", "trust"), **quiet)
    options = f"-p {port} -c unix_socket_directories={base}"
    subprocess.run(as_postgres(f"{BIN}/pg_ctl", "-w", "-D", data, "-o", options, "-l", f"{data}/log", "start"), **quiet)
    psql = [f"{BIN}/psql", "-q", "-h", "127.0.0.1", "-p", port, "-U", "owner"]
    env = dict(os.environ, SAYDO_NOW="2026-09-12 10:00", SAYDO_ACTOR="bench", SAYDO_CONFIG=base)
    try:
        subprocess.run(psql + ["-d", "postgres", "-c", "CREATE DATABASE rec"], **quiet)
        url = f"postgres://owner@127.0.0.1:{port}/rec?sslmode=disable"

        def run(*args, stdin=None):
            out = subprocess.run([SAYDO, *args], cwd=base, env=env, input=stdin, capture_output=True, text=True)
            if out.returncode not in (0, 1):
                sys.exit(f"{args}: {out.stderr}")
            return out.stdout

        run("init", "ws", "--record", url)
        for link in ("AAG", "APG", "AAE-1", "IA"):
            run("--workspace", "ws", "declare", "submarine-cable-disruption", "--link", f"{link}=down")
        states = ["down", "degraded", "up", "unstable"]
        rows = [f"{'AAG APG AAE-1 IA'.split()[i % 4]},{states[i // 7 % 4]},monitoring" for i in range(EVENTS)]
        while rows:
            part, rows = rows[:9000], rows[9000:]
            run("--workspace", "ws", "link", "set", "--from", "-", stdin="link,state,source\n" + "\n".join(part) + "\n")
        query = "SELECT seq, bytes, hash, signature FROM saydo_events WHERE seq > 0 ORDER BY seq"
        fetch = best(lambda: subprocess.run(psql + ["-d", "rec", "-A", "-t", "-c", query], **quiet))
        status = best(lambda: run("--workspace", "ws", "status"))
        print(f"{EVENTS} events: status / psql fetching the same rows: {status / fetch:.2f} ({status:.2f} s / {fetch:.2f} s)")
    finally:
        subprocess.run(as_postgres(f"{BIN}/pg_ctl", "-m", "immediate", "-D", data, "stop"), capture_output=True)
        shutil.rmtree(base, ignore_errors=True)


main()
