#!/bin/bash
# SPDX-License-Identifier: MIT
# winnow forget: not one byte about somebody is left in the ledger, and who was removed stays removed.
. "$(dirname "$0")/tap.sh"
forget() { winnow forget --state "${state:-state.db}" --now 2026-04-21 "$@"; }
# traces: what of her stands in the bytes of the ledger and what lies beside it, in any case and any form.
traces() { cat state.db state.db-* state.db.lock 2> /dev/null | grep -aoiP '(?<!jo-)ann\.lee.{0,20}'; }
messages() { awk '/ messages$/ { want = $1 } /^  (counted|known|no bounce|of nobody|unread) / { sum += $NF } END { print want, want - sum }' "$out"; }

# --- everywhere that an address may stand ---
bounce Ann.Lee+x@Example.COM > ann.eml
bounce ann.lee+x@example.com 4.2.2 "452 4.2.2 <ANN.LEE+x@example.com> over quota" "Tue, 14 Apr 2026 08:00:00 +0000" > ann2.eml
bounce bob@example.com 5.1.1 "550 5.1.1 alias of ann.lee+x@EXAMPLE.com, ann.lee+2Bx@example.com, jo-ann.lee+x@example.com and list-ann.lee+x=example.com@lists.example.net are gone" > bob.eml
bounce jo-ann.lee+x@example.com > joann.eml
bounce p1@example.com > 'box of ann.lee+x@example.com'
printf 'email,name\nANN.Lee+x@example.com,Ann\nbob@example.com,Bob\njo-ann.lee+x@example.com,Jo\np1@example.com,P\nzoe@example.com,Zoe\n' > l.csv
for one in yan yoe yul yva; do echo "$one@example.com,$one"; done >> l.csv # who lives: half of a domain within a day would be a burst
exit_code 0 "bounces" clean l.csv --force --bounces ann.eml ann2.eml bob.eml joann.eml 'box of ann.lee+x@example.com'
is "four are removed" "$(tail -n +2 l.removed.csv | wc -l)" 4
bounce nobody@example.net > ann.lee+x@example.com.eml
winnow ingest -q --state state.db ann.lee+x@example.com.eml
ok "her address is in the ledger" test "$(traces | wc -l)" -gt 5
before=$(sha256sum l.*csv l.report.html ann.eml)

coproc reader { sqlite3 -readonly state.db; }
reader_pid=$reader_PID
echo "SELECT count(*) FROM event;" >&"${reader[1]}" && read -r -u "${reader[0]}" _
exit_code 1 "one is forgotten while somebody else has the ledger open" forget 'Ann.Lee+x@example.com'
ok "her two events are erased" grep -q '^ann.lee+x@example.com: 2 events, 1 decision erased; was removed, and stays so$' "$out"
ok "the file that still names her is said" grep -q '/l.removed.csv$' "$out"
lacks "one that names only Jo is not" "$out" "l.held.csv"
has "and where it had been read from" "$out" "  ann.eml"
is "files and archives are not touched" "$(sha256sum l.*csv l.report.html ann.eml)" "$before"
is "no trace is in the ledger, its log or its index" "$(traces)" ""
eval "exec ${reader[1]}>&-" && wait "$reader_pid"
is "nor when all have closed it" "$(traces)" ""
is "others' addresses that end like hers are whole" "$(sqlite3 state.db "SELECT group_concat(DISTINCT key) FROM candidate WHERE key LIKE '%ann%'")" jo-ann.lee+x@example.com
is "nothing refers to what is gone" "$(sqlite3 state.db 'PRAGMA foreign_key_check; PRAGMA integrity_check')" ok
has "what was said of others is there without her" <(sqlite3 state.db 'SELECT diagnostic FROM event') \
    "550 5.1.1 alias of (forgotten), (forgotten), jo-ann.lee+x@example.com and list-(forgotten)@lists.example.net are gone"

# --- explain knows but that ---
explain() { winnow explain --state state.db --now 2026-04-22 "$@"; }
exit_code 1 "who was forgotten is explained" explain ann.lee+x@example.com l.csv
has "as that, with the day" "$out" "Forgotten on 2026-04-21T00:00:00Z by run 3: what was known is erased"
has "as removed, still" "$out" "today, 2026-04-22T00:00:00Z: removed"
has "because she was" "$out" "suppressed: was removed, and forgotten on 2026-04-21; the evidence is erased"
has "and no event is left" "$out" "no event names it"
explain --format json ANN.LEE+x@example.com > "$out"
is "as JSON too" "$(python3 -c 'import json, sys; a = json.load(sys.stdin); print(a["forgotten"], a["decision"]["action"], a["changes"])' < "$out")" \
    "2026-04-21T00:00:00Z remove []"
explain bob@example.com > "$out"
lacks "of others nothing of the kind is said" "$out" "Forgotten"

# --- it holds ---
exit_code 0 "the same list again" clean l.csv --force
is "the same are removed" "$(tail -n +2 l.removed.csv | cut -d , -f 1 | xargs)" \
    "ANN.Lee+x@example.com bob@example.com jo-ann.lee+x@example.com p1@example.com"
ok "she because she was before" grep -q '^ANN.Lee+x@example.com,Ann,"*suppressed: was removed, and forgotten on 2026-04-21' l.removed.csv
ok "in the cleaned list she is not" bash -c '! grep -qi ^ann.lee l.clean.csv'
exit_code 0 "the same bounces again" clean l.csv --force --reread --bounces ann.eml ann2.eml bob.eml
is "count as nobody's, and the sum holds" "$(messages)" "3 0"
is "she is in the ledger no more" "$(traces)" ""
bounce ann.lee+x@example.com 5.7.1 "550 5.7.1 blocked" "Sat, 18 Apr 2026 08:00:00 +0000" > new.eml
bounce carl@example.com 5.1.1 "550 5.1.1 ann.lee+x@example.com was an alias" > carl.eml
exit_code 0 "new ones" clean l.csv --force --bounces new.eml carl.eml
is "are not stored either, and others' are without her" "$(traces)" ""
is "Carl's is there" "$(sqlite3 state.db "SELECT diagnostic FROM event WHERE recipient = 'carl@example.com'")" "550 5.1.1 (forgotten) was an alias"

# --- who had not been removed, ids, lists of addresses ---
printf 'zoe@example.com\n\n  4711 \nZOE@example.com\n' > wanted
input=wanted exit_code 1 "addresses and ids from standard input" forget -
explain zoe@example.com l.csv > "$dir/zoe"
has "who had not been removed is explained as forgotten" "$dir/zoe" "Forgotten on 2026-04-21"
has "and stays" "$dir/zoe" "today, 2026-04-22T00:00:00Z: kept"
has "of whom nothing was known" "$out" "zoe@example.com: 0 events, 0 decisions erased; nothing more will be stored"
exit_code 0 "the list" clean l.csv --force
ok "she stays" grep -q ^zoe l.clean.csv
bounce zoe@example.com > zoe.eml
exit_code 0 "even with a bounce" clean l.csv --force --bounces zoe.eml
ok "for it was not kept" grep -q ^zoe l.clean.csv
rm l.removed.csv
exit_code 1 "forgotten twice" forget Ann.Lee+x@example.com
has "and she stays removed" "$out" "was removed, and stays so"
ok "former files, kept to take runs back, name her" grep -q "^  /.*winnow-undo-" "$out"
clean l.csv --force > /dev/null
ok "in the next list, too" grep -q '^ANN.Lee' l.removed.csv

clean l.csv --plan l.plan.jsonl > /dev/null
exit_code 1 "plans beside the outputs" forget Ann.Lee+x@example.com
ok "that name her are said" grep -q '^  /.*/l.plan.jsonl$' "$out"
rm -f ./*.plan.jsonl

# --- subscribed anew ---
exit_code 0 "one who subscribes again" forget --lift ANN.LEE+x@example.com nobody@example.com
is "may be known again" "$(cat "$out")" "ann.lee+x@example.com: may be known again
nobody@example.com: was not forgotten"
clean l.csv --force > /dev/null
ok "and is in the list" grep -q '^ANN.Lee' l.clean.csv
clean l.csv --force --bounces new.eml > /dev/null
clean l.csv --force --reread --bounces ann.eml > /dev/null
ok "until she bounces" grep -q '^ANN.Lee' l.removed.csv

# --- broken ---
exit_code 2 "no address" forget
state=none/state.db exit_code 4 "no ledger" forget a@example.com
no_file "none is made" none
cp state.db before.db
sql() { sqlite3 "$1" '.dump'; }
(ulimit -f 40; forget bob@example.com > "$out" 2> "$err"; echo $? > code)
is "a full disk" "$(cat code)" 4
ok "changes nothing" cmp <(sql before.db) <(sql state.db)
exec 9> state.db.lock && flock 9
exit_code 8 "another run" forget bob@example.com
flock -u 9
finish
