#!/bin/bash
# SPDX-License-Identifier: MIT
# simulate: other policies over the stored history; and the policy in force decides as the recorded runs did.
. "$(dirname "$0")/tap.sh"

# day N: the date of the N-th of March; mail N: the same as a header.
day() { date -u -d "2026-03-01 +$(($1 - 1)) days" +%F; }
mail() { date -u -R -d "$(day "$1") 09:00"; }
full() { bounce "$2" 5.2.2 "552 5.2.2 <$2>: Mailbox is full" "$(mail "$1")"; }
gone() { bounce "$2" 5.1.1 "550 5.1.1 <$2>: User unknown" "$(mail "$1")"; }
busy() { bounce "$2" 4.3.2 "451 4.3.2 System is not accepting messages now" "$(mail "$1")"; }
simulate() { winnow simulate --state "${state:-state.db}" --now 2026-04-10 "$@"; }
# column POLICY SUBSCRIBER N of simulation.csv
column() { awk -F, -v p="$1" -v s="$2" -v n="$3" '$1 == p && $2 == s { print $n }' simulation.csv; }

# --- a month of nightly runs ---
{ echo email && printf '%s@example.com\n' ann bob cyd dan eve fay; } > l.csv
mkdir mail
for n in 1 8 15 22 29 31; do full $n cyd@example.com > mail/cyd-$n.eml; done
for n in 3 4 5 6 7; do busy $n dan@example.com > mail/dan-$n.eml; done
for n in 10 20; do gone $n bob@example.com > mail/bob-$n.eml; done
gone 12 eve@example.com > mail/eve-12.eml
busy 25 fay@example.com > mail/fay-25.eml
mkdir known
for n in $(seq 31); do
    for file in mail/*-"$n".eml; do [ -e "$file" ] && cp "$file" known/; done
    winnow clean l.csv --quiet --state state.db --now "$(day $((n + 1)))T03:00:00Z" --bounces known > said 2>&1 ||
        { cat said && break; }
done
is "a month was recorded" "$(winnow runs --state state.db | grep -c clean)" 31

exit_code 0 "the default policy over that month" simulate l.csv
cp "$out" text
has "decides what was recorded" text "default removes the same subscribers on the same days as recorded"
has "all of the list is counted" text "6 rows in l.csv, 5 with evidence (15 events)"
ok "no line is wider than a terminal" bash -c '! grep -E "^.{81}" text'
simulate l.csv --format csv > simulation.csv
fates_of() { sed -n "s/^$1,//p" simulation.csv | cut -d, -f 1-8; }
is "each subscriber fares alike at each run" "$(fates_of default)" "$(fates_of recorded)"
is "the dead one goes the night after" "$(column default bob@example.com 4)" 2026-03-11T03:00:00Z
is "and is said to bounce no more" "$(column default bob@example.com 8)" 1
is "the full box goes after a month" "$(column default cyd@example.com 4)" 2026-04-01T03:00:00Z
is "having been held all the time" "$(column default cyd@example.com 7)" 30
is "five soft bounces remove" "$(column default dan@example.com 4)" 2026-03-08T03:00:00Z
is "one holds for three days" "$(column default fay@example.com 7)" 3
is "who has no evidence is not in it" "$(grep -c ann simulation.csv)" 0
simulate l.csv --as-recorded --format csv > simulation.csv
is "the same at the times of the runs alone" "$(column default cyd@example.com 4) $(column recorded cyd@example.com 4)" \
    "2026-04-01T03:00:00Z 2026-04-01T03:00:00Z"

# --- other policies ---
printf '[Permanent/*]\naction=hold\nhold-days=5\nremove-after=2\n' > mild.conf
printf '[Transient/*]\naction=remove\nremove-after=never\n' > 'harsh, very.conf'
exit_code 0 "two policies" simulate l.csv --policy mild.conf --policy 'harsh, very.conf'
cp "$out" text
has "one spares" text "mild.conf removes 0 whom recorded does not; the other way 1; on another day 1"
has "one removes more" text "harsh, very.conf removes 1 whom recorded does not; the other way 0; on another day 2"
simulate l.csv --policy mild.conf --policy 'harsh, very.conf' --format csv > simulation.csv
is "the second bounce removes" "$(column mild.conf bob@example.com 4)" 2026-03-21T03:00:00Z
is "the only one holds" "$(column mild.conf eve@example.com 3,7)" "keep"
is "names are quoted where they must be" "$(grep -c '^"harsh, very.conf",fay@example.com,remove,2026-03-26T03:00:00Z,' simulation.csv)" 1
exit_code 0 "as JSON" simulate l.csv --policy mild.conf --format json
ok "which is one object with the policies in order" python3 -c '
import json, sys
d = json.load(open(sys.argv[1]))
assert [p["policy"] for p in d["policies"]] == ["recorded", "mild.conf"]
assert d["runs"] == 31 and d["rows"] == 6 and d["events"] == 15
mild = d["policies"][1]
assert mild["removed"] == 3 and len(mild["digest"]) == 64
who = {s["subscriber"]: s for s in mild["subscribers"]}
assert who["bob@example.com"]["removed"] == "2026-03-21T03:00:00Z"
assert who["eve@example.com"]["removed"] is None and who["eve@example.com"]["days_held"] == 5
' "$out"

# --- part of it ---
exit_code 0 "until the tenth" simulate l.csv --to 2026-03-10 --format csv
cp "$out" simulation.csv
is "what came later is not known" "$(column default bob@example.com 4)$(column default cyd@example.com 4)" ""
exit_code 0 "once a week, on its last day" simulate l.csv --step 7 --from 2026-03-02 --to 2026-03-29 --format csv
cp "$out" simulation.csv
is "a removal waits for the run" "$(column default bob@example.com 4)" 2026-03-15T03:00:00Z
is "a hold may be over before it" "$(column default fay@example.com 7)" ""

# --- runs that do not count ---
cp state.db other.db
printf 'email\nbob@example.com\n' > other.csv
winnow clean other.csv --quiet --state other.db --now 2026-03-10T12:00:00Z > said 2>&1 || cat said
state=other.db simulate l.csv --format csv > simulation.csv
is "a run over another list is none of this one" "$(grep '^recorded,bob' simulation.csv)" \
    "$(simulate l.csv --format csv | grep '^recorded,bob')"
last=$(winnow runs --state state.db | awk '$3 == "clean" { n = $1 } END { print n }')
cp state.db undone.db
exit_code 0 "the last run is taken back" winnow undo "$last" --state undone.db --now 2026-04-02
state=undone.db simulate l.csv --as-recorded --format csv > simulation.csv
is "what was taken back was not decided" "$(column recorded cyd@example.com 4)" ""
is "what was not, was" "$(column recorded bob@example.com 4)" 2026-03-11T03:00:00Z

# --- everything read at once, years later ---
winnow ingest --quiet --state late.db --now 2028-01-01 mail
state=late.db simulate l.csv --format csv > simulation.csv
is "nothing was recorded" "$(grep -c ^recorded simulation.csv)" 0
is "each day knows what had happened by then" "$(column default bob@example.com 4)" 2026-03-11T00:00:00Z
state=late.db exit_code 0 "without a list everybody counts whom evidence names" simulate
has "and that is said" "$out" "5 whom evidence names (15 events)"
bounce gone@forward.example.net 5.1.1 '550 5.1.1 User unknown' 'Mon, 13 Apr 2026 08:00:00 +0000' news-return-17-ann=example.org@bounces.example.org |
    sed 's/^To: gone.*/To: undisclosed-recipients:;/' > path.eml
winnow ingest --quiet --state path.db --now 2026-04-14 path.eml
state=path.db exit_code 0 "of a return path that can be read in several ways" simulate --format csv
is "without a list the first one counts" "$(grep -oE '^default,[^,]*,[^,]*' "$out" | sort -u | xargs)" "default,ann@example.org,remove"

# --- mistakes ---
echo '[Permanent/*]
action=perhaps' > bad.conf
exit_code 3 "a policy with a mistake" simulate l.csv --policy mild.conf --policy bad.conf
error_says "names its line" "bad.conf:2: 'perhaps' is no action"
is "and nothing is printed for the sound one" "$(cat "$out")" ""
exit_code 2 "an end before the beginning" simulate l.csv --from 2026-03-10 --to 2026-03-01
exit_code 2 "no step at all" simulate l.csv --step 0
exit_code 2 "a format that is not known" simulate l.csv --format xml
exit_code 2 "a day that is none" simulate l.csv --from yesterday
error_says "is named" "--from: 'yesterday' is no time"
exit_code 2 "two lists" simulate l.csv l.csv
exit_code 5 "a list that is not there" simulate no.csv
state=none.db exit_code 4 "a state that is not there" simulate l.csv
no_file "none is made" none.db
sha256sum state.db > sums
simulate l.csv > /dev/null
ok "the state is only read" sha256sum --quiet -c sums
winnow ingest --quiet --state empty.db --now 2026-03-01 l.csv > /dev/null 2>&1
state=empty.db exit_code 0 "a state without evidence" simulate l.csv
has "says so" "$out" "0 with evidence (0 events)"
exit_code 2 "a time of which nothing is known" winnow simulate --state "${state:-state.db}" --from 2099-01-01
error_says "is refused, with the time that is known" "--from: what is known is of "
exit_code 2 "one before all" winnow simulate --state "${state:-state.db}" --to 1990-01-01
error_says "too" "--to: what is known is of "
printf 'From x\n\nhello\n' > nothing.mbox
winnow ingest --quiet --state nothing.db nothing.mbox
exit_code 0 "a ledger without evidence" winnow simulate --state nothing.db
has "is said to have none" "$out" "neither evidence nor runs: 0 whom evidence names"
finish
