#!/bin/bash
# SPDX-License-Identifier: MIT
# What policy makes of evidence through `winnow clean`: lists, domains, the protected, dates, holds, readmission.
. "$(dirname "$0")/tap.sh"

FULL='552 5.2.2 Mailbox full' SOFT='451 4.7.1 Try again later'

# list NAME ROW…: a list with these rows.
list() {
    local name=$1
    shift
    echo 'id,email,joined,seen' > "$name"
    printf '%s\n' "$@" >> "$name"
}
# fate LIST ADDRESS: what became of the row.
fate() {
    local file
    for file in removed held review clean; do
        if grep -qF -- "$2" "${1%.csv}.$file.csv"; then echo "$file" && return; fi
    done
    echo nowhere
}
# on DAY: the date as a mail header has it.
on() { date -ud "$1" '+%a, %d %b %Y %H:%M:%S +0000'; }
# reason LIST FILE ADDRESS
reason() { grep -F -- "$3" "${1%.csv}.$2.csv"; }

# --- lists and domains -------------------------------------------------------------------------------------------------
cat > groups.conf << 'END'
[Permanent/*]
action=remove

[Permanent/NoEmail list=weekly.csv]
action=review

[Permanent/NoEmail domain=example.net]
action=hold
hold-days=20

[Permanent/NoEmail domain=example.net list=monthly]
action=keep
END
{ bounce ann@example.com > 1 && bounce bo@example.net > 2 && mbox 1 2; } > dead.mbox
list weekly.csv '1,ann@example.com,,' '2,bo@example.net,,' '3,cy@example.org,,'
cp weekly.csv other.csv
exit_code 1 'a policy with groups for lists and domains is taken' clean weekly.csv --bounces dead.mbox --policy groups.conf
is 'the group of the list speaks for its file name' "$(fate weekly.csv ann@)" review
is 'a domain is closer than a list' "$(fate weekly.csv bo@)" held
exit_code 0 'another list has the general group' clean other.csv --policy groups.conf
is 'it removes there' "$(fate other.csv ann@)" removed
is 'the domain holds there too' "$(fate other.csv bo@)" held
exit_code 0 'a list can be named' clean other.csv --policy groups.conf --list-name monthly
is 'list and domain together are the closest' "$(fate other.csv bo@)" clean
exit_code 2 'an empty name is refused' clean other.csv --list-name ''

cat > broken.conf << 'END'
[Transient/General domain=example.net]
hold-days=5
action=remove
END
exit_code 3 'a group that contradicts the default is refused' clean other.csv --policy broken.conf
error_says 'with its line' "broken.conf:3: [Transient/General] for domain 'example.net': remove acts at once"
exit_code 3 'so does the command that prints it' winnow policy --policy broken.conf

exit_code 0 'the policy without a file' winnow policy
has 'is printed with its documentation' "$out" '#   hold-days  '
exit_code 0 'the policy with one' winnow policy --policy groups.conf
has 'has groups for lists and domains' "$out" '[Permanent/NoEmail domain=example.net list=monthly]'
has 'and where values come from' "$out" '# groups.conf:9'
exit_code 0 'the policy for one list and domain' winnow policy --policy groups.conf --list-name monthly --domain Example.NET
is 'is what is in force there' "$(grep -A2 -F '[Permanent/NoEmail]' "$out")" $'[Permanent/NoEmail]\n# groups.conf:12\naction=keep'
lacks 'and nothing else' "$out" 'list=monthly'
exit_code 2 'a domain that is none is refused' winnow policy --domain a@b

# --- the protected -----------------------------------------------------------------------------------------------------
mkdir -p conf
printf '[protect]\naddresses=Ann@Example.com\nfile=staff.txt\n' > conf/protect.conf
printf '# staff\n@example.net\n' > conf/staff.txt
state=protect.db
cp weekly.csv club.csv
exit_code 1 'the protected are for review' clean club.csv --bounces dead.mbox --policy conf/protect.conf
is 'an address' "$(fate club.csv ann@)" review
is 'and one of a domain, from a file beside the policy' "$(fate club.csv bo@)" review
has 'the reason says who protects' club.review.csv 'protected (conf/protect.conf:2); else it would be removed'
has 'they stay in the cleaned list' club.clean.csv 'ann@example.com'
exit_code 0 'without it they are removed' clean club.csv
is 'all of them' "$(fate club.csv ann@) $(fate club.csv bo@)" 'removed removed'
printf '@example.net\nwho?\n' > conf/staff.txt
exit_code 3 'a broken file of the protected is refused' clean club.csv --policy conf/protect.conf
error_says 'with its line' "conf/staff.txt:2: 'who?' is neither an address nor a domain"

printf '[protect]\n\n[protect list=club.csv]\ndomains=example.com\n' > conf/club.conf
exit_code 1 'the protected of one list' clean club.csv --policy conf/club.conf
is 'are so there' "$(fate club.csv ann@) $(fate club.csv bo@)" 'review removed'
has 'with the place' club.review.csv 'protected (conf/club.conf:4)'
cp club.csv guests.csv
exit_code 0 'and in no other' clean guests.csv --policy conf/club.conf
is 'not one' "$(fate guests.csv ann@)" removed
exit_code 0 'explain knows of it' winnow explain --state protect.db --now "$now" ann@example.com club.csv --policy conf/club.conf
has 'by the list' "$out" 'protected (conf/club.conf:4)'

# --- signs of life -----------------------------------------------------------------------------------------------------
state=life.db
{
    bounce ann@example.com 5.2.2 "$FULL" "$(on 2026-04-18)" > 1
    bounce bo@example.net 5.1.1 '550 5.1.1 User unknown' "$(on '2026-04-18 09:00')" > 2
    bounce cy@example.org 5.2.2 "$FULL" "$(on 2026-04-18)" > 3
    mbox 1 2 3
} > life.mbox
list people.csv '1,ann@example.com,,2026-04-18' '2,bo@example.net,,2026-04-17' '3,cy@example.org,,soon'
exit_code 0 'bounces before anything is said of life' clean people.csv --bounces life.mbox
is 'hold and remove' "$(fate people.csv ann@) $(fate people.csv bo@) $(fate people.csv cy@)" 'held removed held'
exit_code 1 'a column of signs of life' clean people.csv --engaged-column seen
is 'a sign on the day of the bounce ends the hold' "$(fate people.csv ann@)" clean
is 'one before the bounce does not' "$(fate people.csv bo@)" removed
is 'one that is no date does not' "$(fate people.csv cy@)" held
error_says 'and is noticed' "'people.csv': line 4: 'soon' is no date (2026-05-01, RFC 3339, Unix seconds); taken as unknown"
has 'in the report too' people.report.html "line 4: &#39;soon&#39; is no date"
exit_code 5 'a column that is not there is refused' clean people.csv --engaged-column opened
printf 'address,opened\nBO@example.net,2026-04-19T10:00:00Z\nstranger@example.org,never\ncy@example.org,1776600000\n' > opens.csv
exit_code 1 'a file of signs of life' clean people.csv --engaged opens.csv
is 'one behind a hard bounce asks for review' "$(fate people.csv bo@)" review
has 'and says so' people.review.csv 'engagement after the bounce, on 2026-04-19, contradicts it'
is 'one in Unix seconds ends the hold' "$(fate people.csv cy@)" clean
is 'who is not in the file is held on' "$(fate people.csv ann@)" held
printf 'ann@example.com,2099-01-01\n' > future.csv
exit_code 1 'a sign of life in the future is no sign' clean people.csv --engaged future.csv
error_says 'and is noticed' "'future.csv': line 1: '2099-01-01' is in the future; taken as unknown"
is 'it protects nobody' "$(fate people.csv ann@)" held
printf 'ann@example.com\n' > short.csv
before=$(cat people.*.csv | cksum)
exit_code 5 'a file without times is refused' clean people.csv --engaged short.csv
error_says 'and named' "cannot use 'short.csv': it has no column of times beside the addresses"
exit_code 5 'a missing one too' clean people.csv --engaged nowhere.csv
is 'nothing is written then' "$(cat people.*.csv | cksum)" "$before"

# --- subscriptions -----------------------------------------------------------------------------------------------------
state=joined.db
list new.csv '1,ann@example.com,2026-04-18 00:00:01,' '2,bo@example.net,2026-04-18,' '3,cy@example.org,18.04.2026,'
exit_code 1 'a column of subscriptions' clean new.csv --bounces life.mbox --subscribed-column joined
is 'what was before it does not count' "$(fate new.csv ann@)" clean
is 'what comes on the day does' "$(fate new.csv bo@)" removed
is 'a date that cannot be read is as none' "$(fate new.csv cy@)" held
error_says 'and is noticed' "'new.csv': line 4: '18.04.2026' is no date"
list twice.csv '1,ann@example.com,2020-01-01,' '2,bo@example.net,2020-01-01,' '3,bo@example.net,2026-04-19,'
exit_code 0 'who subscribed twice' clean twice.csv --subscribed-column joined
is 'did so the last time' "$(fate twice.csv bo@)" clean

# --- holds end by themselves ---------------------------------------------------------------------------------------------
state=hold.db
list held.csv '1,ann@example.com,,' '2,bo@example.net,,' '3,cy@example.org,,'
{
    bounce ann@example.com 5.2.2 "$FULL" "$(on '2026-04-01 12:00')" > 1
    bounce bo@example.net 4.7.1 "$SOFT" "$(on '2026-04-01 12:00')" > 2
    bounce cy@example.org 4.7.1 "$SOFT" "$(on '2026-04-01 09:00')" > 3
    mbox 1 2 3
} > april.mbox
now=2026-04-02T00:00:00Z
exit_code 0 'three are held' clean held.csv --bounces april.mbox
is 'none of them is mailed' "$(grep -c @ held.clean.csv)" 0
is 'the held file is in the order of their return' \
    "$(cut -d, -f2,9 held.held.csv | tail -n +2 | tr '\n' ' ')" \
    'cy@example.org,2026-04-04T09:00:00Z bo@example.net,2026-04-04T12:00:00Z ann@example.com,2026-04-08T12:00:00Z '
now=2026-04-04T09:00:00Z
exit_code 0 'at the end of the first hold' clean held.csv
is 'one is back' "$(fate held.csv cy@) $(fate held.csv bo@) $(fate held.csv ann@)" 'clean held held'
bounce ann@example.com 5.2.2 "$FULL" "$(on '2026-04-05 12:00')" > 4
mbox 4 > more.mbox
now=2026-04-06
exit_code 0 'a bounce during the hold' clean held.csv --bounces more.mbox
has 'makes it longer' held.held.csv '2026-04-12T12:00:00Z'
now=2026-04-08T12:00:00Z
exit_code 0 'when the first hold would have ended' clean held.csv
is 'it still holds' "$(fate held.csv ann@)" held
now=2026-04-12T12:00:00Z
exit_code 0 'when the longer one ends' clean held.csv
is 'all are back' "$(fate held.csv ann@) $(fate held.csv bo@) $(fate held.csv cy@)" 'clean clean clean'
bounce ann@example.com 5.2.2 "$FULL" "$(on '2026-04-03 12:00')" > 5
mbox 5 > late.mbox
exit_code 0 'a bounce that is read late' clean held.csv --bounces late.mbox
is 'counts at its own time, and holds nobody now' "$(fate held.csv ann@)" clean

# One campaign, bounced each day of its own hold; the next one begins when the hold has ended.
campaign() { bounce "$2" 4.7.1 "$SOFT" "$3" | sed "s/^Subject: April letter/&\nFeedback-ID: $1:12:news:example/"; }
state=campaign.db
cp held.csv may.csv
for day in 1 2 3; do campaign may ann@example.com "$(on "2026-05-0$day 06:00")" > "c$day"; done
mbox c1 c2 c3 > campaign.mbox
now=2026-05-04
exit_code 0 'three bounces of one campaign' clean may.csv --bounces campaign.mbox
has 'count once within a hold' may.held.csv '1 of 5 Transient/General bounces on 1 of at least 3 days'
has 'and hold from the last one' may.held.csv '2026-05-06T06:00:00Z'

# The same where only the return path names the campaign, by a pattern of the user's.
state=path.db
cp held.csv path.csv
# by_path CAMPAIGN DATE
by_path() { bounce ann@example.com 4.7.1 "$SOFT" "$2" "b-$1-ann=example.com@bounces.example.org"; }
for day in 1 2 3; do by_path may "$(on "2026-05-0$day 06:00")" > "v$day"; done
by_path june "$(on "2026-05-03 18:00")" > v4
mbox v1 v2 v3 v4 > path.mbox
pattern='b-{campaign}-{address}@bounces.example.org'
now=2026-05-04
exit_code 0 'bounces of two campaigns, by their return paths' clean path.csv --bounces path.mbox --verp "$pattern"
has 'count once for each' path.held.csv '2 of 5 Transient/General bounces on 2 of at least 3 days'
winnow explain --state path.db --now "$now" --format json ann@example.com > "$out"
is 'explain names them' "$(grep -o '"campaign": "[a-z]*"' "$out" | sort | uniq -c | xargs)" '1 campaign: june 3 campaign: may'
printf '[Transient/General]\nremove-after=3\ndistinct-days=1\ndistinct-campaigns=2\n' > two.conf
exit_code 0 'removal at three of two campaigns' clean path.csv --policy two.conf
is 'needs three' "$(fate path.csv ann@)" held
by_path july "$(on "2026-05-04 06:00")" > v5
mbox v5 > july.mbox
now=2026-05-05
exit_code 0 'a third campaign' clean path.csv --policy two.conf --bounces july.mbox --verp "$pattern"
is 'removes' "$(fate path.csv ann@)" removed

# --- readmission -------------------------------------------------------------------------------------------------------
state=back.db
printf '[Permanent/*]\nreadmit-after=90\n' > back.conf
list back.csv '1,ann@example.com,,' '2,bo@example.net,,'
{ bounce ann@example.com 5.1.1 '550 5.1.1 User unknown' "$(on 2026-01-01)" > 1 && mbox 1; } > january.mbox
now=2026-01-02
exit_code 0 'somebody is removed' clean back.csv --bounces january.mbox --policy back.conf
is 'from the list' "$(fate back.csv ann@)" removed
for now in 2026-03-01 2026-04-20; do clean back.csv --policy back.conf > /dev/null; done
is 'who stays in the list stays removed' "$(fate back.csv ann@)" removed
cp back.csv full.csv
grep -v ann@ full.csv > back.csv
for now in 2026-05-20 2026-07-10; do clean back.csv --policy back.conf > /dev/null; done
cp full.csv back.csv
now=2026-07-18
exit_code 0 'who comes back too early' clean back.csv --policy back.conf
is 'is removed again' "$(fate back.csv ann@)" removed
grep -v ann@ full.csv > back.csv
now=2026-08-01
clean back.csv --policy back.conf > /dev/null
cp full.csv back.csv
now=2026-10-16
exit_code 0 'who comes back after the stated days' clean back.csv --policy back.conf
is 'is welcome' "$(fate back.csv ann@)" clean
now=2026-10-17
exit_code 0 'without readmission in the policy' clean back.csv
is 'nobody is' "$(fate back.csv ann@)" removed
now=2027-02-01
exit_code 0 'another list' clean back.csv --policy back.conf --list-name other
is 'never removed him' "$(fate back.csv ann@)" removed

finish
