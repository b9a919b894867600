#!/bin/bash
# SPDX-License-Identifier: MIT
# The same evidence is the same state: in any order, split in any way over files, folders, packs and runs, for any --jobs.
. "$(dirname "$0")/tap.sh"

# state FILE: what the ledger knows and what clean makes of it, apart from where each message was found.
state() {
    sqlite3 "$1" "SELECT hex(e.digest), e.time, e.kind, e.status, e.smtp_code, e.recipient, e.diagnostic, e.prose,
        (SELECT group_concat(x) FROM (SELECT step || is_id || coalesce(key, '=') AS x FROM candidate
            WHERE id >> 16 = e.id ORDER BY id)),
        (SELECT class || fault || coalesce((SELECT text FROM text WHERE text.id = rule), '') FROM verdict
            WHERE id >> 16 = e.id ORDER BY id DESC LIMIT 1) FROM event AS e ORDER BY 1"
    winnow clean l.csv --state "$1" --now "$now" --force -q
    sqlite3 "$1" "SELECT key, action, retry_after, kind, class, last_bounce FROM decision
        WHERE run = (SELECT max(run) FROM decision) ORDER BY key"
    cat l.clean.csv l.held.csv | cut -d , -f 1-3
    cut -d , -f 1-3 l.removed.csv l.review.csv | sort
}
add() { winnow ingest -q --state "$1" --now "$now" "${@:2}" 2> /dev/null; }
shuffled() { printf '%s\n' "$@" | awk -v seed="$seed" 'BEGIN { srand(seed) } { print rand() "\t" $0 }' | sort -n | cut -f 2; }

# --- 60 people, up to 5 bounces each of all kinds, and the samples ---
mkdir mails
awk 'BEGIN { srand(7); for (i = 1; i <= 60; i++) for (n = int(rand() * 6); n > 0; n--)
    printf "p%d@example.com %d %02d\n", i, 1 + rand() * 4, 1 + rand() * 14 }' |
    while read -r address kind day; do
        date="Mon, $day Apr 2026 0$kind:00:00 +0000"
        case $kind in
        1) bounce "$address" 5.1.1 "550 5.1.1 User unknown" "$date" ;;
        2) bounce "$address" 4.2.2 "452 4.2.2 Mailbox full" "$date" ;;
        3) bounce "$address" 4.4.1 "421 4.4.1 connection timed out" "$date" ;;
        *) bounce "$address" 5.7.1 "550 5.7.1 rejected as spam" "$date" ;;
        esac > "mails/$address-$kind-$day.eml"
    done
find "$SAMPLES/bounces" -name '*.eml' | while read -r file; do
    cp "$file" "mails/$(echo "${file#"$SAMPLES"/bounces/}" | tr / -)"
done
{ echo 'email,id,name' && people 1 60 | awk -F , '{ print $2 "," $1 "," $3 }'
    grep -rhoE '[a-z.]+@example\.(com|net|edu)' "$SAMPLES/bounces" --include='*.jsonl' | sort -u | sed 's/$/,,x/'; } > l.csv
all=(mails/*.eml)
is "there are enough of them" "$(test ${#all[@]} -gt 300 && echo yes)" yes
add whole.db "${all[@]}"
state whole.db > whole

for seed in 1 2 3; do
    mapfile -t order < <(shuffled "${all[@]}")
    rm -f s.db*
    add s.db --jobs $((seed * 2 - 1)) "${order[@]}"
    ok "any order, $((seed * 2 - 1)) jobs: the same state" diff <(state s.db) whole
    rm -f s.db* && at=0
    for n in 1 7 40 90 "${#order[@]}"; do
        [ "$at" -lt "${#order[@]}" ] && add s.db "${order[@]:at:n}"
        at=$((at + n))
    done
    ok "in five runs: the same state" diff <(state s.db) whole
done

# --- by other roads ---
mkdir -p maildir/{new,cur,tmp} && n=0
for file in "${order[@]}"; do
    n=$((n + 1))
    if [ $((n % 2)) = 0 ]; then cp "$file" "maildir/cur/$n.host:2,S"; else cp "$file" "maildir/new/$n.host"; fi
done
rm -f s.db* && add s.db maildir
ok "a Maildir: the same state" diff <(state s.db) whole
tar czf all.tar.gz mails
rm -f s.db* && add s.db all.tar.gz
ok "packed: the same state" diff <(state s.db) whole
rm -f s.db* && add s.db mails maildir all.tar.gz && add s.db --reread all.tar.gz mails
ok "by three roads, twice: counts once" diff <(state s.db) whole
finish
