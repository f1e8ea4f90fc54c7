#!/usr/bin/env python3
"""The status page, as ratios from one run: `site build` for 2,000 past incidents with 5 statements each, against Hugo
building as many pages of the same size on the same cores, warm; and a build after one new statement against a full one.

    cargo build --release --bench site --bin saydo && python3 benches/site.py
"""

import json, os, re, shutil, subprocess, sys, tempfile, time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TARGET = os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target"))
SAYDO = os.path.join(TARGET, "release", "saydo")
INCIDENTS = int(os.environ.get("INCIDENTS", "2000"))


def maker():
    out = subprocess.run(["cargo", "build", "--release", "--bench", "site", "--message-format=json"], cwd=ROOT,
                         capture_output=True, text=True, check=True).stdout
    found = [json.loads(l) for l in out.splitlines()]
    return [m["executable"] for m in found if m.get("executable") and m["target"]["name"] == "site"][-1]


def timed(f):
    t = time.perf_counter()
    f()
    return time.perf_counter() - t


def best(f, n=3):
    return min(timed(f) for _ in range(n))


def main():
    make = maker()
    base = tempfile.mkdtemp(prefix="saydo-site-")
    ws, site = os.path.join(base, "ws"), os.path.join(base, "site")
    minute = [0]

    def run(*args, now=None):
        minute[0] += 31
        env = dict(os.environ, SAYDO_ACTOR="noc", SAYDO_CONFIG=base,
                   SAYDO_NOW=now or f"2020-03-01 {minute[0] // 60:02d}:{minute[0] % 60:02d}")
        out = subprocess.run([SAYDO, *args], cwd=base, env=env, capture_output=True, text=True)
        if out.returncode not in (0, 1):
            sys.exit(f"{args}: {out.stderr}")
        return out.stdout

    run("init", "ws")
    w = ("--workspace", "ws")
    run(*w, "declare", "submarine-cable-disruption", "--link", "AAG=down")
    run(*w, "statement", "issue")
    run(*w, "link", "set", "AAG", "--window", "2020-03-05..2020-03-08", "--source", "cable-operator")
    run(*w, "statement", "issue")
    run(*w, "link", "set", "AAG", "--cause", "anchor", "--confirmed")
    run(*w, "statement", "issue")
    run(*w, "link", "set", "AAG", "up", "--source", "own-check")
    run(*w, "statement", "issue")
    minute[0] += 60
    run(*w, "still")
    run(*w, "statement", "issue")
    run(*w, "close", "INC-1", "--handed-over-to", "archive")
    print(subprocess.run([make, ws, str(INCIDENTS)], capture_output=True, text=True).stdout.strip())
    later = "2027-01-01 10:00"
    moment = [later]

    def build():
        run(*w, "site", "build", site, now=moment[0])

    # Each full build goes into a folder of its own: ext4 is slow to make files where many were just removed.
    turns = iter(range(1000))

    def full():
        nonlocal site
        site = os.path.join(base, f"site{next(turns)}")
        build()

    ours = best(full)
    pages = [os.path.join(d, f) for d, _, fs in os.walk(site) for f in fs if f.endswith(".html")]
    # Hugo builds as many pages, whose content is the text of ours.
    hugo = os.path.join(base, "hugo")
    os.makedirs(os.path.join(hugo, "content", "posts"))
    os.makedirs(os.path.join(hugo, "layouts", "_default"))
    with open(os.path.join(hugo, "config.toml"), "w") as f:
        f.write('baseURL = "https://status.example/"\ndisableKinds = ["taxonomy", "term", "RSS", "sitemap"]\n')
    size = 0
    for kind in ("single", "list"):
        with open(os.path.join(hugo, "layouts", "_default", kind + ".html"), "w") as f:
            f.write("<!doctype html><html><head><title>{{ .Title }}</title></head><body><main>{{ .Content }}</main></body></html>")
    for i, page in enumerate(pages):
        with open(page) as f:
            text = f.read()
        size += len(text)
        with open(os.path.join(hugo, "content", "posts", f"{i}.html"), "w") as f:
            f.write(f"---\ntitle: page {i}\n---\n{text}")

    def theirs():
        target = os.path.join(base, f"hugo{next(turns)}")
        subprocess.run(["hugo", "--quiet", "-s", hugo, "-d", target], check=True)

    other = best(theirs)
    print(f"full build / Hugo, {len(pages)} pages of {size / len(pages) / 1000:.1f} kB: {ours / other:.2f} ({ours:.2f} s / {other:.2f} s)")
    again = best(build)
    run(*w, "declare", "submarine-cable-disruption", "--link", "APG=down", now=later)
    number = f"INC-{INCIDENTS + 1}"

    # As often as the full build: each time there is one statement more.
    def issued(stage):
        moment[0] = f"2027-01-01 10:{['diagnosing', 'located', 'repairing'].index(stage) + 1:02d}"
        run(*w, "link", "set", "APG", "--work", stage, now=moment[0])
        run(*w, "statement", "issue", number, now=moment[0])
        return timed(build)

    run(*w, "statement", "issue", number, now=later)
    build()
    after = min(issued(stage) for stage in ("diagnosing", "located", "repairing"))
    status = best(lambda: run(*w, "status", now=moment[0]))
    print(f"after one new statement / full: {after / ours:.2f} ({after:.2f} s / {ours:.2f} s); nothing new: {again:.2f} s; reading the record alone (status): {status:.2f} s")
    shutil.rmtree(base, ignore_errors=True)


main()
