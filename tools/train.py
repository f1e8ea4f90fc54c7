#!/usr/bin/env python3
"""Learns the weights of the reader of promises from tests/corpus and writes them twice: all that is there goes into
src/check/languages/{en,vi}/weights.tsv; without `dev_second` into tests/corpus/{en,vi}.heldout.tsv, by which the tests say how
good the reader is on notices that it has not seen.

    cargo build --release --example sentence_features
    python3 tools/train.py

Needs Python 3 with scikit-learn; nothing of it is needed to build or run the program.
"""
import collections
import json
import os
import subprocess
import unicodedata

import numpy
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
FEATURES = os.path.join(ROOT, "target/release/examples/sentence_features")
SOURCES = {
    lang: [f"own_{lang}"] + [f"{lang}_{letter}" for letter in letters]
    for lang, letters in (("en", "abcdefghijkl"), ("vi", "abcdefghi"))
}
# Whole notices by another hand, in the manner of those that the reader meets, count for more.
NOTICES = {"dev_first": 3.0, "dev_second": 3.0}
# What is written without marks is read too, and counts for less.
WITHOUT_MARKS = 0.35


def with_features(rows):
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    done = subprocess.run([FEATURES], input=text, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def sentences(lang, notices):
    rows = []
    for name in SOURCES[lang] + notices:
        with open(os.path.join(ROOT, "tests/corpus", name + ".jsonl"), encoding="utf-8") as file:
            rows += [dict(json.loads(line), weight=NOTICES.get(name, 1.0)) for line in file if line.strip()]
    return [row for row in rows if row["lang"] == lang]


def without_marks(text):
    text = unicodedata.normalize("NFD", text).replace("đ", "d").replace("Đ", "D")
    return "".join(c for c in text if not unicodedata.combining(c))


def label(row):
    return "p:" + row["kind"] if row["label"] == "promise" else row["label"]


def train(lang, notices, to):
    rows = with_features(sentences(lang, notices))
    weight = [row["weight"] for row in rows]
    if lang == "vi":
        plain = [dict(row, text=without_marks(row["text"]), span=None, due=None) for row in sentences(lang, notices)]
        known = {row["text"] for row in rows}
        plain = with_features([row for row in plain if row["text"] not in known])
        rows += plain
        weight += [WITHOUT_MARKS * row["weight"] for row in plain]
    count = collections.Counter(f for row in rows for f in set(row["features"]))
    vectors = DictVectorizer()
    x = vectors.fit_transform([{f: 1 for f in row["features"] if count[f] >= 2} for row in rows])
    model = LogisticRegression(C=0.3, max_iter=250).fit(x, [label(row) for row in rows], sample_weight=weight)
    promises = [i for i, row in enumerate(rows) if row["label"] == "promise"]
    bound = LogisticRegression(C=0.3, max_iter=250, class_weight={0: 1, 1: 2}).fit(
        x[promises],
        [int(bool(rows[i]["attributed"])) for i in promises],
        sample_weight=[weight[i] for i in promises],
    )
    table = numpy.vstack([model.coef_, bound.coef_])
    start = list(model.intercept_) + [bound.intercept_[0]]
    with open(os.path.join(ROOT, to), "w", encoding="utf-8") as out:
        out.write("# Weights of the reader of promises, in hundredths; made by tools/train.py from tests/corpus. ")
        out.write("See CONTRIBUTING.md.\n")
        out.write("\t".join(["classes", *model.classes_, "attributed"]) + "\n")
        out.write("\t".join(["^bias", *(str(round(100 * b)) for b in start)]) + "\n")
        for column, name in enumerate(vectors.get_feature_names_out()):
            cells = [int(round(100 * w)) for w in table[:, column]]
            if max(abs(c) for c in cells) >= 8 and "\t" not in name:
                out.write("\t".join([name, *map(str, cells)]) + "\n")
    print(to, len(rows), "sentences", len(count), "features")


for language in SOURCES:
    train(language, ["dev_first"], f"tests/corpus/{language}.heldout.tsv")
    train(language, ["dev_first", "dev_second"], f"src/check/languages/{language}/weights.tsv")
