#!/bin/bash
# SPDX-License-Identifier: MIT
# winnow reclassify: what is stored is enough to judge again, and nothing changes before it was shown.
. "$(dirname "$0")/tap.sh"
again() { winnow reclassify --state "${state:-state.db}" --now "$now" "$@"; }
verdicts() { sqlite3 state.db 'SELECT count(*) FROM verdict'; }

ln -s "$SAMPLES/bounces" bounces
winnow ingest -q --state all.db bounces 2> /dev/null
state=all.db exit_code 0 "all samples are judged again from what is stored of them" again
ok "and every verdict is the one that the mail itself got" \
    grep -qE '^([0-9]+) bounces judged again: \1 as before, 0 otherwise$' "$out"
lacks "by the same rule" "$out" "another rule"
state=all.db exit_code 0 "with --apply" again --apply
is "there is no run to keep then" "$(winnow runs --state all.db | grep -c reclassify)" 0

bounce ann@example.com 5.0.0 "554 5.0.0 Blatherskite sends no mail to penguins" > ann.eml
bounce bob@example.com > bob.eml
{ printf 'Return-Path: <>\nFrom: MAILER-DAEMON@example.org\nTo: bounces@example.org\nSubject: failure notice\n\n'
  printf 'Hi. This is the qmail-send program at example.org.\n'
  printf "I'm afraid I wasn't able to deliver your message to the following addresses.\n\n"
  printf '<cy@example.com>:\nThe blatherskite has left.\n'; } > cy.eml
printf 'email\nann@example.com\nbob@example.com\ncy@example.com\n' > l.csv
exit_code 0 "bounces" clean l.csv --force --bounces ann.eml bob.eml cy.eml
lacks "of which two say nothing that the rules know" l.removed.csv ann@
cat > own.rules << END
rule blatherskite Permanent/NoEmail
  says blatherskite
  like 554 5.0.0 Blatherskite
END
before=$(verdicts)
exit_code 0 "a rule for them" again --rules own.rules
ok "shows what it would change" grep -qF "3 bounces judged again: 1 as before, 2 otherwise" "$out"
ok "from what to what" grep -qE ' 2  Undetermined/[A-Za-z]+ -> Permanent/NoEmail$' "$out"
has "with the words" "$out" "554 5.0.0 Blatherskite sends no mail to penguins"
ok "the rules and the place" grep -qE "rule [a-z-]+ -> blatherskite; 'ann.eml' at 0" "$out"
has "and whom it is about" "$out" "subscribers whose decision could change: 2"
has "with the last decision" "$out" "ann@example.com (no run decided anything)"
is "and stores nothing" "$(verdicts)" "$before"
clean l.csv --force > /dev/null
lacks "nothing changes" l.removed.csv ann@
exit_code 0 "kept" again --rules own.rules --apply
is "one verdict each is added" "$(verdicts)" $((before + 2))
exit_code 0 "it is a run" winnow runs --state state.db
has "of its own" "$out" reclassify
clean l.csv --force > /dev/null
has "by which the next one decides" l.removed.csv ann@
has "also where only the human part spoke" l.removed.csv cy@
exit_code 0 "again" again --rules own.rules
has "nothing differs" "$out" "3 bounces judged again: 3 as before, 0 otherwise"
exit_code 0 "without the rule" again --apply --quiet
is "nothing is said if so wished" "$(cat "$out")" ""
clean l.csv --force > /dev/null
lacks "and they are back" l.removed.csv ann@

exit_code 2 "a path is no argument" again ann.eml
exit_code 3 "a broken rule file" again --rules l.csv
state=none.db exit_code 4 "no state" again
exec 9> state.db.lock && flock 9
exit_code 8 "another run" again --apply
flock -u 9
finish
