#!/bin/bash
# SPDX-License-Identifier: MIT
# What stands above policy: bursts are held, not removed; limits by run, domain and list; evidence that is too old.
. "$(dirname "$0")/tap.sh"

# failures DATE DOMAIN SAID NUMBER…: an mbox of hard bounces of u<NUMBER>@DOMAIN on that day.
failures() {
    local date domain=$2 said=$3
    date=$(date -u -d "$1 08:00" -R)
    shift 3
    bounce ADDRESS 5.1.1 "550 5.1.1 $said" "$date" |
        awk -v domain="$domain" -v numbers="$*" '{ text = text $0 "\n" } END {
            count = split(numbers, number, " ")
            for (i = 1; i <= count; i++) {
                message = text
                gsub(/ADDRESS/, "u" number[i] "@" domain, message)
                printf "From MAILER-DAEMON Mon Apr 13 08:00:00 2026\n%s\n", message
            } }'
}
rows() { awk -v domain="$1" -v from="$2" -v to="$3" 'BEGIN { for (i = from; i <= to; i++) print "u" i "@" domain }'; }
{ echo email; rows big.example 1 400; rows small.example 1 400; } > l.csv
counts() { grep -oE '^ *(held|removed) +[0-9]+' "$out" | awk '{ print $2 }' | xargs; }

# --- an outage ---
for day in 01 02 03 04 05 06 07 08 09 10; do
    failures 2026-04-$day big.example 'User unknown' $((400 - ${day#0}))
    failures 2026-04-$day small.example 'No such user here' $((400 - ${day#0}))
done > quiet.mbox
failures 2026-04-12 big.example 'User unknown' $(seq 1 120) > outage.mbox
exit_code 0 "quiet days" winnow ingest --state state.db --now 2026-04-11 quiet.mbox
now=2026-04-11 exit_code 0 "of which a run makes little" clean l.csv
is "the dead go" "$(counts)" "0 20"
now=2026-04-13 exit_code 1 "a provider's outage" clean l.csv --bounces outage.mbox
is "holds and does not remove" "$(counts)" "120 20"
error_says "is said aloud" "'l.csv': burst: 120 hard bounces at big.example within 24 hours from 2026-04-12T08:00Z, where 1 in a day are the usual peak; held, not removed"
is "once" "$(grep -c 'burst: ' "$err")" 1
has "each row says why" l.held.csv "one of 120 at big.example within 24 hours, where 1 in a day are the usual peak; held until 2026-04-15"
has "the report too" l.report.html "120 hard bounces at big.example"
now=2026-04-14 exit_code 1 "the day after" winnow clean l.csv --state state.db --now 2026-04-14
is "the same" "$(counts)" "120 20"
now=2026-04-16 exit_code 0 "when nothing follows" clean l.csv
is "they return" "$(counts)" "0 20"
failures 2026-04-17 big.example 'User unknown' $(seq 1 5) > again.mbox
now=2026-04-18 exit_code 0 "a bounce after that" clean l.csv --bounces again.mbox
is "confirms" "$(counts)" "0 25"
has "it alone" l.removed.csv "u5@big.example"
lacks "the others stay" l.removed.csv "u6@big.example"

# --- what was found once stays found ---
now=2026-04-20 exit_code 0 "the quiet days are taken back, and with them the history that showed the burst" \
    winnow undo 1 --state state.db --now 2026-04-20
now=2026-04-20 exit_code 0 "a run without it" clean l.csv --force
is "removes only who was confirmed" "$(counts)" "0 5"

# --- no outage ---
state=first.db
printf '[guard]\nmax-share=40%%\nmax-domain-share=never\n' > loose.conf
now=2026-04-13 exit_code 0 "a first clean of a dirty list" clean l.csv --policy loose.conf --bounces outage.mbox --force
is "is no burst" "$(counts)" "0 120"
printf '[guard]\nburst-factor=never\nmax-share=40%%\n' > off.conf
state=off.db
now=2026-04-13 exit_code 0 "where bursts are not looked for" clean l.csv --policy off.conf --bounces quiet.mbox outage.mbox --force
is "nothing is held" "$(counts)" "0 140"

# --- a message that nearly nobody gets ---
state=message.db
{ failures 2026-04-12 big.example 'We do not want this' $(seq 1 300) && failures 2026-04-12 small.example 'Go away' $(seq 1 300); } > spam.mbox
now=2026-04-13 exit_code 1 "three quarters of the list within a day" clean l.csv --bounces spam.mbox --force
is "remove nobody" "$(counts)" "0 0"
is "they are for review" "$(tail -n +2 l.review.csv | wc -l)" 600
error_says "as the message's fault" "600 subscribers failed alike within 24 hours from 2026-04-12T08:00Z; taken for a fault of the message: nobody is removed for it"

# --- one campaign that is refused everywhere, in words that were never heard before ---
# on CAMPAIGN: that is what came back.
on() { sed "s/^Subject: April letter/&\nX-Campaign: $1/"; }
clubs=$(echo {a..j})
{ echo email; for club in $clubs; do rows $club.example 1 100; done; } > clubs.csv
for day in 01 02 03 04 05; do
    for club in $clubs; do failures 2026-04-$day $club.example "No $club here" $((100 - ${day#0})); done | on daily-$day
done > days.mbox
for club in $clubs; do
    failures 2026-04-12 $club.example "Not of $club kind" $(seq 1 14)
    failures 2026-04-12 $club.example "No $club here" 20
done | on june > june.mbox
state=campaign.db
exit_code 0 "days" winnow ingest --state campaign.db --now 2026-04-11 days.mbox
now=2026-04-13 exit_code 1 "a campaign" clean clubs.csv --bounces june.mbox --force
is "removes those who are dead in known words" "$(counts)" "0 60"
is "the others are for review" "$(tail -n +2 clubs.review.csv | wc -l)" 140
has "with the reason" clubs.review.csv "one of 140 that failed in new words within 24 hours on 'june', as by a fault of it"
error_says "which is said" "140 subscribers failed in new words within 24 hours from 2026-04-12T08:00Z, all on 'june'; taken for a fault of the message: nobody is removed for it"
printf '[guard]\ncampaign-share=never\n' > campaign.conf
rm campaign.db
winnow ingest --state campaign.db --now 2026-04-11 -q days.mbox
now=2026-04-13 exit_code 0 "where campaigns are not looked at" clean clubs.csv --bounces june.mbox --policy campaign.conf --force
is "all are removed" "$(counts)" "0 200"
state=dirty.db
for club in $clubs; do failures 2026-04-12 $club.example "No $club here" $(seq 1 14); done | on june > dirty.mbox
winnow ingest --state dirty.db --now 2026-04-11 -q days.mbox
now=2026-04-13 exit_code 0 "a campaign to as many who are dead" clean clubs.csv --bounces dirty.mbox --force
is "removes them" "$(counts)" "0 190"
state=digest.db
for club in $clubs; do
    failures 2026-04-12 $club.example "Not of $club kind" $(seq 1 14)
done | sed 's/^Message-ID: <april-.*/Message-ID: <digest@lists.example.org>/' > digest.mbox
winnow ingest --state digest.db --now 2026-04-11 -q days.mbox
now=2026-04-13 exit_code 1 "a message to all that names no campaign" clean clubs.csv --bounces digest.mbox --force
is "is known by its Message-ID" "$(counts)" "0 50"

# --- the same before the first clean: what is said of the message counts against nobody ---
state=content.db
i=0
for said in '554 5.7.1 Delivery not authorized, message refused' '550 5.6.0 Lone CR or LF in body' '550 5.7.0 Policy violation'; do
    for club in $clubs; do
        failures 2026-04-12 $club.example "$club" $(seq $((i * 10 + 1)) $((i * 10 + 10))) |
            sed "s/550 5\.1\.1 $club/$said/; s/5\.1\.1/$(cut -d ' ' -f 2 <<< "$said")/g"
    done
    i=$((i + 1))
done | on june > content.mbox
now=2026-04-13 exit_code 0 "a campaign that three of ten servers refuse" clean clubs.csv --bounces content.mbox --force
is "removes nobody" "$(counts)" "200 0"

# --- old evidence ---
state=old.db
failures 2020-03-01 big.example 'User unknown' 7 > old.mbox
exit_code 1 "a bounce of years ago, read today" clean l.csv --bounces old.mbox --force
is "removes nobody" "$(counts)" "0 0"
has "but is shown" l.review.csv "days old when it was first read"
printf '[guard]\nmax-age-days=never\n' > age.conf
exit_code 0 "unless age does not matter" clean l.csv --policy age.conf
is "then it does" "$(counts)" "0 1"

# --- domains, and the list ---
mkdir limits && cd limits || exit 1
state=limits.db
{ echo email; rows big.example 1 900; rows small.example 1 200; } > l.csv
{ failures 2026-04-10 small.example 'No such user' $(seq 1 55) && failures 2026-04-12 small.example 'No such user' $(seq 56 110); } > small.mbox
exit_code 7 "half of a domain" clean l.csv --bounces small.mbox
error_says "stops the run" "guard: 110 of 200 rows at small.example (55.0 %) would be removed; the guard allows 100 (40 % of them, or 100 if that is more)"
exit_code 0 "is approved" clean --approve l.plan.jsonl
exit_code 0 "and then no longer in the way" clean l.csv
printf '[guard]\nmax-list-share=20%%\nburst-factor=never\n' > list.conf
failures 2026-04-13 big.example 'No such user' $(seq 1 100) > big.mbox
exit_code 0 "that many already do not stop a run" clean l.csv --policy list.conf
now=2026-04-21 exit_code 0 "with some more" clean l.csv --policy list.conf --bounces big.mbox
failures 2026-04-14 big.example 'No such user' $(seq 101 120) > more.mbox
now=2026-04-22 exit_code 7 "too many in all" clean l.csv --policy list.conf --bounces more.mbox
error_says "are counted with those of earlier runs" "230 of 1100 rows (20.9 %) would be gone, with those of earlier runs; the guard allows 220"
exit_code 0 "are approved" clean --approve l.plan.jsonl
failures 2026-04-15 big.example 'No such user' $(seq 121 130) > next.mbox
now=2026-04-23 exit_code 0 "and the nights go on" clean l.csv --policy list.conf --bounces next.mbox
is "with what they find" "$(counts)" "0 240"
failures 2026-04-16 big.example 'No such user' $(seq 131 331) > next.mbox
now=2026-04-24 exit_code 7 "until it is another fifth" clean l.csv --policy list.conf --bounces next.mbox
error_says "of the list" "would be gone, with those of earlier runs"

# --- a small list is not swept away ---
mkdir ../tiny && cd ../tiny || exit 1
state=tiny.db
{ echo email; for i in {1..40}; do rows d$i.example $i $i; done; } > l.csv
for i in {1..40}; do failures 2026-04-12 d$i.example 'Host not found' $i; done > all.mbox
exit_code 7 "all of forty" clean l.csv --bounces all.mbox
error_says "are too many" "guard: 40 of 40 rows (100.0 %) would be removed; the guard allows 20 (20 % of the rows, or 20 if that is more)"

# --- an outage before the first clean ---
mkdir ../outage && cd ../outage || exit 1
state=outage.db
{ echo email; rows big.example 1 350; rows small.example 1 150; } > l.csv
failures 2026-04-12 small.example 'No such user' $(seq 1 90) > first.mbox
now=2026-04-13 exit_code 1 "three of five at one domain, and nothing before" clean l.csv --bounces first.mbox
is "are held, not removed" "$(counts)" "90 0"
has "and the row says why" l.held.csv "one of 90 at small.example within 24 hours"
failures 2026-04-20 small.example 'No such user' $(seq 1 4) > second.mbox
now=2026-04-21 exit_code 0 "a week later" clean l.csv --bounces second.mbox --force
is "those return of whom nothing more was heard" "$(counts)" "0 4"

# --- small domains ---
mkdir ../club && cd ../club || exit 1
state=club.db
{ echo email; rows club.example 1 15; rows big.example 1 400; } > l.csv
for day in 01 02 03 04 05; do failures 2026-04-$day big.example 'User unknown' $((400 - ${day#0})); done > quiet.mbox
failures 2026-04-12 club.example 'User unknown' $(seq 1 9) > outage.mbox
now=2026-04-13 exit_code 1 "nine of fifteen in an hour" clean l.csv --bounces quiet.mbox outage.mbox
is "are held" "$(counts)" "9 5"
error_says "which is said" "burst: hard bounces of 9 of the 15 subscribers at club.example within 24 hours from 2026-04-12T08:00Z, where 0 in a day are the usual peak; held, not removed"
has "with each row" l.held.csv "one of 9 of the 15 at club.example within 24 hours"
printf '[guard]\nburst-share=never\n' > share.conf
state=share.db
now=2026-04-13 exit_code 0 "where shares are not looked at" clean l.csv --bounces quiet.mbox outage.mbox --policy share.conf --force
is "they are removed" "$(counts)" "0 14"
state=club.db
failures 2026-04-20 club.example 'User unknown' $(seq 3 15) > second.mbox
now=2026-04-21 exit_code 1 "a second outage" clean l.csv --bounces second.mbox --force
is "confirms nobody" "$(counts)" "13 5"
now=2026-04-24 exit_code 0 "when it is over" clean l.csv
is "they return" "$(counts)" "0 5"
failures 2026-04-27 club.example 'User unknown' 7 > one.mbox
now=2026-04-28 exit_code 0 "one alone" clean l.csv --bounces one.mbox
is "is dead" "$(counts)" "0 6"
failures 2026-04-27 club.example 'User unknown' $(seq 3 15) > third.mbox
now=2026-04-28 exit_code 1 "who fails for the third time, and those who fail with them" clean l.csv --bounces third.mbox
is "are dead, the others are held" "$(counts)" "6 12"

# --- a domain whose server puts everything off, for sixteen nights ---
mkdir ../slow && cd ../slow || exit 1
state=slow.db
{ echo email; rows slow.example 1 12; rows one.example 1 1; rows big.example 1 400; } > l.csv
busy() { failures "$1" "$2" 'try later' "${@:3}" | sed 's/550 5\.1\.1/451 4.3.2/; s/5\.1\.1/4.3.2/g'; }
for day in 01 04 07 10 13 16; do
    busy 2026-04-$day slow.example $(seq 1 12)
    busy 2026-04-$day one.example 1
    busy 2026-04-$day big.example 7
done > slow.mbox
now=2026-04-17 exit_code 1 "six times" clean l.csv --bounces slow.mbox
is "holds the domain, and removes who fails alone" "$(counts)" "12 2"
error_says "which is said" "outage: 12 of 12 subscribers at slow.example could not be reached since 2026-04-01; held, and not removed for it before 2026-04-19"
has "with each row" l.held.csv "0 of 5 Transient/General bounces on 0 of at least 3 days within 30 days; 6 are in an outage (one of 12 of the 12 at slow.example whose mail was put off within 7 days; it counts only if that lasts longer than 18), and not counted; held until 2026-04-19"
now=2026-04-20 exit_code 0 "when the mail goes through" clean l.csv
is "they return" "$(counts)" "0 2"
busy 2026-04-25 slow.example 5 > once.mbox
now=2026-04-26 exit_code 0 "one more" clean l.csv --bounces once.mbox
is "is the first that counts" "$(grep -c '^u5@slow.*1 of 5 Transient' l.held.csv)" 1
for day in 19 22; do busy 2026-04-$day slow.example $(seq 1 12); done > more.mbox
state=long.db
now=2026-04-23 exit_code 0 "three weeks of it" clean l.csv --bounces slow.mbox more.mbox --force
is "are no outage" "$(counts)" "0 14"
printf '[guard]\noutage-share=never\n' > never.conf
state=never.db
now=2026-04-17 exit_code 0 "where outages are not looked for" clean l.csv --bounces slow.mbox --policy never.conf --force
is "all are removed" "$(counts)" "0 14"

# --- a block list that has our server for weeks ---
mkdir ../listed && cd ../listed || exit 1
state=listed.db
{ echo email; rows big.example 1 40; rows small.example 1 400; } > l.csv
for day in 01 04 07 10 13 16; do
    failures 2026-04-$day big.example 'Service unavailable; client host [192.0.2.1] blocked using zen.spamhaus.org' $(seq 1 40) |
        sed 's/5\.1\.1/5.7.1/g'
done > listed.mbox
now=2026-04-17 exit_code 0 "six times" clean l.csv --bounces listed.mbox
is "holds and removes nobody" "$(counts)" "40 0"
has "which the row says" l.held.csv "0 of 5 Transient/General bounces on 0 of at least 3 days within 30 days; 6 are the sender's fault, and not counted; held until 2026-04-19"
# --- an export of another name every night ---
mkdir ../dated && cd ../dated || exit 1
state=dated.db
{ echo email; rows big.example 1 900; rows small.example 1 200; } > l-13.csv
cp l-13.csv l-14.csv
failures 2026-04-12 small.example 'No such user' $(seq 1 90) > night.mbox
failures 2026-04-13 small.example 'No such user' $(seq 91 105) > next.mbox
exit_code 0 "the first night" clean l-13.csv --list-name news --bounces night.mbox
exit_code 7 "whose list cannot be known in the second" clean l-14.csv --bounces next.mbox
exit_code 0 "is known if it is named" clean l-14.csv --list-name news --bounces next.mbox
is "and who was removed then is not counted anew" "$(counts)" "0 105"

# --- a burst that was over before its bounces were read ---
state=late.db
{ echo email; rows small.example 1 5; rows other.example 1 60; } > late.csv
failures 2026-03-01 small.example 'User unknown' 1 2 3 > late.mbox
failures 2026-03-01 other.example 'User unknown' 9 >> late.mbox
now=2026-04-13 exit_code 1 "who failed in a burst of last month" clean late.csv --bounces late.mbox
is "is not removed" "$(counts)" "0 1"
error_says "nor passed over in silence" \
    "'late.csv': 3 subscribers failed in bursts that are over, and not again since: not removed; one is u1@small.example"
has "the report says so, too" late.report.html "3 subscribers failed in bursts that are over"
now=2026-04-14 exit_code 0 "the next run has no news" clean late.csv --bounces late.mbox
lacks "of it" "$err" "bursts that are over"
failures 2026-04-14 small.example 'User unknown' 2 > again.mbox
now=2026-04-15 exit_code 0 "who fails again" clean late.csv --bounces again.mbox
is "is removed" "$(counts)" "0 2"

# --- what was usual is erased ---
state=pruned.db
{ echo email; rows big.example 1 400; rows small.example 1 400; } > usual.csv
for day in 01 02 03 04; do failures 2026-03-$day small.example 'No such user here' ${day#0}; done > usual.mbox
failures 2026-03-06 big.example 'User unknown' $(seq 1 12) >> usual.mbox
failures 2026-03-09 big.example 'User unknown' $(seq 21 32) >> usual.mbox
failures 2026-03-15 big.example 'User unknown' $(seq 101 112) >> usual.mbox
now=2026-04-13 exit_code 1 "two bursts, and later a day that is as usual by then" clean usual.csv --bounces usual.mbox
is "removes those of that day" "$(counts)" "0 16"
exit_code 0 "the bursts are erased" winnow prune --state "$state" --now 2026-04-14 --older-than 2026-04-01
has "and only they" "$out" "24 events"
now=2026-04-15 exit_code 0 "a run without it" clean usual.csv
is "still knows who was removed" "$(counts)" "0 16"
exit_code 0 "and why" winnow explain u101@big.example usual.csv --state "$state" --now 2026-04-15
has "as before" "$out" "today, 2026-04-15T00:00:00Z: remove"
finish
