#!/bin/bash
# SPDX-License-Identifier: MIT
# The same mails in every wrapping give the same records, in the same order, with any number of threads.
. "$(dirname "$0")/tap.sh"

mkdir tree
n=100
find "$SAMPLES/bounces" -name '*.eml' | LC_ALL=C sort | head -n 40 | while read -r file; do
    n=$((n + 1))
    cp "$file" "tree/$n.eml"
done
count=$(ls tree | wc -l)
# records FILE: without what tells where the message lay.
records() { sed -E 's/^\{"source":"[^"]*","member":("[^"]*"|null),"offset":[0-9]+,//' "$1"; }
classify() { winnow classify --quiet "$@"; }

exit_code 0 "a tree of messages" classify tree
records "$out" > wanted
cp "$out" tree.jsonl
ok "has a record for each message at least" test "$(wc -l < wanted)" -ge "$count"
ok "every line is a JSON object with the keys of the contract, in their order" python3 - tree.jsonl << 'END'
import json, sys
keys = "source member offset message_id kind recipient original_recipient verp_recipient subscriber_id type subtype status " \
       "smtp_code action diagnostic reporting_mta remote_mta time reader rule matched fault campaign notices candidates"
for line in open(sys.argv[1], encoding="utf-8"):
    record = json.loads(line)
    assert list(record) == keys.split(), list(record)
    assert (record["type"] is None) == (record["kind"] != "bounce"), record
END

# as NAME PATH…: the records of the wrapping are those of the tree.
as() {
    local name=$1
    shift
    exit_code 0 "$name is read" classify "$@"
    records "$out" > got
    same "$name gives the same records" got wanted
}
mbox tree/*.eml > one.mbox
as "one mbox" one.mbox
is "offsets are where the messages begin" \
    "$(python3 -c 'import json,sys
data = open("one.mbox", "rb").read()
print({data[json.loads(l)["offset"] - 12:][:12] for l in open(sys.argv[1])})' "$out")" "{b':00:00 2026\\n'}"

mkdir -p maildir/{cur,new,tmp} maildir/.Sub/{cur,new,tmp} mh
i=0
for file in tree/*.eml; do
    i=$((i + 1))
    cp "$file" "mh/$((i + 1000))"
    if [ $((i % 2)) = 0 ]; then cp "$file" "maildir/cur/1776000$((100 + i)).M1P1.mx:2,S"; else
        cp "$file" "maildir/new/1776000$((100 + i)).M1P1.mx"; fi
done
echo 'unseen: 1-3' > mh/.mh_sequences
as "an MH folder" mh
cp tree/101.eml maildir/tmp/half
records tree.jsonl | LC_ALL=C sort > sorted
exit_code 0 "a Maildir is read" classify maildir
records "$out" | LC_ALL=C sort > got
same "a Maildir gives the same records, and its tmp none" got sorted
cp tree/101.eml maildir/.Sub/new/1776000900.M1P1.mx
exit_code 0 "with a Maildir++ folder" classify maildir
is "that folder's message is one more" "$(wc -l < "$out")" "$(($(wc -l < wanted) + $(classify tree/101.eml | wc -l)))"

tar czf tree.tar.gz --sort=name tree
as "a tar.gz" tree.tar.gz
has "a member is named" "$out" '"source":"tree.tar.gz","member":"tree/101.eml","offset":0,'
tar cJf tree.tar.xz --sort=name tree && as "a tar.xz" tree.tar.xz
tar cjf tree.tar.bz2 --sort=name tree && as "a tar.bz2" tree.tar.bz2
gzip -k one.mbox
as "a gzipped mbox" one.mbox.gz
if command -v zip > /dev/null; then
    zip -q tree.zip tree/*
    as "a zip" tree.zip
    mkdir nested && zip -q nested/in.zip one.mbox.gz && tar cf nested.tar nested
    as "an mbox.gz in a zip in a tar" nested.tar
else
    skip "a zip" "no zip here"
fi
mv one.mbox.gz renamed.csv
as "an archive with a name that lies" renamed.csv

sed 's/$/\r/' one.mbox > crlf.mbox
as "CRLF" crlf.mbox
tr '\n' '\r' < one.mbox > cr.mbox
as "lone CR" cr.mbox
input=one.mbox as "an mbox on standard input" -
input=tree/101.eml exit_code 0 "a message on standard input" classify -
head -n "$(classify tree/101.eml | wc -l)" wanted > first
records "$out" > got
same "gives its record" got first
head -c -1 one.mbox > short.mbox
as "an mbox without its last newline" short.mbox
input=tree.tar.gz as "a packed tree on standard input" -
: > empty.mbox
mkdir void
as "an empty file and an empty folder beside it" empty.mbox void tree

# --- threads ---
for k in 1 2 3 4 5 6; do cat one.mbox; done > big.mbox
mkdir many && cp -r tree many/a && cp -r maildir many/b && cp big.mbox many/
for paths in big.mbox many "tree.tar.gz big.mbox -"; do
    for jobs in 1 2 4; do
        # shellcheck disable=SC2086
        classify --jobs $jobs $paths < one.mbox > "jobs.$jobs" 2>&1
    done
    ok "--jobs 1 has records of '$paths'" test -s jobs.1
    ok "--jobs 2 and 4 give the same bytes for '$paths'" cmp jobs.1 jobs.2
    ok "--jobs 4 too" cmp jobs.1 jobs.4
done
exit_code 0 "-j4 is the same as --jobs=4" classify -j4 big.mbox
classify --jobs=4 big.mbox > got
same "byte for byte" "$out" got

# --- formats ---
for format in json tsv csv ses; do
    exit_code 0 "--format=$format" classify --format=$format tree
    cp "$out" records.$format
done
same "json is what comes without" records.json tree.jsonl
ok "tsv: as many records, as many cells in each, and a head" python3 - << 'END'
import json
rows = [line.rstrip("\n").split("\t") for line in open("records.tsv", encoding="utf-8")]
records = [json.loads(line) for line in open("records.json", encoding="utf-8")]
assert len(rows) == len(records) + 1, (len(rows), len(records))
assert all(len(row) == len(rows[0]) for row in rows)
assert rows[0] == list(records[0]), rows[0]
assert [row[4] for row in rows[1:]] == [record["kind"] for record in records]
END
ok "csv: the same records, read by a CSV reader" python3 - << 'END'
import csv, json
rows = list(csv.DictReader(open("records.csv", encoding="utf-8", newline="")))
records = [json.loads(line) for line in open("records.json", encoding="utf-8")]
assert len(rows) == len(records)
for row, record in zip(rows, records):
    assert list(row) == list(record)
    for key in ("source", "kind", "recipient", "diagnostic", "status", "rule"):
        assert row[key] == (record[key] or ""), (key, row[key], record[key])
END
ok "ses: Amazon's notifications, with the recipients of every bounce and complaint" python3 - << 'END'
import json
records = [json.loads(line) for line in open("records.json", encoding="utf-8")]
notes = [json.loads(line) for line in open("records.ses", encoding="utf-8")]
said = set()
for note in notes:
    kind = note.get("notificationType") or note["eventType"]
    assert kind in ("Bounce", "Complaint", "Delivery", "DeliveryDelay"), kind
    body = note[kind[0].lower() + kind[1:]]
    assert (body["timestamp"] or "Z").endswith("Z")  # null: the mail has no date
    if kind == "Bounce":
        for r in body["bouncedRecipients"]:
            said.add((body["bounceType"], body["bounceSubType"], r["emailAddress"]))
bounced = {(r["type"], r["subtype"], r["recipient"]) for r in records if r["kind"] == "bounce"}
assert said == bounced, (said, bounced)
END
exit_code 2 "an unknown format" classify -f xml tree
error_says "is named with those that are" "'xml' is none of json, tsv, csv, ses"
exit_code 0 "--only-events" classify --only-events tree
lacks "leaves out what is none" "$out" '"kind":"none"'
exit_code 0 "--output writes to a file" classify -o o.jsonl tree
same "the same" o.jsonl tree.jsonl
is "and nothing on standard output" "$(cat "$out")" ""

# --- what lies beside mail in a folder ---
mkdir beside && cp tree/101.eml beside/ && cp tree.jsonl beside/101.jsonl && printf '\0\1\2junk' > beside/cache.bin
exit_code 1 "a folder with data and junk beside a message" classify beside
is "gives the message's records, none for the data" "$(grep -c '"source":"beside/101.eml"' "$out")" "$(wc -l < "$out")"
error_says "names the junk" "beside/cache.bin"
lacks "leaves the data without a word" "$err" "101.jsonl"

# --- the ledger counts a message once, however wrapped ---
exit_code 0 "the tree into a ledger" winnow ingest --state s.db --now $now tree
ok "adds events" grep -qE '^[1-9][0-9]* events added$' "$out"
exit_code 0 "every other wrapping" winnow ingest --state s.db --now $now one.mbox mh tree.tar.gz renamed.csv short.mbox
has "adds none" "$out" "0 events added"
finish
