#!/bin/bash
# SPDX-License-Identifier: MIT
# --sends: what was sent, joined with what came back.
. "$(dirname "$0")/tap.sh"

# returned RECIPIENT MESSAGE-ID [ENVELOPE-ID]: a bounce that says no more of the subscriber than these ids.
returned() {
    bounce "$1" | sed "s/^To: $1\$/To: undisclosed-recipients:;/; s/^Message-ID: <april-.*/Message-ID: <$2>/" |
        if [ -n "${3:-}" ]; then sed "s/^Reporting-MTA: .*/&\nOriginal-Envelope-Id: $3/"; else cat; fi
}
rows() { grep -oE '^[^@]*@[a-z.]*' "$1" | sed 's/.*,//' | sort | xargs; }
printf 'id,email\n1,ann@example.org\n2,bob@example.org\n3,carl@example.org\n4,dora@example.org\n' > l.csv
memory() { winnow clean --state :memory: --now $now --force "$@"; }

# Ann's and Bob's mail was forwarded; only the ids tell whose it was.
returned a@forward.example.net m1@news.example.org > ann.eml
returned b@forward.example.net other@elsewhere.example env-2 > bob.eml
cat > log.csv << 'END'
To,Message-ID,EnvID,Campaign,Sent at
Ann@Example.org,<m1@news.example.org>,env-1,april,2026-04-12T08:00:00Z
bob@example.org,<m2@news.example.org>,env-2,april,2026-04-12T08:00:01Z
carl@example.org,<m3@news.example.org>,env-3,may,2026-04-12T08:00:02Z
dora@example.org,<m4@news.example.org>,env-4,may,2026-04-12T08:00:03Z
END
exit_code 0 "without the log" memory l.csv --bounces ann.eml bob.eml
is "they are nobody's" "$(rows l.removed.csv)" ""
exit_code 0 "with it" clean l.csv --bounces ann.eml bob.eml --sends log.csv --report report.csv --force
is "Message-ID and envelope id lead to the subscribers" "$(rows l.removed.csv)" "ann@example.org bob@example.org"
has "the reason names the step" l.removed.csv "attributed by message-id"
has "and the other one" l.removed.csv "attributed by envelope-id"
numbers() { grep "^$1" report.csv | sed "s/^$1,//" | xargs; }
is "the report divides by what was sent" "$(numbers rates)" "sent,,4 bounce,count,2 bounce,rate,0.500000 complaint,count,0 complaint,rate,0.000000"
is "by campaign" "$(numbers campaigns | tr ' ' '\n' | grep -v complaint | xargs)" \
    "april,sent,2 april,bounces,2 april,bounce_rate,1.000000 may,sent,2 may,bounces,0 may,bounce_rate,0.000000"
is "and by domain" "$(numbers sent_domains | tr ' ' '\n' | grep -v complaint | xargs)" \
    "example.org,sent,4 example.org,bounces,2 example.org,bounce_rate,0.500000"
has "it counts by which step they were attributed" report.csv 'attribution,"message-id","",1'
exit_code 0 "explain" winnow explain --state state.db ann@example.org
ok "knows the step" grep -qE '^ +attributed +message-id \(sends\)$' "$out"
exit_code 0 "without the log" clean l.csv --force
is "the ledger still knows" "$(rows l.removed.csv)" "ann@example.org bob@example.org"

# --- later, and in ingest ---
exit_code 0 "ingest first" winnow ingest --state later.db --now $now ann.eml bob.eml
state=later.db
exit_code 0 "the log comes later" clean l.csv --sends log.csv --force
is "the events of earlier runs join" "$(rows l.removed.csv)" "ann@example.org bob@example.org"
exit_code 0 "ingest with the log" winnow ingest --state in.db --now $now --sends log.csv ann.eml bob.eml
has "says what joined" "$out" "4 messages sent; 2 events are about one of them"
state=in.db
exit_code 0 "and clean without it" clean l.csv --force
is "knows whose they are" "$(rows l.removed.csv)" "ann@example.org bob@example.org"

# --- classify has no ledger to ask what came back ---
exit_code 0 "classify with the log" winnow classify --sends log.csv ann.eml bob.eml
has "has whom the Message-ID names" "$out" '"candidates":[{"step":"message-id","address":"ann@example.org","scheme":"sends"},{"step":"final-recipient"'
has "and the envelope id" "$out" '"candidates":[{"step":"envelope-id","address":"bob@example.org","scheme":"sends"},'
is "and the campaign" "$(grep -o '"campaign":"[a-z]*"' "$out" | xargs)" "campaign:april campaign:april"
is "whatever the number of jobs" "$(winnow classify --jobs 3 --sends log.csv ann.eml bob.eml | md5sum)" "$(md5sum < "$out")"
printf 'recipient,message id\n,m9@x\nann@example.org,m1@news.example.org\n' > hole.csv
exit_code 1 "with a broken row" winnow classify --sends hole.csv ann.eml
error_says "says so" "'hole.csv': line 2: no recipient; left out"
has "and uses the rest" "$out" '"step":"message-id","address":"ann@example.org"'
exit_code 5 "with a log that is not there" winnow classify --sends no.csv ann.eml
is "writes nothing" "$(cat "$out")" ""
exit_code 2 "with columns of nothing" winnow classify --sends-column time=3 ann.eml

# --- ids that prove less ---
printf 'recipient,message id\nann@example.org,m1@news.example.org\nbob@example.org,m1@news.example.org\n' > same.csv
exit_code 0 "one Message-ID for a whole mailing" memory l.csv --bounces ann.eml --sends same.csv
is "is nobody's" "$(rows l.removed.csv)" ""
printf 'recipient,message id\ngone@example.org,m1@news.example.org\n' > gone.csv
returned bob@example.org m1@news.example.org > forwarded.eml
exit_code 1 "sent to one who has left, failed at a subscriber" memory l.csv --bounces forwarded.eml --sends gone.csv
is "removes nobody" "$(rows l.removed.csv)" ""
has "for review, with the reason" l.review.csv "the mail was sent to gone@example.org, who is not in this list"
printf 'recipient,message id\nann@example.org,m1@news.example.org\n' > one.csv
bounce bob@example.org 5.1.1 '550 5.1.1 User unknown' 'Mon, 13 Apr 2026 08:00:00 +0000' news-bounces+bob=example.org@lists.example.org |
    sed 's/^Message-ID: <april-.*/Message-ID: <m1@news.example.org>/' > forged.eml
exit_code 1 "a return path of one, the Message-ID of another" memory l.csv --bounces forged.eml --sends one.csv
is "removes nobody" "$(rows l.removed.csv)" ""
has "for review" l.review.csv "verp names one subscriber, message-id another"

# --- two recipients in one report ---
returned ann@example.org m1@news.example.org | sed 's/^Diagnostic-Code: .*/&\n\nFinal-Recipient: rfc822; x@forward.example.net\nAction: failed\nStatus: 5.1.1/' > two.eml
exit_code 0 "a report on two, a log that knows one" memory l.csv --bounces two.eml --sends one.csv
is "names the one whom the report names" "$(rows l.removed.csv)" "ann@example.org"
returned y@forward.example.net m1@news.example.org | sed 's/^Diagnostic-Code: .*/&\n\nFinal-Recipient: rfc822; x@forward.example.net\nAction: failed\nStatus: 5.1.1/' > two.eml
exit_code 0 "or nobody" memory l.csv --bounces two.eml --sends one.csv
is "if it names neither" "$(rows l.removed.csv)" ""

# --- columns, ids, forms of Message-IDs ---
printf 'rcpt;mid;what\nann@example.org;m1@news.example.org;april\n' > odd.csv
exit_code 0 "columns of another name" memory l.csv --bounces ann.eml --sends odd.csv --sends-column message-id=mid --sends-column campaign=3
is "can be named" "$(rows l.removed.csv)" "ann@example.org"
printf 'recipient,message id\n1,m1@news.example.org\n' > ids.csv
exit_code 0 "recipients by their ids" memory l.csv --bounces ann.eml --sends ids.csv
is "are found" "$(rows l.removed.csv)" "ann@example.org"
returned a@forward.example.net 0102019abcdef0123-000000@email.amazonses.com > ses.eml
printf 'recipient,message id\nann@example.org,0102019abcdef0123-000000\n' > ses.csv
exit_code 0 "Message-IDs without a host, as Amazon SES logs them" memory l.csv --bounces ses.eml --sends ses.csv
is "are found" "$(rows l.removed.csv)" "ann@example.org"
returned a@forward.example.net 7@email.example.net > short.eml
printf 'recipient,message id\nann@example.org,7\n' > short.csv
exit_code 0 "but not by a few letters" memory l.csv --bounces short.eml --sends short.csv
is "which anybody has" "$(rows l.removed.csv)" ""

# --- broken input ---
printf 'recipient,message id,time\nann@example.org,m1@news.example.org,yesterday\n,m9@x,\nbob\0@example.org,m2@x,\n' > broken.csv
exit_code 1 "broken rows" memory l.csv --bounces ann.eml --sends broken.csv
error_says "are said with their place" "'broken.csv': line 3: no recipient; left out"
error_says "NUL bytes too" "'broken.csv': line 4: NUL bytes; left out"
error_says "and times that are none" "'broken.csv': line 2: the time is none"
is "the rest is used" "$(rows l.removed.csv)" "ann@example.org"
printf 'recipient,message id\nann@example.org,m1@news.example.org\n' > open.csv
yes '"bob@example.org",m2@x' | head -300 >> open.csv
printf '"unclosed,m3@x\n' >> open.csv
exit_code 1 "a quote that is not closed" memory l.csv --bounces ann.eml --sends open.csv
error_says "ends the reading" "the rest is not read"
is "what stood before is used" "$(rows l.removed.csv)" "ann@example.org"
exit_code 5 "a log that is not there" clean l.csv --bounces ann.eml --sends no.csv --force
error_says "is said before anything is read" "cannot read 'no.csv'"
printf 'a,b\n1,2\n' > none.csv
exit_code 5 "a log without recipients" memory l.csv --bounces ann.eml --sends none.csv
error_says "is refused with its columns" "no column of recipients"
exit_code 2 "a field that there is not" memory l.csv --sends log.csv --sends-column colour=3
error_says "is named" "'colour=3' is not FIELD=COLUMN"
exit_code 2 "columns of nothing" memory l.csv --sends-column time=3
exit_code 2 "two denominators" memory l.csv --sends log.csv --sent 4
exit_code 5 "a column that is not there" memory l.csv --sends log.csv --sends-column message-id=nix
error_says "is named with those that are" "no column 'nix'; its columns are 1 'To'"
finish
