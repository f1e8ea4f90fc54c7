#!/usr/bin/env python3
"""Speed of `check`, as ratios from one run: a megabyte of the corpus' notices against other linters of prose that are
installed (write-good by npm, proselint by pip), and ten times the text over the text on hostile ones.

    cargo build --release && python3 benches/check.py
"""

import glob, json, os, shutil, subprocess, tempfile, time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SAYDO = os.path.join(ROOT, "target", "release", "saydo")
HOSTILE = ["sẽ ", "will be back by ", "(", "[](", "a\u0301\u0302\u0303", "18:00 ", "1/1/1/", "ten of ten of ", "khôi phục trước 17h, ", "<b>", "x"]


def notices(lang, size):
    text = ""
    for name in sorted(glob.glob(os.path.join(ROOT, "tests", "corpus", f"{lang}_*.jsonl"))):
        with open(name, encoding="utf-8") as file:
            text += "\n".join(json.loads(line)["text"] for line in file) + "\n\n"
    while len(text.encode()) < size:
        text += text
    return text.encode()[:size].decode("utf-8", "ignore")


def best(command, n=3):
    times = []
    for _ in range(n):
        start = time.perf_counter()
        subprocess.run(command, capture_output=True)
        times.append(time.perf_counter() - start)
    return min(times)


def main():
    folder = tempfile.mkdtemp(prefix="saydo-check-")
    try:
        def put(name, text):
            path = os.path.join(folder, name)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            return path

        for lang in ("en", "vi"):
            mega = put(f"{lang}.txt", notices(lang, 1_000_000))
            wording = best([SAYDO, "check", "--wording-only", mega])
            claims = best([SAYDO, "check", "--claims", mega])
            print(f"1 MB of notices, {lang}: --wording-only {wording:.3f} s, --claims {claims:.3f} s")
            if lang == "en":
                for name, command in (("write-good", ["write-good", mega]), ("proselint", ["proselint", "check", mega])):
                    if shutil.which(name):
                        other = best(command, 1)
                        print(f"  {name} / saydo --wording-only: {other / wording:.0f} ({other:.1f} s)")
                    else:
                        print(f"  {name} is not installed: not measured")
        for mode in ("--wording-only", "--claims"):
            worst = 0.0
            for piece in HOSTILE:
                small = put("small.txt", piece * (1_000_000 // len(piece.encode())))
                large = put("large.txt", piece * (10_000_000 // len(piece.encode())))
                times = best([SAYDO, "check", mode, small]), best([SAYDO, "check", mode, large], 1)
                worst = max(worst, times[1] / times[0])
                print(f"10 MB / 1 MB, {mode} {piece!r}: {times[1] / times[0]:.1f} ({times[1]:.2f} s)")
            print(f"worst, {mode}: {worst:.1f}")
    finally:
        shutil.rmtree(folder)


main()
