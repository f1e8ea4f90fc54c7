#!/usr/bin/env python3
"""A network of 20,000 links, about what a file of 1 MiB holds: flat, and as one chain in which each is a part of the one before. How long
and how much memory each command takes. The limit for each is 3 seconds and 300 MB.

    cargo build --release && python3 benches/network.py
"""

import os, resource, subprocess, sys, tempfile, time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SAYDO = os.environ.get("SAYDO", os.path.join(os.environ.get("CARGO_TARGET_DIR", f"{ROOT}/target"), "release", "saydo"))
LINKS = int(os.environ.get("LINKS", "19900"))
BEFORE = "# Links that carry one demand"


def link(i, is_chain):
    parts = f", parts: [l{i + 1}]" if is_chain and i + 1 < LINKS else ""
    return f"  - {{id: l{i}, kind: route{parts}}}\n"


def run(env, *command):
    began = time.perf_counter()
    child = subprocess.Popen([SAYDO, *command], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    out, err = child.communicate()
    took = time.perf_counter() - began
    if child.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)}: {err}")
    return took


def main():
    for is_chain in (False, True):
        with tempfile.TemporaryDirectory() as home:
            env = {k: v for k, v in os.environ.items() if not k.startswith("SAYDO_")}
            env |= {"HOME": home, "SAYDO_CONFIG": f"{home}/config", "SAYDO_ACTOR": "Lan"}
            place = f"{home}/desk"
            run(env, "init", place)
            path = f"{place}/network.yaml"
            text = open(path, encoding="utf-8").read()
            at = text.rindex("\n", 0, text.index(BEFORE)) + 1
            links = "".join(link(i, is_chain) for i in range(LINKS))
            open(path, "w", encoding="utf-8").write(text[:at] + links + text[at:])
            inside = ("--workspace", place)
            steps = [("adopt", run(env, "adopt", *inside)),
                     ("status", run(env, "status", *inside)),
                     ("declare", run(env, "declare", "submarine-cable-disruption", "--link", "l100=down", *inside)),
                     ("draft", run(env, "statement", "draft", *inside))]
            shown = ", ".join(f"{name} {took:.2f} s" for name, took in steps)
            print(f"{'chain' if is_chain else 'flat '}: {shown}")
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"the most memory that one took: {most:.0f} MB")


main()
