#!/bin/bash
# SPDX-License-Identifier: MIT
# Nobody is removed for another's bounce: forgeries, quotes, forwarding, reports on several, posts, paths that were cut.
. "$(dirname "$0")/tap.sh"

printf 'id,email\n1,ann@example.org\n2,bob@example.org\n3,carl@example.org\n4,dora@example.org\n5,eve@example.org
6,victim@example.org\n7,constance.featherstonehaugh-marjoribanks@departments.example.org
8,constance.featherstonehaugh-marjoribanks@depart\n9,constance.featherstonehaugh-marjoribanks@dep.example\n' > l.csv
mails=$SAMPLES/bounces/attribution
rows() { grep -oE '^[0-9]+,[^,]*' "$1" | cut -d , -f 2 | xargs; }
judge() { winnow clean l.csv --state :memory: --now $now --force --bounces "$@"; }

exit_code 0 "a report that quotes several subscribers" judge "$mails/quotes-several-subscribers.eml"
is "removes the one who failed, not those of From, To, Cc, quotes and signature" "$(rows l.removed.csv)" carl@example.org
exit_code 0 "mail forwarded to another subscriber" judge "$mails/forwarded-to-another-subscriber.eml"
is "is about the one to whom it was sent" "$(rows l.removed.csv)" ann@example.org
has "as the envelope says" l.removed.csv "attributed by verp;"
exit_code 1 "where only To tells" judge "$mails/forwarded-without-return-path.eml"
is "nobody is removed" "$(rows l.removed.csv)" ""
is "both are for review" "$(rows l.review.csv)" "ann@example.org bob@example.org"
grep -v ann@ l.csv > left.csv
judge_left() { winnow clean left.csv --state :memory: --now $now --force --bounces "$@"; }
exit_code 1 "where whom it was addressed to has left" judge_left "$mails/forwarded-without-return-path.eml"
is "who is left is not removed for it" "$(rows left.removed.csv)" ""
is "but up for review" "$(rows left.review.csv)" bob@example.org
has "with the reason" left.review.csv "the mail was addressed to ann@example.org, who is not in this list"
sed '/^Final-Recipient/s/^/Original-Recipient: rfc822;bob@example.org\n/' "$mails/forwarded-without-return-path.eml" > orcpt.eml
exit_code 1 "whatever the last mail system was given" judge_left orcpt.eml
is "he is up for review" "$(rows left.removed.csv)/$(rows left.review.csv)" /bob@example.org
sed 's/^To: ann@.*/To: undisclosed-recipients:;/; /^From: News/s/^/Received: from lists.example.org by mx.example.com with ESMTP id 3 for <bob@example.org>; Mon, 13 Apr 2026 07:59:50 +0000\
Received: from app by out.example.org with ESMTP id 2 for <ann@example.org>; Mon, 13 Apr 2026 07:59:40 +0000\
/' "$mails/forwarded-without-return-path.eml" > hops.eml
exit_code 1 "where the first hop knows" judge_left hops.eml
is "he is up for review" "$(rows left.removed.csv)/$(rows left.review.csv)" /bob@example.org
addressed() { sed "s/^To: ann@.*/To: $1/; s/bob@example.org/$2/; s/f2@/$2-&/; s/^Message-ID: <forwarded/&-$2/" "$mails/forwarded-without-return-path.eml"; }
for to in news@lists.example.org all-members@example.org garden@lists.example.org undisclosed-recipients:\; '' 'Garden <news@lists.example.org>, ann@example.org'; do
    addressed "$to" bob@example.org > to.eml
    exit_code 0 "a letter to '$to'" judge_left to.eml
    is "contradicts no report" "$(rows left.removed.csv)" bob@example.org
done
printf 'email\nbob@example.org\ncarl@example.com\ndora@mail.example.net\n' > garden.csv
judge_garden() { winnow clean garden.csv --state :memory: --now $now --force --bounces "$@"; }
removed_of() { tail -n +2 "$1" | cut -d , -f 1 | xargs; }
for who in bob@example.org carl@example.com dora@mail.example.net; do addressed garden@example.net $who > garden-${who%@*}.eml; done
exit_code 1 "letters to one address that fail at two" judge_garden garden-{bob,carl}.eml
is "may have been forwarded" "$(removed_of garden.removed.csv)" ""
exit_code 0 "at three" judge_garden garden-{bob,carl,dora}.eml
is "were letters to a list" "$(removed_of garden.removed.csv)" "bob@example.org carl@example.com dora@mail.example.net"

exit_code 0 "two recipients, one return path" judge "$mails/two-recipients-one-return-path.eml"
is "are two subscribers" "$(rows l.removed.csv)" "ann@example.org bob@example.org"
ok "each by what names him" grep -qE '^2,bob.*attributed by final-recipient;' l.removed.csv
exit_code 0 "a post to the list with a bounce attached" judge "$mails/list-post-with-a-bounce-attached.eml"
is "removes nobody" "$(rows l.removed.csv)$(rows l.review.csv)$(rows l.held.csv)" ""
exit_code 0 "a return path that was cut at 64 octets" judge "$mails/return-path-cut-at-64.eml"
is "removes nobody" "$(rows l.removed.csv)$(rows l.review.csv)$(rows l.held.csv)" ""

# --- two Original-Recipients of one recipient: the report is garbled, and neither is to be believed ---
for who in bob gone; do
    bounce elsewhere@forward.example |
        sed "s/^To: else.*/To: undisclosed-recipients:;/; s/^Final-.*/Original-Recipient: rfc822;ann@example.org\n&\nOriginal-Recipient: rfc822;$who@example.org/" > two-$who.eml
done
exit_code 1 "two original recipients" judge two-bob.eml
is "remove neither" "$(rows l.removed.csv)" ""
is "both are for review" "$(rows l.review.csv)" "ann@example.org bob@example.org"
has "with what they rest on" l.review.csv "original-recipient ann@example.org; original-recipient bob@example.org"
exit_code 1 "of whom one has left" judge two-gone.eml
is "remove nobody either" "$(rows l.removed.csv)/$(rows l.review.csv)" /ann@example.org
has "the other is a candidate still" l.review.csv "original-recipient gone@example.org, not in the list"

# --- an address of the sender's own in List-Unsubscribe, who reads the letter too ---
unsubscribe='List-Unsubscribe: <https://example.org/u?contact=eve@example.org\&q=dora@example.org\&e=gone@example.org>'
bounce gone@example.org | sed "s|^From: news@example.org\$|&\n$unsubscribe|" > gone.eml
ok "the sample has it" grep -q '^List-Unsub.*q=dora' gone.eml
exit_code 1 "a letter with addresses in List-Unsubscribe" judge gone.eml
is "removes nobody whom the bounce does not name" "$(rows l.removed.csv)$(rows l.held.csv)" ""
ok "says why" grep -q '^4,dora.*attributed by text only' l.review.csv

# --- a forged report: everything in it that takes no key says 'victim' ---
forged=$mails/forged-report-names-a-victim.eml
exit_code 0 "what can be forged" judge "$forged"
is "removes, where any attribution will do" "$(rows l.removed.csv)" victim@example.org
printf '[Permanent/*]\nmin-proof=verp-key\n' > strict.conf
exit_code 1 "where a key is asked for" judge "$forged" --policy strict.conf
is "it removes nobody" "$(rows l.removed.csv)" ""
is "and is shown" "$(rows l.review.csv)" victim@example.org
has "with the reason" l.review.csv "attributed by verp only, and that takes verp-key or stronger"
printf 'recipient,message id\neve@example.org,made-up@lists.example.org\n' > log.csv
exit_code 1 "a Message-ID that the forger took from his own mail" judge "$forged" --sends log.csv
is "gives him away: nobody is removed" "$(rows l.removed.csv)" ""
has "the review file has the candidates" l.review.csv "message-id eve@example.org (sends)"

# --- matching changes nothing in a list: IDN in both forms, NFC and NFD, capitals ---
printf 'email\nJ\xc3\xb6rg@b\xc3\xbccher.example\nann@xn--mnchen-3ya.example\nZOE\xcc\x88@example.org\n' > idn.csv
bounce jörg@xn--bcher-kva.example > a.eml
bounce ann@münchen.example > b.eml
bounce zoë@EXAMPLE.org > c.eml
exit_code 0 "addresses in other forms" winnow clean idn.csv --state :memory: --now $now --bounces a.eml b.eml c.eml
is "are found" "$(wc -l < idn.clean.csv)" 1
ok "and stand in the removed file as they were" bash -c 'for line in 2 3 4; do grep -qF "$(sed -n ${line}p idn.csv)," idn.removed.csv || exit 1; done'

# --- but letters that look alike are different ones ---
printf 'email\nweiss@example.org\nfiona@example.org\n' > alike.csv
bounce weiß@example.org > a.eml
bounce ﬁona@example.org > b.eml
exit_code 0 "addresses that a search would take for one" \
    winnow clean alike.csv --state :memory: --now $now --bounces a.eml b.eml
is "are not one" "$(wc -l < alike.removed.csv)" 1
finish
