#!/bin/bash
# SPDX-License-Identifier: MIT
# --jobs changes the time a run takes and nothing else; more evidence than is read ahead at a time, and a bad end of it.
. "$(dirname "$0")/tap.sh"

# reports COUNT: reports about 4,000 people each, numbered on from one another.
reports() {
    awk -v count="$1" 'BEGIN {
        for (m = 0; m < count; m++) {
            print "From MAILER-DAEMON Mon Apr 13 08:00:00 2026"
            print "From: MAILER-DAEMON@mx.example.org\nDate: Mon, 13 Apr 2026 08:00:00 +0000\nSubject: Undelivered Mail\nMIME-Version: 1.0"
            print "Message-ID: <" m "@mx.example.org>\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n"
            print "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n"
            for (n = 0; n < 4000; n++) {
                i = m * 4000 + n
                code = i % 3 ? "550 5.1.1 no such user" : "452 4.2.2 mailbox full"
                print "Final-Recipient: rfc822; u" i "@example.com\nAction: failed\nStatus: " substr(code, 5, 5) "\nDiagnostic-Code: smtp; " code "\n"
            }
            print "--b--\n"
        }
    }'
}
reports 20 > b.mbox
{ echo email,id; awk 'BEGIN { for (i = 0; i < 90000; i += 7) print "u" i "@example.com," i }'; } > l.csv
exit_code 0 "80,000 events" winnow ingest --state state.db --now $now --quiet b.mbox
cp state.db kept.db
printf '[guard]\nburst-factor=never\nmessage-share=never\n' > two-thirds.conf
sums() { sha256sum l.{clean,removed,held,review}.csv && grep -v '<time' l.report.html | sha256sum; }
exit_code 0 "one job" clean l.csv --force --policy two-thirds.conf --quiet --jobs 1
one=$(sums)
cp l.removed.csv one.csv
ok "removes many" test "$(wc -l < l.removed.csv)" -gt 7000
cp state.db one.db
cp kept.db state.db
exit_code 0 "several jobs" clean l.csv --force --policy two-thirds.conf --quiet --jobs 4
same "remove the same rows" l.removed.csv one.csv
is "and write the same files" "$(sums)" "$one"
decisions() { python3 -c 'import sqlite3, sys
for row in sqlite3.connect(sys.argv[1]).execute("SELECT id, key, row, action, retry_after, decided_by, last_bounce FROM decision ORDER BY id"): print(row)' "$1"; }
decisions one.db > one.txt
decisions state.db > several.txt
same "and store the same decisions" several.txt one.txt

# The list turns out to be bad while the ledger is still being read.
{ cat l.csv; printf 'x,"'; head -c 3000000 /dev/zero | tr '\0' 'y'; } > bad.csv
for jobs in 1 4; do
    exit_code 5 "a list that cannot be read on, $jobs jobs" clean bad.csv --force --quiet --jobs $jobs
    no_file "nothing is written" bad.clean.csv
done

# The end of the ledger is damaged where only the events are.
for jobs in 1 4; do
    cp kept.db state.db
    python3 - << 'END'
import sqlite3
db = sqlite3.connect("state.db")
page, size = db.execute("PRAGMA page_size").fetchone()[0], db.execute("PRAGMA page_count").fetchone()[0]
root = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'event'").fetchone()[0]
db.close()
data = bytearray(open("state.db", "rb").read())
leaves = [p for p in range(size) if data[p * page] == 13 and b"no such user" in data[p * page : (p + 1) * page]]
at = leaves[-2] * page
data[at : at + page] = b"\xff" * page
open("state.db", "wb").write(data)
END
    rm -f l.clean.csv
    exit_code 4 "a damaged ledger, $jobs jobs" clean l.csv --force --policy two-thirds.conf --quiet --jobs $jobs
    error_says "says so, $jobs jobs" "it is damaged"
    no_file "and writes nothing, $jobs jobs" l.clean.csv
done
finish
