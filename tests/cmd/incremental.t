#!/bin/bash
# SPDX-License-Identifier: MIT
# Nothing is read twice without need, and nothing new is missed: the nightly run as the operator meets it.
. "$(dirname "$0")/tap.sh"

ingest() { winnow ingest --state "${state:-state.db}" --now "$now" "$@"; }
messages() { sed -n 's/^\([0-9]*\) messages.*/\1/p' "$out"; }
counts() { sed -n 's/^\([0-9]*\) messages: \([0-9]*\) with new evidence, \([0-9]*\) known.*/\1 \2 \3/p' "$out"; }
# dump STATE: the evidence, whatever the order in which it came.
dump() {
    sqlite3 "$1" "SELECT hex(e.digest), e.time, e.status, e.recipient, group_concat(c.key) FROM event AS e
        LEFT JOIN candidate AS c ON c.id >> 16 = e.id GROUP BY e.id ORDER BY 1"
}

# --- unchanged ---
mkdir box && bounces_of 1 40 > box/mbox
mkdir -p box/dir/{new,cur,tmp} && for i in 41 42; do bounce "p$i@example.com" > "box/dir/new/$i.a.host"; done
bounce p43@example.com > box/43.eml
bounces_of 44 45 | gzip > box/old.gz
bounces_of 46 46 > 46 && tar cf box/more.tar 46
exit_code 0 "everything is read the first time" ingest box
is "all of it" "$(counts)" "46 46 0"
exit_code 0 "and the second time" ingest box
is "nothing" "$(counts)" "0 0 0"
ok "which is said" grep -qE '^already read: 6 files, [0-9.]+.kB$' "$out"
exit_code 0 "with --reread" ingest --reread box
is "all of it again, and all is known" "$(counts)" "46 0 46"
exit_code 0 "another run knows it, too" ingest box
is "as it was" "$(counts)" "0 0 0"
exit_code 0 "by another road of naming" ingest "$PWD/box/" box/mbox ./box/43.eml
is "files are the same files" "$(counts)" "0 0 0"
exit_code 0 "standard input is never remembered" ingest - < box/mbox
input=box/mbox exit_code 0 "read again" ingest -
is "as often as it comes" "$(counts)" "40 0 40"

# --- growing, rotated, moved ---
bounces_of 47 48 >> box/mbox
mv box/dir/new/41.a.host box/dir/cur/41.a.host:2,S
bounce p49@example.com > box/dir/new/49.a.host
exit_code 0 "an mbox that grew is read from its last message on, a Maildir by names" ingest box
is "three are new, the last one of the mbox is known" "$(counts)" "4 3 1"
mv box/mbox box/mbox.1 && bounces_of 50 51 > box/mbox
exit_code 0 "a rotated mbox" ingest box
is "is read anew, and counts once" "$(counts)" "44 2 42"
sed -i 's/^Subject: Undelivered/Status: RO\n&/' box/mbox
exit_code 0 "one that a mail program wrote anew" ingest box
is "is read anew, and tells nothing new" "$(counts)" "2 0 2"
cp -r box box2 && state=two.db ingest box2 > /dev/null 2>&1
state=two.db exit_code 0 "a state that saw only the end" ingest box
ok "knows the same evidence" cmp <(dump state.db) <(dump two.db)

# --- a message that was still being written ---
{ bounces_of 60 60; bounces_of 61 61; } > whole
size=$(grep -abo 'Final-Recipient: rfc822; p61@example.co' whole | tail -1 | cut -d : -f 1)
head -c $((size + 39)) whole > torn
state=torn.db exit_code 0 "half a message" ingest torn
tail -c +$((size + 40)) whole >> torn
state=torn.db exit_code 0 "is read again when it is whole" ingest torn
state=whole.db ingest whole > /dev/null 2>&1
ok "and what was read into the half of it is gone" cmp <(dump torn.db) <(dump whole.db)
is "with all that hung on it" "$(sqlite3 torn.db 'SELECT count(*) FROM verdict WHERE id >> 16 NOT IN (SELECT id FROM event)')" 0
bounces_of 62 62 > locked && bounces_of 63 63 >> locked && touch locked.lock
exit_code 1 "the last message of a mailbox with a lock" ingest locked
error_says "is left" "'locked': still being written; its last message is left for the next run"
is "the others are read" "$(counts)" "2 1 0"
rm locked.lock
exit_code 0 "until the lock is gone" ingest locked
is "then it is read" "$(counts)" "1 1 0"

# --- trouble ---
bounces_of 70 79 | gzip | head -c 300 > cut.gz
printf '\1\2\3\0\4' > junk
for i in 1 2; do exit_code 1 "what cannot be read is tried every time ($i)" ingest cut.gz junk; done
bounces_of 70 79 | gzip > cut.gz
exit_code 0 "and is read when it can be" ingest cut.gz
is "all of it" "$(counts)" "10 10 0"

# --- nothing is remembered of what did not become part of the ledger ---
bounces_of 80 84 > new
people 1 90 > l.csv
exit_code 1 "a dry run" clean l.csv --force --dry-run --bounces new
exit_code 0 "remembers nothing" ingest new
is "of what it read" "$(counts)" "5 5 0"
bounces_of 85 89 > newer
sed -i '$d' newer
exit_code 7 "a run that a guard stops" clean l.csv --policy <(printf '[guard]\nmax-share = 1%%\nmin-rows = 0\nburst-factor = never\n') --bounces newer
exit_code 0 "keeps what it read" ingest newer
is "so that nothing is lost, nor read again" "$(counts)" "0 0 0"

# --- the way of reading ---
bounce x@example.net 5.1.1 "550 5.1.1 User unknown" "Mon, 13 Apr 2026 08:00:00 +0000" "ret-p90_example.com@bounces.example.org" > verp.eml
exit_code 0 "under one scheme of return paths" ingest verp.eml
exit_code 0 "and another" ingest --verp 'ret-{local}_{domain}@bounces.example.org' verp.eml
is "the same file is read again" "$(counts)" "1 0 1"
exit_code 0 "both are remembered" ingest verp.eml
is "the first" "$(counts)" "0 0 0"
exit_code 0 "side by side" ingest --verp 'ret-{local}_{domain}@bounces.example.org' verp.eml
is "the second" "$(counts)" "0 0 0"

# --- taken back ---
bounces_of 100 101 > box100
winnow ingest -q --state undo.db --now $now box100
bounces_of 102 102 >> box100
winnow ingest -q --state undo.db --now $now box100
winnow undo -q --state undo.db 1
state=undo.db exit_code 0 "an archive of a run that was taken back" ingest box100
is "is read anew, what later runs had read of it too" "$(counts)" "3 2 1"
state=undo.db exit_code 0 "and then known" ingest box100
is "as any other" "$(counts)" "0 0 0"

# --- an alias with two mailboxes ---
soft=$(bounce two@example.net 4.3.0 "451 4.3.0 Try again" "Mon, 13 Apr 2026 08:00:00 +0000")
with_id=$(sed '1i Message-ID: <1@mx.example.net>' <<< "$soft")
{ printf 'Return-Path: <>\nDelivered-To: one@lists.example.org\nReceived: from mx.example.net\n\tby a.example.org; Mon, 13 Apr 2026 08:00:01 +0000\n' && echo "$with_id"; } > one.eml
{ printf 'Delivered-To: two@lists.example.org\nX-Spam-Status: No,\n score=0\n' && echo "$with_id"; } > two.eml
state=alias.db exit_code 0 "a bounce" ingest one.eml
is "is news" "$(counts)" "1 1 0"
state=alias.db exit_code 0 "its copy, which came another way" ingest two.eml
is "is not" "$(counts)" "1 0 1"
sed '/^Message-ID/d' one.eml > three.eml
sed '/^Message-ID/d' two.eml > four.eml
state=alias.db exit_code 0 "what has no Message-ID" ingest three.eml four.eml
is "is told apart by all it has" "$(counts)" "2 2 0"

# --- sums ---
exit_code 1 "a run that reads only what is new" clean l.csv --force --bounces box new newer cut.gz
ok "says how much that was not" grep -q '^already read: ' "$out"
is "and its sum holds" "$(awk '/ messages$/ { want = $1 } /^  (counted|known|no bounce|of nobody|unread) / { sum += $NF } END { print want - sum }' "$out")" 0
ok "the ledger has it" test "$(sqlite3 state.db "SELECT value FROM count WHERE name = 'known_files' ORDER BY run DESC LIMIT 1")" -ge 7

# --- what is gone is not kept for ever ---
rm -r box/dir/cur/* box/43.eml && ingest box > /dev/null 2>&1
is "positions of vanished files go" "$(sqlite3 state.db "SELECT count(*) FROM position JOIN folder ON folder = folder.id WHERE path LIKE '%/box/dir/cur'")" 2
rm -r box/dir && ingest box > /dev/null 2>&1
is "and those of vanished folders" "$(sqlite3 state.db "SELECT count(*) FROM folder WHERE path LIKE '%/box/dir%'")" 0

finish
