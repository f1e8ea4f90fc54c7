#!/usr/bin/env python3
"""Speed, as ratios from one run. Needs: cargo build --release, python3 (its sqlite3 module), sqlite3 if installed."""

import datetime, os, shutil, sqlite3, subprocess, sys, tempfile, time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SAYDO = os.path.join(ROOT, "target", "release", "saydo")
ENV = dict(os.environ, SAYDO_NOW="2026-09-12 10:00", SAYDO_ACTOR="bench")
LINKS = ["AAG", "APG", "AAE-1", "IA", "LAND-CN", "BB-NS-1", "BB-NS-2", "CORE-HN", "DNS", "PWR-HUE"]


def run(ws, *args, stdin=None):
    out = subprocess.run([SAYDO, *args], cwd=ws, env=ENV, input=stdin, capture_output=True, text=True)
    if out.returncode not in (0, 1):
        sys.exit(f"{args}: {out.stderr}")
    return out.stdout


def best(f, n=9):
    times = []
    for _ in range(n):
        t = time.perf_counter()
        f()
        times.append(time.perf_counter() - t)
    return min(times)


def own_incident():
    """An incident of its own, on whatever links: older programs opened one each time."""
    told = subprocess.run([SAYDO, "declare", "--help"], env=ENV, capture_output=True, text=True).stdout
    return ["--separate"] if "--separate" in told else []


def workspace(base, name, events, incidents=20, closed=0):
    ws = os.path.join(base, name)
    run(base, "init", name)
    for i in range(closed):
        run(ws, "declare", "core-failure", "--link", "CORE-HN=down")
        run(ws, "close", f"INC-{i + 1}", "--handed-over-to", "bench")
    for i in range(incidents):
        run(ws, "declare", "submarine-cable-disruption", "--link", LINKS[i % 4] + "=down", *own_incident())
    have = sqlite3.connect(os.path.join(ws, ".saydo", "record.db")).execute("select count(*) from events").fetchone()[0]
    states = ["down", "degraded", "up", "unstable"]
    begin = datetime.datetime(2026, 9, 11, tzinfo=datetime.timezone.utc)
    said = lambda i: (begin + datetime.timedelta(seconds=i)).isoformat()
    rows = [f"{LINKS[i % len(LINKS)]},{states[i // 7 % 4]},monitoring,{said(i)}" for i in range(max(0, events - have))]
    while rows:
        part, rows = rows[:9000], rows[9000:]
        run(ws, "link", "set", "--from", "-", stdin="link,state,source,said_at\n" + "\n".join(part) + "\n")
    return ws


def status(ws):
    return best(lambda: run(ws, "status"))


def main():
    base = tempfile.mkdtemp(prefix="saydo-bench-")
    try:
        big = workspace(base, "big", 10_000)
        small = workspace(base, "small", 100)
        db = os.path.join(big, ".saydo", "record.db")
        shell = shutil.which("sqlite3")
        query = "select sum(length(bytes)) from events"
        fetch = [shell, db, query] if shell else [sys.executable, "-c", f"import sqlite3;print(sqlite3.connect({db!r}).execute({query!r}).fetchone())"]
        base_time = best(lambda: subprocess.run(fetch, capture_output=True, check=True))
        t_big, t_small = status(big), status(small)
        run(big, "tick")
        t_tick = best(lambda: run(big, "tick"))
        print(f"tick, 10,000 events, 20 open incidents / status on the same record: {t_tick / t_big:.2f} ({t_tick * 1000:.1f} ms / {t_big * 1000:.1f} ms)")
        print(f"status, 10,000 events, 20 open incidents / {os.path.basename(fetch[0])} over the same rows: {t_big / base_time:.2f} ({t_big * 1000:.1f} ms / {base_time * 1000:.1f} ms)")
        print(f"status, 10,000 events / 100 events, same open incidents: {t_big / t_small:.2f} ({t_big * 1000:.1f} ms / {t_small * 1000:.1f} ms)")
        few, many = workspace(base, "few", 0, closed=10), workspace(base, "many", 0, closed=100)
        t_few, t_many = status(few), status(many)
        print(f"status, 100 closed incidents / 10 closed: {t_many / t_few:.2f} ({t_many * 1000:.1f} ms / {t_few * 1000:.1f} ms)")
        t_verify = best(lambda: run(big, "record", "verify"), 3)
        print(f"events verified and folded per second, whole process: {10_000 / t_verify:,.0f}")
        n = 20
        t = time.perf_counter()
        for i in range(n):
            run(small, "log", f"note {i}")
        ours = time.perf_counter() - t
        plain = os.path.join(base, "plain.db")
        con = sqlite3.connect(plain, isolation_level=None)
        con.execute("pragma synchronous=full")
        con.execute("create table t (seq integer primary key, bytes text, hash text)")
        payload = "x" * 400
        t = time.perf_counter()
        for i in range(n):
            con.execute("insert into t (bytes, hash) values (?, ?)", (payload, "y" * 64))
        theirs = time.perf_counter() - t
        print(f"append with sync, whole process each / SQLite's own insert in one process: {ours / theirs:.2f} ({ours / n * 1000:.1f} ms / {theirs / n * 1000:.2f} ms)")
    finally:
        shutil.rmtree(base)


main()
