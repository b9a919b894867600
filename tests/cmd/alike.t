#!/bin/bash
# SPDX-License-Identifier: MIT
# --match: addresses that reach one mailbox, for matching only and only if it is asked for.
. "$(dirname "$0")/tap.sh"

rows() { grep -oE '^[0-9]+,[^,]*' "$1" | cut -d , -f 2 | xargs; }
judge() { winnow clean l.csv --state :memory: --now $now --force --bounces *.eml "$@"; }
bounce annlee@gmail.com > 1.eml
bounce bob@gmail.com > 2.eml
bounce carl@example.org > 3.eml
printf 'id,email\n1,Ann.Lee@gmail.com\n2,bob@googlemail.com\n3,carl+news@example.org\n4,dora@example.org\n' > l.csv

exit_code 0 "without it" judge
is "addresses are what they are" "$(rows l.removed.csv)$(rows l.review.csv)" ""
exit_code 0 "dots at Gmail" judge --match gmail-dots
is "are not looked at" "$(rows l.removed.csv)" "Ann.Lee@gmail.com"
exit_code 0 "googlemail.com" judge --match googlemail
is "is gmail.com" "$(rows l.removed.csv)" "bob@googlemail.com"
exit_code 0 "tags" judge --match plus-tag
is "are not looked at" "$(rows l.removed.csv)" "carl+news@example.org"
exit_code 0 "all of them" judge --match gmail-dots,googlemail,plus-tag
is "find all" "$(rows l.removed.csv)" "Ann.Lee@gmail.com bob@googlemail.com carl+news@example.org"
has "and rewrite none" l.removed.csv "1,Ann.Lee@gmail.com,"
is "the rest stays" "$(tail -n +2 l.clean.csv)" "4,dora@example.org"

printf 'id,email\n1,ann.lee@gmail.com\n2,annlee@gmail.com\n3,carl+a@example.org\n4,carl+b@example.org\n5,b.ob@example.org\n' > l.csv
exit_code 1 "two subscribers who are alike" judge --match gmail-dots,plus-tag
is "are for review, though one stands in the bounce as he is" "$(rows l.review.csv)" \
    "ann.lee@gmail.com annlee@gmail.com carl+a@example.org carl+b@example.org"
is "and neither is removed" "$(rows l.removed.csv)" ""
has "with the reason" l.review.csv "is true of more than one"
exit_code 0 "without it the one who is named goes" judge
is "and he alone" "$(rows l.removed.csv)" "annlee@gmail.com"

exit_code 1 "a run that is stored" clean l.csv --force --bounces *.eml --match gmail-dots,plus-tag
explain() { winnow explain --state state.db --now $now "$@"; }
printf 'id,email\n1,Ann.Lee@gmail.com\n5,b.ob@example.org\n' > m.csv
exit_code 1 "explain without --match" explain ann.lee@gmail.com m.csv
exit_code 0 "explain with it" explain ann.lee@gmail.com m.csv --match gmail-dots
ok "decides as clean does" grep -q "^today, .*: removed$" "$out"
has "and says what was named" "$out" " annlee@gmail.com"
exit_code 0 "explain with two who are alike" explain ann.lee@gmail.com l.csv --match gmail-dots
ok "says that it is for review" grep -q "^today, .*: up for review$" "$out"
exit_code 2 "explain with --match and no list" explain ann.lee@gmail.com --match gmail-dots
error_says "asks for one" "need a LIST"
exit_code 2 "a rule that there is not" judge --match dots
error_says "is said with those that are" "--match: one or more of gmail-dots, googlemail, plus-tag"
finish
