#!/bin/bash
# SPDX-License-Identifier: MIT
# winnow prune: what is old goes, bytes and all; what is in force stays.
. "$(dirname "$0")/tap.sh"
prune() { winnow prune --state "${state:-state.db}" "$@"; }
run() { winnow clean l.csv --state state.db --now "$1" --force -q "${@:2}"; }
events() { sqlite3 state.db 'SELECT count(*) FROM event'; }
removed() { tail -n +2 l.removed.csv | cut -d , -f 1 | sort | xargs; }
sql() { sqlite3 "$1" .dump; }

old="Mon, 14 Apr 2025 08:00:00 +0000"
bounce dead@example.com 5.1.1 "550 5.1.1 User unknown" "$old" > dead.eml
bounce gone@example.com 5.1.1 "550 5.1.1 User unknown" "$old" > gone.eml
bounce new@example.com > new.eml
for day in 01 03 05 07 09; do bounce soft@example.com 4.4.1 "421 4.4.1 connection timed out" "Tue, $day Apr 2025 08:00:00 +0000"; done |
    sed 's/^Return-Path: <>/From MAILER-DAEMON Mon Apr 13 08:00:00 2026\n&/' | sed '1!s/^From MAILER/\n&/' > soft.mbox
for i in $(seq 1 300); do bounce "stranger$i@example.net" 5.1.1 "550 5.1.1 User unknown $i" "$old" > "s$i.eml"; done
printf 'email\ndead@example.com\nsoft@example.com\nnew@example.com\nfine@example.com\n' > l.csv
run 2025-04-20 --bounces dead.eml gone.eml soft.mbox s*.eml
run 2026-04-20 --bounces new.eml
is "a year ago three were removed, one was in no list, and now there is a new one" "$(removed)" "dead@example.com new@example.com soft@example.com"
is "with many events" "$(events)" 308
cp state.db before.db && size=$(stat -c %s state.db)
cp l.csv first.csv

exit_code 0 "what would go" prune --now 2026-06-01 --older-than 400d --dry-run
ok "is said" grep -qE '^would erase before 2025-04-27T00:00:00Z: 301 events, [0-9]+ decisions? \(dry run: nothing written\)$' "$out"
ok "and nothing is done" cmp <(sql before.db) <(sql state.db)
exit_code 0 "what is older than a date" prune --now 2026-06-01 --older-than 2025-05-01
ok "goes" grep -qE '^erased before 2025-05-01T00:00:00Z: 301 events' "$out"
ok "but what removals rest on" grep -q '^kept: 6 older events of subscribers who are removed or held$' "$out"
is "seven are left" "$(events)" 7
ok "the file shrinks" test "$(stat -c %s state.db)" -lt $((size * 2 / 3))
is "and not a byte of the others is in it" "$(cat state.db* | grep -ac 'stranger\|gone@')" 0
is "nothing refers to what is gone" "$(sqlite3 state.db 'PRAGMA foreign_key_check; PRAGMA integrity_check')" ok
run 2026-06-02
is "the removed stay removed" "$(removed)" "dead@example.com new@example.com soft@example.com"
ok "with their reasons" grep -q '^soft@.*5 .*soft.mbox' l.removed.csv
grep -v dead@ first.csv > l.csv && run 2026-06-03 && cp first.csv l.csv
exit_code 0 "after the list was cleaned" prune --now 2027-06-04 --older-than 1y
run 2027-06-05
has "a removal holds for whom it takes in again" l.removed.csv dead@example.com
is "it is a run like others" "$(winnow runs --state state.db | grep -c prune)" 2
exit_code 0 "once more" prune --now 2027-06-04 --older-than 1y
ok "nothing is left to do" grep -q ': 0 events, 0 decisions$' "$out"

exit_code 2 "no age" prune
error_says "is asked for" "--older-than is wanted, such as 400d"
for age in 400 d 4x '' -3d 2026-13-01; do exit_code 2 "'$age' is none" prune --older-than "$age"; done
exit_code 2 "nor is the future" prune --now 2026-01-01 --older-than 2026-05-01
exit_code 2 "nor a path" prune --older-than 400d state.db
state=none.db exit_code 4 "no ledger" prune --older-than 400d
cp before.db state.db
(ulimit -f 40; prune --now 2026-06-01 --older-than 400d > "$out" 2> "$err"; echo $? > code)
is "a full disk" "$(cat code)" 4
ok "changes nothing" cmp <(sql before.db) <(sql state.db)
exec 9> state.db.lock && flock 9
exit_code 8 "another run" prune --older-than 400d
flock -u 9
finish
