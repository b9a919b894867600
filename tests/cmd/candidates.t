#!/bin/bash
# SPDX-License-Identifier: MIT
# Whom a bounce may be about: in the records of classify, in the review file, in explain.
. "$(dirname "$0")/tap.sh"

# The envelope says Ann, a header of the returned message Bob, and it failed at a third address.
bounce ann@forward.example.net 5.1.1 '550 5.1.1 User unknown' 'Mon, 13 Apr 2026 08:00:00 +0000' \
    news-bounces+ann=example.org@lists.example.org | sed 's/^From: news@example.org$/&\nX-ListMember: bob@example.org/' > both.eml
printf 'id,email\n1,ann@example.org\n2,bob@example.org\n3,carl@example.org\n4,dora@example.org\n' > l.csv

exit_code 0 "a bounce of one of two" winnow classify both.eml
has "the record ends with the candidates, the strongest first" "$out" \
    '"candidates":[{"step":"verp","address":"ann@example.org","scheme":"mailman"},{"step":"header-id","address":"bob@example.org","scheme":"X-ListMember"},{"step":"returned-to","address":"ann@forward.example.net","scheme":null}]}'
exit_code 0 "as a table" winnow classify --format csv both.eml
has "the last column has them in words" "$out" \
    ',verp ann@example.org (mailman); header-id bob@example.org (X-ListMember); returned-to ann@forward.example.net'
printf 'Subject: hello\nFrom: ann@example.org\n\nNews.\n' > letter.eml
exit_code 0 "a letter" winnow classify letter.eml
has "is about nobody" "$out" '"candidates":[]}'

exit_code 1 "where two steps name two subscribers, it is for review" clean l.csv --bounces both.eml
ok "nobody is removed" grep -qE '^ *removed +0 ' "$out"
is "both rows are for review" "$(tail -n +2 l.review.csv | cut -d , -f 2 | xargs)" "ann@example.org bob@example.org"
has "the review file has a column more" l.review.csv ",winnow_retry_after,winnow_candidates"
lacks "the removed file has not" l.removed.csv winnow_candidates
has "it says what each candidate rests on, and who is not in the list" l.review.csv \
    'verp ann@example.org (mailman); header-id bob@example.org (X-ListMember); returned-to ann@forward.example.net, not in the list"'
has "the reason says why nobody was removed" l.review.csv "verp names one subscriber, header-id another"

exit_code 1 "in the report" winnow clean l.csv --state :memory: --now $now --force --report r.txt --bounces both.eml
ok "it is no stranger's" grep -qE '^for review +1 +100.00 %$' r.txt
lacks "to the list" r.txt "nobody who is on the list"
exit_code 1 "and for programs" winnow clean l.csv --state :memory: --now $now --force --report r.json --bounces both.eml
ok "there is a count" grep -qE '"ambiguous": 1$' r.json

exit_code 0 "explain" winnow explain --state state.db bob@example.org
ok "says by which step the address is named" grep -qE '^ +attributed +header-id \(X-ListMember\)$' "$out"
ok "and who else is" grep -qE '^ +may also be +verp ann@example.org \(mailman\)$' "$out"
finish
