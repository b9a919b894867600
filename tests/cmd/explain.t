#!/bin/bash
# SPDX-License-Identifier: MIT
# winnow explain: what it says is what `winnow clean` decides, and what it says would change that does.
. "$(dirname "$0")/tap.sh"

explain() { winnow explain --state "${state:-state.db}" --now "$now" "$@"; }
on() { date -ud "$1" '+%a, %d %b %Y %H:%M:%S +0000'; }
# value PATH: of the JSON in $out, as Python writes it behind `x`.
value() { python3 -c "import json,sys; x=json.load(open(sys.argv[1])); print($1)" "$out"; }
# action LIST ADDRESS: what clean made of a row.
action() {
    local file
    for file in removed:remove held:hold review:review clean:keep; do
        if grep -qF -- "$2" "${1%.csv}.${file%:*}.csv"; then echo "${file#*:}" && return; fi
    done
}

# Ann: five soft bounces on five days, of which three remain after a while; Bo: dead; Cy: held; Di: a bounce for another.
day=1
for n in 1 2 3 4 5; do
    bounce ann@example.com 4.7.1 '451 4.7.1 Try again later' "$(on "2026-04-0$day 10:00")" > "ann$n"
    day=$((day + 2))
done
bounce bo@example.net 5.1.1 '550 5.1.1 User unknown' "$(on '2026-04-08 10:00')" > bo1
bounce bo@example.net 5.1.1 '550 5.1.1 User unknown' "$(on '2026-04-09 10:00')" > bo2
bounce cy@example.org 5.2.2 '552 5.2.2 Mailbox full' "$(on '2026-04-08 10:00')" > cy1
printf 'id,email,joined\n1,ann@example.com,2026-01-01\n2,bo@example.net,2026-01-01\n3,cy@example.org,2026-01-01\n4,di@example.org,2026-04-20\n' > people.csv
now=2026-04-10
exit_code 0 'a list is cleaned' clean people.csv --bounces ann? bo? cy?

# --- as text -----------------------------------------------------------------------------------------------------------
exit_code 0 'somebody who was removed is explained' explain ann@example.com people.csv
has 'with the row' "$out" "In 'people.csv', line 2, id 1."
has 'the decision' "$out" 'today, 2026-04-10T00:00:00Z: removed'
has 'the arithmetic' "$out" '5 of 5 Transient/General bounces on 5 of at least 3 days within 30 days'
has 'what would change it' "$out" '- without any one of events 1, 2, 3, 4: held until 2026-04-12T10:00:00Z'
has 'the last of them holds longer' "$out" '- without event 5: held until 2026-04-10T10:00:00Z'
has 'where the message is' "$out" 'message      ann5 at 0'
has 'its Message-ID' "$out" 'Message-ID   ann@example.com-4.7.1-'
has 'its rule' "$out" 'rule  '
has 'what was decided before' "$out" '2026-04-10T00:00:00Z  run 1, row 1: remove'
ok 'no line of it is wider than 80 columns' bash -c '! grep -E ".{81}" "$1" | grep -v Message-ID' wide "$out"
exit_code 0 'somebody who is held' explain CY@Example.ORG people.csv
has 'is told when he returns' "$out" 'held until 2026-04-15T10:00:00Z'
has 'and that time is enough for it' "$out" '- with nothing new until 2026-04-15T10:00:00Z: kept'
has 'that a delivery would end it' "$out" '- with a delivery now: kept'
exit_code 0 'the same by his id' explain 3 people.csv
has 'is the same subscriber' "$out" 'cy@example.org'
exit_code 1 'somebody of whom nothing is known' explain di@example.org people.csv
has 'is kept' "$out" 'today, 2026-04-10T00:00:00Z: kept'
has 'without a reason' "$out" 'no event names it'
exit_code 1 'a stranger' explain stranger@example.org people.csv
has 'is not in the list' "$out" "Not in 'people.csv'."
has 'so that there is nothing to decide' "$out" 'nothing to decide'
exit_code 0 'without a list' explain bo@example.net
has 'it says what it assumes' "$out" 'No list was named: taken as if it had nobody else, and no ids.'
has 'and what would be decided' "$out" 'today, 2026-04-10T00:00:00Z: removed'
has 'two proofs have to go for another decision' "$out" '- without events 6, 7: kept'

# --- the same code as clean --------------------------------------------------------------------------------------------
printf '[Transient/General]\nremove-after=9\n[protect]\naddresses=bo@example.net\n' > mild.conf
for policy in '' mild.conf; do
    exit_code 0 "clean with the policy '$policy' for comparison" \
        bash -c '"$0" clean people.csv --quiet --force --state s2.db --now 2026-04-10 --subscribed-column joined \
            --bounces ann? bo? cy? ${1:+--policy "$1"}; [ $? -le 1 ]' "$WINNOW" "$policy"
    for who in ann@example.com bo@example.net cy@example.org; do
        exit_code 0 "explain $who" explain "$who" people.csv -f json ${policy:+--policy "$policy"} --subscribed-column joined
        is "decides as clean does for $who" "$(value "x['decision']['action']")" "$(action people.csv "$who")"
    done
done
exit_code 0 'the groups of the policy are shown' explain ann@example.com people.csv -f json --policy mild.conf
is 'with the arithmetic' "$(value "[(g['group'], g['counted'], g['days']) for g in x['groups']]")" "[('Transient/General', 5, 5)]"
is 'with what a file says' "$(value "x['groups'][0]['policy']['remove-after']")" "{'value': '9', 'from': 'mild.conf:2'}"
is 'and the default' "$(value "x['groups'][0]['policy']['hold-days']")" "{'value': '3', 'from': 'default'}"
sed 's/,2026-01-01$/,2026-04-06/' people.csv > late.csv
exit_code 0 'a subscription between the bounces' explain ann@example.com late.csv -f json --subscribed-column joined
is 'leaves out what was before it' "$(value "[e['counts'] for e in x['events']]")" \
    "['before the subscription', 'before the subscription', 'before the subscription', 'yes', 'yes']"
is 'and is shown' "$(value "x['subscribed']")" 2026-04-06T00:00:00Z

# --- counterfactual ----------------------------------------------------------------------------------------------------
# Every set of events without which it says that something else would be decided: the archives without these messages.
cat > without.py << 'END'
import json, sys
x = json.load(open(sys.argv[1]))
where = {e['id']: e['source'] for e in x['events']}
for c in x['changes']:
    if c['change'] == 'without':
        print(c['action'], c['retry_after'] or '-', *sorted(where[e] for e in c['events']))
END
tried=0
for who in ann@example.com bo@example.net cy@example.org; do
    explain "$who" people.csv -f json > "$out"
    python3 without.py "$out" > sets
    while read -r wanted until gone; do
        mkdir -p rest && rm -f rest/* && cp ann? bo? cy? rest/
        for file in $gone; do rm "rest/$file"; done
        rm -f other.* && cp people.csv other.csv
        winnow clean other.csv --quiet --state :memory: --now "$now" --bounces rest > /dev/null 2>&1
        is "without $gone clean decides $wanted about $who" "$(action other.csv "$who")" "$wanted"
        [ "$until" = - ] || has "until $until" other.held.csv "$until"
        tried=$((tried + 1))
    done < sets
done
is 'each of them was told something' "$tried" 7
explain cy@example.org people.csv -f json > "$out"
is 'further bounces are counted' "$(value "[c['bounces'] for c in x['changes'] if c['change'] == 'more']")" '[5]'
# Each comes when the hold has ended.
next=$(value "x['decision']['retry_after']")
rm -f full* && cp people.csv other.csv
for n in 1 2 3 4 5; do
    bounce cy@example.org 5.2.2 '552 5.2.2 Mailbox full' "$(on "$next")" > "full$n"
    last=$next
    next=$(date -ud "$next 7 days" +%Y-%m-%dT%H:%M:%SZ)
done
is 'the last of them is when it says' "$(value "[c['time'] for c in x['changes'] if c['change'] == 'more'][0]")" "$last"
winnow clean other.csv --quiet --force --state :memory: --now "$last" --bounces cy1 full? > /dev/null
is 'they remove' "$(action other.csv cy@)" remove
winnow clean other.csv --quiet --force --state :memory: --now "$last" --bounces cy1 full[1234] > /dev/null
is 'one fewer does not' "$(action other.csv cy@)" keep

exit_code 1 'what is no UTF-8' explain $'\xff@example.org' -f json
ok 'is JSON all the same' python3 -c 'import json,sys; json.load(open(sys.argv[1]))' "$out"

# --- wrong use ---------------------------------------------------------------------------------------------------------
exit_code 2 'without an address' explain
exit_code 2 'with too much' explain a@example.org people.csv b@example.org
exit_code 2 'a format that there is not' explain a@example.org -f xml
exit_code 2 'options of a list without one' explain a@example.org --engaged-column seen
error_says 'are refused' 'options of a list need a LIST'
exit_code 3 'a broken policy' explain a@example.org --policy people.csv
exit_code 5 'a missing list' explain a@example.org nowhere.csv
state=nowhere.db exit_code 4 'a missing ledger' explain a@example.org


# --- what others wrote is fit for a terminal ---
bounce esc@example.com 5.1.1 "550 5.1.1 no $(printf '\033')[31muser" | sed "s/^Subject: April letter/&\nX-Campaign: a$(printf '\033')[2Jb/" > esc.eml
winnow ingest --state esc.db --now "$now" -q esc.eml
winnow explain --state esc.db --now "$now" esc@example.com > "$out"
has "controls are shown as spaces" "$out" "a [2Jb"
lacks "and not sent to it" "$out" "$(printf '\033')"
finish
