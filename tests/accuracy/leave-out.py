#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What each rule is worth: scores the labelled corpus without it.

usage: leave-out.py WINNOW CORPUS [--files]

One line for each rule (or each rule file) that decides something in the corpus: how many messages it decides, and what
the score of ALL-uniq becomes without it. A rule that decides one message and whose loss costs one may be fitted to that
message: read it again. A file of providers' rules whose loss costs much hides a gap in the general ones. A rule is left
out by one of the user's with its name, which replaces it and never holds."""
import collections, json, os, subprocess, sys, tempfile

NEVER = "rule %s  %s\n  says qqq never said qqq\n  like qqq never said qqq\n"
COLUMNS = ("recall", "precision", "class", "adj", "adjL", "full", "sub")


def classify(winnow, corpus, out, rules=()):
    folders = sorted(e.path for e in os.scandir(corpus) if e.is_dir())
    with tempfile.NamedTemporaryFile("w", suffix=".rules") as file:
        file.write("\n".join(NEVER % (name, target) for name, target in rules))
        file.flush()
        with open(out, "w") as stream:
            subprocess.run([winnow, "classify", "--quiet", "--rules=" + file.name] + folders, stdout=stream, check=False)


def score(corpus, records):
    text = subprocess.run([sys.executable, os.path.join(corpus, "score.py"), records], capture_output=True, text=True,
                          check=True).stdout
    line = next(l for l in text.splitlines() if l.split()[:2] == ["ALL-uniq", "both"])
    return dict(zip(COLUMNS, (float(v) if v != "-" else 100.0 for v in line.split()[5:12])))


def rules_of(winnow):
    """(file, name, type/subtype) of every built-in rule."""
    listed = subprocess.run([winnow, "rules", "list"], capture_output=True, text=True, check=True).stdout
    file = ""
    for line in listed.splitlines():
        if line.startswith("# "):
            file = line[2:].rsplit(":", 1)[0]
        elif line.startswith("rule "):
            yield file, line.split()[1], line.split()[2]


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    winnow, corpus = sys.argv[1:3]
    by_file = "--files" in sys.argv
    with tempfile.TemporaryDirectory() as folder:
        records = os.path.join(folder, "records")
        classify(winnow, corpus, records)
        with_all = score(corpus, records)
        decided = collections.defaultdict(set)
        for record in map(json.loads, open(records)):
            decided[record["rule"]].add(record["source"])
        groups = collections.defaultdict(list)
        for file, name, target in rules_of(winnow):
            groups[file if by_file else name].append((name, target))
        print("%-34s %8s  %s" % ("without", "messages", "  ".join(COLUMNS)))
        print("%-34s %8s  %s" % ("(nothing)", "", "  ".join("%6.1f" % with_all[c] for c in COLUMNS)))
        for group, rules in groups.items():
            messages = set().union(*(decided[name] for name, _ in rules))
            if not messages:
                continue
            classify(winnow, corpus, records, rules)
            without = score(corpus, records)
            print("%-34s %8d  %s" % (group, len(messages), "  ".join("%+6.1f" % (without[c] - with_all[c]) for c in COLUMNS)),
                  flush=True)


main()
