#!/bin/bash
# SPDX-License-Identifier: MIT
# clean --plan and --approve: exactly what the plan says, or nothing.
. "$(dirname "$0")/tap.sh"

{ echo id,email,name; people 1 200; } > l.csv
mkdir mail
bounces_of 1 30 > mail/one.mbox
bounce p90@example.com 4.2.2 '452 4.2.2 Mailbox full' 'Sun, 19 Apr 2026 08:00:00 +0000' > mail/full.eml
bounce p91@example.com 5.1.1 '550 5.1.1 User unknown' 'Mon, 13 Apr 2026 08:00:00 +0000' > 91.eml
cp -r mail saved
all() { sha256sum l.* 2> /dev/null | grep -v plan; }

exit_code 0 "a plan" clean l.csv --bounces mail --plan l.plan.jsonl
ok "the summary says what would be" grep -qE '^ *removed +30' "$out"
is "nothing but the plan is written, not even a state" "$(ls -A | xargs)" "91.eml l.csv l.plan.jsonl mail saved"
ok "it is JSON lines: a head, a line for each row, an end" python3 -c '
import json, hashlib
raw = open("l.plan.jsonl", "rb").read().splitlines(keepends=True)
head, *rows, end = [json.loads(line) for line in raw]
assert head["winnow_plan"] == 1 and head["removed"] == 30 and head["held"] == 1 and head["rows"] == 200, head
assert [r["row"] for r in rows] == list(range(1, 31)) + [90], rows
assert rows[0]["action"] == "remove" and rows[0]["address"] == "p1@example.com" and "User unknown" in rows[0]["reason"]
assert rows[-1]["action"] == "hold" and rows[-1]["retry_after"] == "2026-04-26T08:00:00Z"
assert end == {"end": 31, "sha256": hashlib.sha256(b"".join(raw[:-1])).hexdigest()}, end
'
cp l.plan.jsonl kept.jsonl
exit_code 0 "it is replaced by a newer one" clean l.csv --bounces mail --plan l.plan.jsonl
same "which is the same" l.plan.jsonl kept.jsonl
echo mine > mine.txt
exit_code 6 "a file that is no plan is not" clean l.csv --bounces mail --plan mine.txt
error_says "is named" "'mine.txt' is there already and is no plan"
exit_code 0 "a plan to standard output" clean l.csv --bounces mail --plan -
same "is the same" "$out" kept.jsonl

# --- what changed since ---
echo 201,new@example.com,New >> l.csv
exit_code 7 "the list changed" winnow clean --approve l.plan.jsonl --state state.db --now $now
error_says "is said" "plan 'l.plan.jsonl': the list changed since it was made; nothing written, make a new plan"
sed -i '$d' l.csv
cp kept.jsonl edited.jsonl && sed -i 2d edited.jsonl
exit_code 5 "a plan that somebody edited" clean --approve edited.jsonl
error_says "is said to be changed" "plan 'edited.jsonl': line 32: the plan was changed after it was made"
head -n 5 kept.jsonl > short.jsonl
exit_code 5 "a plan that broke off" clean --approve short.jsonl
error_says "is said to end early" "ends too early"
exit_code 5 "no plan at all" clean --approve l.csv
exit_code 5 "a plan that is not there" clean --approve nothing.jsonl
printf '[Permanent/NoEmail]\naction=review\n' > other.conf
exit_code 7 "another policy" clean --approve l.plan.jsonl --policy other.conf
error_says "is said" "the policy is another one"
now=2026-05-01 exit_code 7 "too late" clean --approve l.plan.jsonl
error_says "is said" "it is too old"
exit_code 2 "another list" clean --approve l.plan.jsonl mine.txt
exit_code 2 "a plan of a plan" clean --approve l.plan.jsonl --plan x.jsonl
mkdir elsewhere && cd elsewhere || exit 1
exit_code 2 "from elsewhere" winnow clean --approve ../l.plan.jsonl --state ../state.db --now $now
error_says "where it was made is said" "approve it from there"
cd ..
rm mail/one.mbox
exit_code 7 "evidence that is gone" clean --approve l.plan.jsonl
error_says "is named" "the evidence about 'p1@example.com' is no longer in the archives"
cp saved/one.mbox mail
is "nothing was written by all that" "$(all | wc -l)" 1

# --- carried out ---
cp 91.eml mail/ # arrives after the plan was made
exit_code 0 "the plan is carried out" clean --approve l.plan.jsonl l.csv
is "as it says" "$(tail -n +2 l.removed.csv | wc -l; tail -n +2 l.held.csv | cut -d , -f 2)" "30
p90@example.com"
has "what is new does not decide yet" l.clean.csv p91@example.com
ok "but it is read" winnow explain --state state.db p91@example.com
exit_code 7 "a plan is carried out once" clean --approve l.plan.jsonl
error_says "for the state is another one" "the state changed since it was made"
exit_code 0 "the next run" clean l.csv
lacks "decides what was new" l.clean.csv p91@example.com
exit_code 0 "a run that carried a plan out" winnow undo 2 --state state.db --now $now
exit_code 0 "is taken back like any" winnow undo 1 --state state.db --now $now
is "to nothing" "$(all | wc -l)" 1
rm mail/91.eml
clean l.csv --bounces mail --quiet && cut -d , -f 1-8 l.removed.csv > planless
exit_code 0 "all of it back" winnow undo 5 --state state.db --now $now
exit_code 0 "a plan once more" clean l.csv --bounces mail --plan l.plan.jsonl
exit_code 0 "carried out" clean --approve l.plan.jsonl
same "is what a run without a plan does" <(cut -d , -f 1-8 l.removed.csv) planless

# --- what a guard stops ---
mkdir stop && cd stop || exit 1
{ echo id,email,name; people 1 200; } > l.csv
bounces_of 1 20 > few.mbox
bounces_of 1 90 > many.mbox
exit_code 0 "a run" clean l.csv --bounces few.mbox
sha256sum l.* > sums
exit_code 7 "one that a guard stops" clean l.csv --bounces many.mbox
error_says "says what it saw" "guard: 70 of 200 rows (35.0 %) would be removed; the guard allows 50"
error_says "and how to go on" "the evidence is kept, no list is written: whoever would leave is still mailed; 'winnow clean --approve l.plan.jsonl' carries the plan out"
ok "the old outputs are the same bytes" sha256sum --quiet -c sums
runs() { winnow runs --state state.db | awk 'NR > 1 { print $3, $5, $6 }' | tail -n "${1:-1}" | xargs; }
is "the ledger says that it stopped, and what was news" "$(runs)" "stopped 70 0"
cp l.plan.jsonl first.jsonl
rm many.mbox && : > many.mbox
exit_code 7 "the same again, the archive rotated meanwhile" clean l.csv --bounces many.mbox
error_says "sees the same" "guard: 70 of 200 rows (35.0 %) would be removed"
ok "the old outputs are the same bytes" sha256sum --quiet -c sums
is "that the archive is empty is remembered" "$(runs)" "stopped 0 0"
cp l.plan.jsonl second.jsonl
exit_code 7 "and again" clean l.csv --bounces many.mbox
same "has the same plan" l.plan.jsonl second.jsonl
exit_code 7 "the first plan" clean --approve first.jsonl
error_says "is of another state" "the state changed since it was made"
exit_code 0 "a simulation" winnow simulate --state state.db --as-recorded l.csv
exit_code 0 "approved" clean --approve l.plan.jsonl
is "it goes through" "$(tail -n +2 l.removed.csv | wc -l)" 90
exit_code 0 "it is taken back" winnow undo 4 --state state.db --now $now
ok "to the old outputs" sha256sum --quiet -c sums
exit_code 0 "with force" clean l.csv --force
is "what was kept decides too" "$(tail -n +2 l.removed.csv | wc -l)" 90
exit_code 0 "that is taken back" winnow undo 6 --state state.db --now $now
exit_code 0 "and what was only kept" winnow undo 2 --state state.db --now $now
exit_code 0 "counts no more" clean l.csv
ok "then" sha256sum --quiet -c <(grep -v report sums)
rm l.plan.jsonl && echo mine > l.plan.jsonl
bounces_of 1 200 > all.mbox
exit_code 7 "a plan that cannot be saved" clean l.csv --bounces all.mbox --policy <(printf '[guard]\nmessage-share=never\nburst-factor=never\n')
error_says "is said" "no plan either: 'l.plan.jsonl' is there already and is no plan"
cp l.csv m.csv
state=:memory: exit_code 7 "without a ledger" clean m.csv --bounces all.mbox --policy <(printf '[guard]\nmessage-share=never\nburst-factor=never\n')
lacks "nothing is said to be kept" "$err" "the evidence is kept"
mkdir out
exit_code 7 "outputs elsewhere" clean l.csv --bounces all.mbox --report out/r.html --policy <(printf '[guard]\nmessage-share=never\nburst-factor=never\n')
ok "have the plan beside the report" test -s out/l.plan.jsonl
finish
