#!/usr/bin/env python3
"""10,000 renditions to a webhook on loopback against wrk posting bodies of the same size at the same concurrency, as a ratio
from one run: claims, receipts and the chained record included on our side.

    cargo build --release --bench site --bin saydo && python3 benches/publish.py
"""

import base64, json, os, shutil, subprocess, sys, tempfile, time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TARGET = os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target"))
SAYDO = os.path.join(TARGET, "release", "saydo")
INCIDENTS, CHANNELS, THREADS = int(os.environ.get("INCIDENTS", "1000")), ["web", "email", "social", "call-centre", "push"], 4

SERVER = r"""
// Takes a body and answers; keeps nothing.
const http = require("http");
let n = 0, bytes = 0;
const s = http.createServer((q, a) => { q.on("data", (d) => { bytes += d.length; }); q.on("end", () => { n += 1; a.end("ok"); }); });
s.listen(0, "127.0.0.1", () => console.log(s.address().port));
process.on("SIGUSR2", () => { console.log(n + " " + bytes); n = 0; bytes = 0; });
"""


def maker():
    out = subprocess.run(["cargo", "build", "--release", "--bench", "site", "--message-format=json"], cwd=ROOT,
                         capture_output=True, text=True, check=True).stdout
    found = [json.loads(l) for l in out.splitlines()]
    return [m["executable"] for m in found if m.get("executable") and m["target"]["name"] == "site"][-1]


def main():
    import signal
    make = maker()
    base = tempfile.mkdtemp(prefix="saydo-publish-")
    ws = os.path.join(base, "ws")
    server = subprocess.Popen(["node", "-e", SERVER], stdout=subprocess.PIPE, text=True)
    port = server.stdout.readline().strip()
    env = dict(os.environ, SAYDO_ACTOR="noc", SAYDO_CONFIG=base, HOOK="whsec_" + base64.b64encode(b"k" * 32).decode(), NO_PROXY="127.0.0.1")

    def run(*args, now="2020-03-01 10:00", at=ws):
        out = subprocess.run([SAYDO, "--workspace", at, *args], cwd=base, env=dict(env, SAYDO_NOW=now), capture_output=True, text=True)
        if out.returncode not in (0, 1):
            sys.exit(f"{args}: {out.stderr}")
        return out.stdout

    subprocess.run([SAYDO, "init", ws], env=dict(env, SAYDO_NOW="2020-03-01 09:00"), capture_output=True, check=True)
    with open(os.path.join(ws, "saydo.yaml"), "a") as f:
        f.write(f"\noutlets:\n  hook: {{ kind: webhook, url: \"http://127.0.0.1:{port}/\", secret: \"env:HOOK\", channels: [{', '.join(CHANNELS)}], concurrency: {THREADS} }}\n")
    run("adopt", now="2020-03-01 09:30")
    run("declare", "submarine-cable-disruption", "--link", "AAG=down")
    run("statement", "issue")
    print(subprocess.run([make, ws, str(INCIDENTS), "open"], capture_output=True, text=True).stdout.strip())
    lua = os.path.join(base, "post.lua")

    def wrk(size, seconds):
        with open(lua, "w") as f:
            f.write(f'wrk.method = "POST"\nwrk.body = string.rep("x", {size})\nwrk.headers["content-type"] = "application/json"\n')
        out = subprocess.run(["wrk", "-t", "1", "-c", str(THREADS), "-d", f"{seconds}s", "-s", lua, f"http://127.0.0.1:{port}/"], capture_output=True, text=True).stdout
        return float([l for l in out.splitlines() if "Requests/sec" in l][0].split()[1])

    def counted():
        server.send_signal(signal.SIGUSR2)
        return map(int, server.stdout.readline().split())

    # Warm, both: the server has served, and the same was published once from a copy; the record was read before, as it is by
    # the command that issues.
    wrk(1000, 1)
    shutil.copytree(ws, ws + "-copy")
    run("publish", at=ws + "-copy", now="2020-03-01 10:05")
    run("status", now="2020-03-01 10:05")
    counted()
    t = time.perf_counter()
    said = run("publish", now="2020-03-01 10:05").strip()
    ours = time.perf_counter() - t
    n, size = counted()
    print(f"{said}; the server took {n} requests of {size // max(n, 1)} bytes")
    rate = wrk(size // max(n, 1), 4)
    print(f"ours / wrk at {THREADS} at once: {n / ours / rate:.2f} ({n / ours:.0f} / {rate:.0f} a second)")
    server.kill()


main()
