#!/bin/bash
# SPDX-License-Identifier: MIT
# Once a key has proven a bounce of a list, what comes without proof neither removes nor holds: forged bounces do no harm,
# whatever date they give themselves, whether the key is given or not, and until the policy says otherwise.
. "$(dirname "$0")/tap.sh"

on() { date -ud "$1" '+%a, %d %b %Y %H:%M:%S +0000'; }
path() { winnow verp encode --key-file "$1" --domain bounces.example.org -c april "$2"; }
# fate ADDRESS [LIST]: which file the row is in.
fate() {
    local file list=${2:-list.csv}
    for file in removed held review clean; do
        if grep -qF -- "$1" "${list%.csv}.$file.csv"; then echo "$file" && return; fi
    done
}
(umask 077; for key in old new; do echo "$key $(printf %s "$key" | sha256sum | cut -d ' ' -f 1)" > $key.keys; done)
(umask 077; cat new.keys old.keys > both.keys)
printf 'id,email\n1,ann@example.org\n2,bob@example.org\n3,cy@example.org\n4,dot@example.org\n5,eve@example.org\n' > list.csv
printf 'id,email\n2,bob@example.org\n4,dot@example.org\n' > other.csv
unsigned=bounces@bounces.example.org
HARD=(5.1.1 '550 5.1.1 User unknown') SOFT=(4.2.2 '452 4.2.2 Mailbox full')

bounce ann@example.org "${HARD[@]}" "$(on 2026-04-01)" "$(path old.keys ann@example.org)" > ann
bounce bob@example.org "${HARD[@]}" "$(on 2026-04-09)" $unsigned > bob
bounce cy@example.org "${SOFT[@]}" "$(on 2026-04-19)" $unsigned > cy
bounce dot@example.org "${HARD[@]}" "$(on 2026-04-07)" $unsigned > dot
# Eve's is told to be of March, but our own server took it in today; what it got on its way says nothing.
{
    printf 'Received: from a.example.net by mx.example.org with ESMTP id 1;\n\t%s\n' "$(on '2026-04-19 10:00')"
    echo "Received: from b.example.net by a.example.net; $(on 2026-03-01)"
    bounce eve@example.org "${HARD[@]}" "$(on 2026-03-01)" $unsigned
} > eve
mbox bob cy dot eve > forged.mbox
mbox ann > ann.mbox

# --- before anything is proven, and behind it ----------------------------------------------------------------------------
now=2026-04-19T12:00:00Z
exit_code 0 "where nothing was ever proven, all is as it was" clean list.csv --bounces forged.mbox --key-file old.keys
is "an unsigned bounce removes" "$(fate bob@)" removed
is "a soft one holds" "$(fate cy@)" held
exit_code 0 "so it is in another list" clean other.csv
is "of the same ledger" "$(fate bob@ other.csv)" removed
now=2026-04-20
exit_code 1 "one proven bounce of the list" clean list.csv --bounces ann.mbox --key-file old.keys
is "removes by its proof" "$(fate ann@)" removed
is "an unsigned one of eight days later does not any more" "$(fate bob@)" review
has "the row says why" list.review.csv "; but it came without the signature that mail to this list has had since 2026-04-01"
is "nor does a soft one hold" "$(fate cy@)" clean
is "one of six days later may be of a mail from before" "$(fate dot@)" removed
is "what is dated back is known by the time at which our server took it in" "$(fate eve@)" review
error_says "it is said aloud" \
    "'list.csv': without the signature that mail to this list has had since 2026-04-01: 2 messages in 7 days; nobody is removed or held for them"
has "in the report too" list.report.html "2 messages in 7 days"
exit_code 0 "the other list" clean other.csv
is "has no such proof, and goes on" "$(fate bob@ other.csv)" removed

# --- why ------------------------------------------------------------------------------------------------------------------
# squeezed: explain's lines as one.
squeezed() { tr -s ' \n' ' ' < "$out"; }
exit_code 0 "explain" winnow explain --state state.db --now "$now" bob@example.org list.csv
ok "says it of the decision" grep -qF 'but it came without the signature that mail to this list has had since 2026-04-01' <(squeezed)
ok "and that one that is signed would remove" grep -qF 'with 1 more Permanent/NoEmail bounce' <(squeezed)
ok "and of the event" grep -qE 'but +it came without the signature' "$out"
exit_code 0 "as JSON" winnow explain --state state.db --now "$now" bob@example.org list.csv --format json
has "too" "$out" '"doubt": "it came without the signature that mail to this list has had since 2026-04-01"'
exit_code 0 "without the list, for nobody knows which one" winnow explain --state state.db --now "$now" bob@example.org
ok "it says the same" grep -qF 'but it came without the signature' <(squeezed)
exit_code 0 "simulate" winnow simulate list.csv --state state.db --now "$now" --as-recorded
has "does what the runs did" "$out" "default removes the same subscribers on the same days as recorded"
is "all four" "$(awk '$1 == "default" { print $2, $7; exit }' "$out")" "4 2"
exit_code 0 "the default policy" winnow policy
is "has it" "$(grep -c '^min-proof=auto$' "$out")" 8

printf 'recipient,message-id\nbob@example.org,april-bob@example.org@news.example.org\neve@example.org,another@news.example.org\n' > sent.csv
state=sent.db
cp list.csv sent-to.csv
exit_code 1 "a log of what was sent" clean sent-to.csv --bounces forged.mbox ann.mbox --key-file old.keys --sends sent.csv
is "proves by the Message-ID of the mail that came back" "$(fate bob@ sent-to.csv)" removed
is "and nobody else's" "$(fate eve@ sent-to.csv)" review
sed 's/^Reporting-MTA: .*/&\nOriginal-Envelope-Id: bob@example.org/' bob > envid
cp list.csv envid.csv
exit_code 1 "an envelope id that no log knows" winnow clean envid.csv --state :memory: --now "$now" --bounces envid ann --key-file old.keys
is "proves nothing" "$(fate bob@ envid.csv)" review
has "though it says whose it is" envid.review.csv "attributed by envelope-id"
state=state.db

# --- keys that change, and keys that are not given --------------------------------------------------------------------------
bounce cy@example.org "${HARD[@]}" "$(on 2026-04-18)" "$(path new.keys cy@example.org)" > rotated
exit_code 1 "a run without the key" clean list.csv --bounces rotated
is "proves nothing, and does not forget what was proven" "$(fate bob@) $(fate cy@)" "review review"
error_says "it says so" "'list.csv': mail to this list has been signed since 2026-04-01, but no --key-file is given"
exit_code 1 "with the new key and the old one" clean list.csv --bounces rotated ann.mbox --key-file both.keys
is "the same mail is proof" "$(fate cy@) $(fate ann@)" "removed removed"
error_says "what is not proven is counted without it" ": 2 messages in 7 days"

ann_again() { sed 's/^Message-ID: <ann/&-again/' ann > again; }
ann_again
winnow clean list.csv --state state.db --now "$now" --bounces again --policy <(printf '[Permanent/*]\nmin-proof=verp\n') 2> "$err" > "$out"
lacks "who named the proof is not told of keys" "$err" "no --key-file"

# --- the way out --------------------------------------------------------------------------------------------------------------
printf '[Permanent/* list=list.csv]\nmin-proof=final-recipient\n' > stopped.conf
exit_code 0 "a policy that names the proof for the list" clean list.csv --policy stopped.conf
is "ends it" "$(fate bob@) $(fate eve@)" "removed removed"
exit_code 0 "is printed" winnow policy --policy stopped.conf
has "with its place" "$out" '# stopped.conf:2'
exit_code 3 "a proof to hold stronger than the one to remove is refused as ever" \
    winnow policy --policy <(printf '[Transient/General]\nhold-proof=verp\n')

# --- what stays ----------------------------------------------------------------------------------------------------------------
exit_code 0 "when the bounce that proved it is pruned" winnow prune --state state.db --now 2026-06-01 --older-than 50d
now=2026-06-01
bounce bob@example.org "${HARD[@]}" "$(on 2026-05-30)" $unsigned > again
exit_code 1 "it is still known" clean list.csv --bounces again --key-file old.keys
is "that mail is signed" "$(fate bob@)" review

# --- complaints, and taking back -----------------------------------------------------------------------------------------------
state=undo.db now=2026-04-20
cat > complaint << END
Return-Path: <>
Date: $(on 2026-04-15)
From: staff@example.net
To: $unsigned
Subject: complaint
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is an abuse report.

--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: test/1
Version: 1
Original-Rcpt-To: <bob@example.org>

--b
Content-Type: text/rfc822-headers

From: news@example.org
To: bob@example.org
Subject: April letter

--b--
END
exit_code 0 "a complaint" clean list.csv --force --bounces complaint --key-file old.keys
is "removes" "$(fate bob@)" removed
exit_code 1 "of a list whose mail is signed" clean list.csv --bounces ann.mbox --key-file old.keys
is "it is up for review" "$(fate bob@)" review
exit_code 0 "the run that knew of it taken back" winnow undo --state undo.db --now "$now" 2
exit_code 0 "nothing is known of it" clean list.csv
is "and the complaint removes again" "$(fate bob@)" removed
finish
