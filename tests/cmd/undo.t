#!/bin/bash
# SPDX-License-Identifier: MIT
# winnow undo: a run and its undoing together are nothing, for the files and for all that commands say.
. "$(dirname "$0")/tap.sh"

{ echo id,email,name; people 1 300; } > l.csv
bounces_of 1 20 > one.mbox
bounces_of 10 40 > two.mbox
bounce p50@example.com 4.2.2 '452 4.2.2 Mailbox full' 'Sun, 19 Apr 2026 08:00:00 +0000' > full.eml
files() { sha256sum l.* 2> /dev/null; }
undo() { winnow undo --state "${state:-state.db}" --now $now "$@"; }
# all_is: the files, and what every command says of the state: who would be removed, what is known of whom.
all_is() {
    files | grep -v ' l.csv$'
    winnow clean l.csv --state state.db --now $now --dry-run
    for i in 1 15 30 50; do winnow explain --state state.db --now $now p$i@example.com; done
}

exit_code 0 "a first run" clean l.csv --bounces one.mbox --report l.report.json
all_is > first
exit_code 0 "a second one" clean l.csv --bounces two.mbox full.eml --report l.report.json
all_is > second
ok "changes things" bash -c '! cmp -s first second'
exit_code 0 "undo shows what it would do" undo 2 --dry-run
has "which file" "$out" "restored    $PWD/l.clean.csv"
all_is > still
same "and does nothing" still second
exit_code 0 "the second is taken back" undo 2
has "says what became of the files" "$out" "restored    $PWD/l.clean.csv"
has "and of the evidence" "$out" "21 events no longer count until an archive with them is read again"
all_is > back
same "all is as it was after the first: files and state" back first
exit_code 0 "the history knows all three" winnow runs --state state.db
is "which was taken back, and by which" "$(awk 'NR > 1 { print $1, $3, $8 }' "$out" | xargs)" "1 clean 2 clean 3 3 undo:2"
exit_code 0 "as JSON too" winnow runs --state state.db --format json
ok "an object a line" python3 -c '
import json, sys
runs = [json.loads(line) for line in open(sys.argv[1])]
assert [r["run"] for r in runs] == [1, 2, 3]
assert [r["undone_by"] for r in runs] == [None, 3, None] and [r["undoes"] for r in runs] == [None, None, 2]
assert runs[1]["list"].endswith("/l.csv") and runs[1]["counts"]["removed"] == 40
assert sorted(f["path"].split("/")[-1] for f in runs[1]["files"]) == ["l.clean.csv", "l.held.csv", "l.removed.csv", "l.report.json", "l.review.csv"]
' "$out"
exit_code 0 "once more does nothing" undo 2
error_says "and says so" "run 2 is taken back already, by run 3"

# --- again, and back ---
exit_code 0 "the same archives again" clean l.csv --bounces two.mbox full.eml --report l.report.json
ok "are news again" grep -qE '^ *counted +21' "$out"
is "with the same result" "$(wc -l < l.clean.csv)" 260
exit_code 0 "an undo" undo 4
exit_code 0 "can be undone" undo 5
is "that is what was before it" "$(wc -l < l.clean.csv)" 260
exit_code 6 "the run below it can be taken back only after it" undo 1
error_says "the run in the way is named" "run 4 wrote '$PWD/l.clean.csv' after run 1; take that one back first (winnow undo 4)"
exit_code 0 "the later one first" undo 4
all_is > back
same "down to the first" back first
exit_code 0 "then the first" undo 1
is "there was nothing before it" "$(echo l.*)" "l.csv"
exit_code 1 "the ledger knows nothing" winnow explain --state state.db p1@example.com
exit_code 0 "and cleans nobody out" clean l.csv --report l.report.json
same "all are kept" l.clean.csv l.csv

# --- what a log of sends told ---
for i in 1 2 3; do
    bounce forwarded$i@example.net | sed "s/^To: forwarded.*/To: undisclosed-recipients:;/
        s/^Message-ID: <april-.*/Message-ID: <m$i@news.example.org>/"
    echo
done | sed 's/^Return-Path: <>/From MAILER-DAEMON Mon Apr 13 08:00:00 2026\n&/' > forwarded.mbox
printf 'recipient,message-id,campaign\n' > sends.csv
people=(_ ann@example.com bob@example.net cy@example.org)
for i in 1 2 3; do echo "${people[i]},<m$i@news.example.org>,spring"; done >> sends.csv
sed 's/spring/autumn/' sends.csv > others.csv
printf 'id,email\n1,%s\n2,%s\n3,%s\n' "${people[@]:1}" > s.csv
state=sends.db
# told: all that is said of the state, and the files.
told() {
    sha256sum s.*
    clean s.csv --dry-run
    for i in 1 2 3; do winnow explain --state sends.db --now $now "${people[i]}" s.csv --format json | grep -v '"run": '; done
    winnow simulate s.csv --state sends.db --now $now --as-recorded | grep -v ' recorded run'
}
exit_code 0 "bounces of nobody" clean s.csv --bounces forwarded.mbox
told > before
exit_code 0 "that a log of sends joins" clean s.csv --sends sends.csv
is "are those of subscribers" "$(grep -c @ s.removed.csv)" 3
told > joined
has "with their campaign" joined '"campaign": "spring"'
exit_code 0 "the log taken back" undo 2
told > back
same "is as if it had not been" back before
exit_code 0 "that taken back in its turn" undo 3
told > back
same "is as it was with it" back joined
exit_code 0 "taken back again" undo 4
exit_code 0 "another log" clean s.csv --sends others.csv
told > joined
has "tells another campaign" joined '"campaign": "autumn"'
lacks "and nothing is left of the first" joined spring
exit_code 0 "taken back" undo 6
told > back
same "leaves nothing" back before
exit_code 0 "the bounces themselves" undo 1
exit_code 0 "with their log once more" winnow ingest --state sends.db --now $now --sends sends.csv one.mbox
has "join nothing that counts" "$out" "0 events are about one of them"
exit_code 0 "until they are read again" clean s.csv --bounces forwarded.mbox
is "then all is known" "$(grep -c @ s.removed.csv)" 3
state=state.db

# --- evidence alone ---
exit_code 0 "an ingest" winnow ingest --state i.db --now $now one.mbox
exit_code 0 "can be taken back" winnow undo 1 --state i.db --now $now
exit_code 1 "nothing is known" winnow explain --state i.db p1@example.com
exit_code 0 "for good" winnow undo 1 --state i.db --now $now
exit_code 0 "another state" winnow ingest --state d.db --now $now one.mbox
exit_code 0 "taken back for good" winnow undo 1 --discard --state d.db --now $now
has "says so" "$out" "20 events no longer count, for good"
exit_code 0 "reading it again" winnow ingest --state d.db --now $now one.mbox two.mbox
has "brings only the others" "$out" "20 events added"
exit_code 1 "the discarded stay away" winnow explain --state d.db p5@example.com

# --- what stands in the way ---
mkdir way && cd way || exit 1
cp ../l.csv . && echo mine > l.held.csv
exit_code 0 "a run over a file of somebody's" clean l.csv --bounces ../one.mbox --force
exit_code 0 "is taken back" undo 1
is "and he has it again" "$(cat l.held.csv)" mine
exit_code 6 "which no run left so, again" clean l.csv
rm l.held.csv
exit_code 0 "a run" clean l.csv --bounces ../one.mbox
echo 999,late@example.com,Late >> l.clean.csv
sha256sum l.* > sums
exit_code 6 "a file that somebody changed is not replaced" undo 3
error_says "is named" "'$PWD/l.clean.csv' is not what run 3 left: somebody changed it; nothing was changed"
ok "nothing was" sha256sum --quiet -c sums
exit_code 1 "the evidence is in force still" clean l.csv --dry-run --policy <(printf '[Permanent/NoEmail]\naction=review\n')
exit_code 0 "--force takes it away nevertheless" undo 3 --force
no_file "from its place" l.clean.csv
exit_code 0 "and that can be taken back" undo 4
has "with what somebody wrote" l.clean.csv "late@example.com"
exit_code 0 "a run that keeps nothing" clean l.csv --undo-runs 0 --force
is "leaves nothing hidden" "$(ls -A | grep winnow-undo)" ""
exit_code 6 "and cannot be taken back" undo 6
error_says "says why" "is no longer kept (clean --undo-runs says for how long); nothing was changed"
for i in 1 2 3 4 5; do clean l.csv --undo-runs 2 --quiet > /dev/null || exit 1; done
is "former files are kept for the last runs only" "$(ls -A | grep -c 'l.clean.csv.winnow-undo')" 2
cd ..
exit_code 2 "a run that is not there" undo 77
error_says "is named" "there is no run 77; 'winnow runs' lists them"
exit_code 2 "what is no run" undo last
exit_code 2 "no run at all" undo
exit_code 2 "two at once" undo 1 2
exit_code 4 "no state" winnow undo 1 --state nothing.db
no_file "and none is made" nothing.db
mkdir links && cd links || exit 1
mkdir real && ln -s real/out.csv l.clean.csv && cp ../l.csv .
exit_code 0 "an output that is a link" clean l.csv --bounces ../one.mbox
exit_code 0 "twice" clean l.csv --bounces ../two.mbox
exit_code 0 "is taken back" undo 2
ok "the link is one still" test -L l.clean.csv
is "and its target what it was" "$(wc -l < real/out.csv)" 281
cd ..

# --- several lists on one state ---
mkdir lists && cd lists || exit 1
cp ../l.csv a.csv && cp ../l.csv b.csv
exit_code 0 "the first list" clean a.csv --bounces ../one.mbox
exit_code 0 "the second, by the same evidence" clean b.csv
sha256sum b.* > sums
exit_code 0 "the first is taken back" undo 1
is "its files are gone" "$(echo a.*)" a.csv
ok "those of the other list are as they were" sha256sum --quiet -c sums
exit_code 0 "the other list's next run" clean b.csv
same "does without that evidence" b.clean.csv b.csv
exit_code 0 "until it reads the archive itself" clean b.csv --bounces ../one.mbox
is "then it counts" "$(tail -n +2 b.removed.csv | wc -l)" 20
cd ..

# --- at random: any runs, all taken back, leave what was before ---
mkdir chance && cd chance || exit 1
cp ../l.csv .
RANDOM=4
exit_code 0 "a run to begin with" clean l.csv --bounces ../one.mbox --report l.report.json
all_is > before
for turn in 1 2 3; do
    done_runs=
    for step in 1 2 3; do
        first=$((RANDOM % 250))
        bounces_of $first $((first + RANDOM % 45)) > b.mbox
        case $((RANDOM % 3)) in
        0) winnow ingest --state state.db --now $now b.mbox > /dev/null ;;
        1) clean l.csv --bounces b.mbox --quiet --report l.report.json ;;
        2) clean l.csv --quiet --report l.report.json ;;
        esac
        done_runs="$(winnow runs --state state.db | tail -n 1 | awk '{ print $1 }') $done_runs"
    done
    for run in $done_runs; do undo $run --quiet || echo "run $run"; done > said
    all_is > after
    is "turn $turn: taken back without a word" "$(cat said)" ""
    same "turn $turn: nothing is left of $(wc -w <<< "$done_runs") runs" after before
done
finish
