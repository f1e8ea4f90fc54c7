#!/usr/bin/env python3
"""Plans a notice for a generated base and lets DuckDB count the same: python3 benches/everyone.py SAYDO ROWS

Needs the Python module duckdb, and about four times the size of the base (45 bytes a row) on the disk.
Prints seconds, memory and whether the places of the balance are the same.
"""
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time

ZONES = ["hue", "da-nang", "quang-tri", "", "hue", "da-nang"]

CONFIG = """
outlets:
  gateway:
    kind: http-sms
    url: "http://127.0.0.1:9/sms"
    body: '{ "to": {{ numbers }}, "text": {{ text }} }'
    to_customers: true
    rate: 300
    channels: [sms]
customers:
  file: customers.csv
  person: customer
  rides_on: [zone]
  language: lang
  care: care
  reached_by:
    - { channel: sms, outlet: gateway, address: phone, consent: agreed }
"""

QUERY = """
with rows as (select customer, case when zone = 'hue' then 1 when zone in ('da-nang', 'quang-tri') then 2 else 0 end as hit,
                     care, phone, agreed from read_csv('{file}', all_varchar = true, header = true)),
people as (select customer, bit_or(hit) as hit, max(coalesce(care, '')) as care, first(phone) as phone, first(agreed) as agreed
           from rows group by customer),
placed as (select *, case when hit = 0 then 'not-affected' when care <> '' then 'to-phone'
                          when not contains(agreed, 'service') then 'no-consent' else 'reached' end as place from people),
messages as (select phone, bit_or(hit) as hit, count(*) as n, min(customer) as first from placed where place = 'reached' group by phone)
select place, count(*) from placed where place <> 'reached' group by place
union all select 'send', count(*) from messages
union all select 'covered', coalesce(sum(n - 1), 0)::bigint from messages
"""


def write_base(path, rows):
    chance = random.Random(5)
    with open(path, "w") as out:
        out.write("customer,zone,lang,care,phone,agreed\n")
        for i in range(rows):
            p = chance.randrange(max(1, rows * 5 // 7))
            agreed = "service safety" if p % 9 else "none"
            care = "m" if p % 997 == 0 else ""
            out.write(f"C{p},{ZONES[i % 6]},{('vi', 'en', '')[p % 3]},{care},09{p % (rows // 2 + 1):08d},{agreed}\n")


def run(command, folder):
    began = time.time()
    env = dict(os.environ, SAYDO_NOW="2026-03-10 10:05", SAYDO_ACTOR="bench", SAYDO_CONFIG=folder + "/config")
    child = subprocess.Popen(command, cwd=folder + "/ws", env=env, stdout=subprocess.PIPE)
    said = child.stdout.read()
    _, status, used = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"{command}: {said.decode()}")
    return said, time.time() - began, used.ru_maxrss // 1024


def main():
    saydo, rows = os.path.abspath(sys.argv[1]), int(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(folder + "/ws")
        run([saydo, "init", "."], folder)
        with open(folder + "/ws/saydo.yaml", "a") as out:
            out.write(CONFIG)
        run([saydo, "adopt"], folder)
        run([saydo, "declare", "regional-power-failure", "--link", "hue=down"], folder)
        run([saydo, "declare", "backbone-cut", "--link", "quang-tri=down", "--link", "da-nang=degraded"], folder)
        for about in (["INC-1"], ["INC-2"], ["INC-1", "INC-2"]):
            run([saydo, "statement", "issue", *about, "--yes"], folder)
        base = folder + "/ws/customers.csv"
        write_base(base, rows)
        print(f"{rows} rows, {os.path.getsize(base) >> 20} MB")
        said, seconds, memory = run([saydo, "--json", "notice", "plan", "--dry-run"], folder)
        ours = {k: n for k, n in json.loads(said)["sheet"]["buckets"].items() if n}
        print(f"saydo   {seconds:7.2f} s  {memory:6} MB")
        code = (
            "import duckdb, json; c = duckdb.connect(); c.execute(\"set threads = 2; set memory_limit = '8GB'\"); "
            f"print(json.dumps(dict(c.execute('''{QUERY.format(file=base)}''').fetchall())))"
        )
        said, theirs_seconds, memory = run([sys.executable, "-c", code], folder)
        theirs = {k: n for k, n in json.loads(said).items() if n}
        print(f"DuckDB  {theirs_seconds:7.2f} s  {memory:6} MB, ratio {seconds / theirs_seconds:.2f}")
        print("the same places" if ours == theirs else f"NOT the same: {ours} {theirs}")


main()
