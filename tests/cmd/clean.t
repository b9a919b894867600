#!/bin/bash
# SPDX-License-Identifier: MIT
# winnow clean, as its user meets it: the right rows in the right files, and not one byte of the others changed.
. "$(dirname "$0")/tap.sh"

# rows FILE: the addresses in it, one line, sorted.
rows() { grep -oE '^[^@]*@[a-zü.]*' "$1" | sed 's/.*[,;|[:space:]]//' | sort | xargs; }
outputs() { sha256sum "$1".{clean,removed,held,review}.csv | cut -d ' ' -f 1; }

# --- the samples ---
cp "$SAMPLES/subscribers.csv" s.csv
cp s.csv before.csv
ln -s "$SAMPLES/bounces" bounces
samples=(bounces/rfc3464/{postfix-no-such-user,forwarded-original-recipient,internationalised,delivered,postfix-delay}.eml
    bounces/{none,auto-reply}/*.eml bounces/arf/{abuse,not-spam}.eml)
exit_code 0 "the samples are cleaned" clean s.csv --bounces "${samples[@]}"
cp "$out" summary
same "the list itself is not changed" s.csv before.csv
for address in ann.lee@example.com ines@example.edu Jörg@bücher.example kim@example.net; do
    has "$address is removed" s.removed.csv ",$address,"
    lacks "$address is no longer in the clean list" s.clean.csv ",$address,"
done
for address in lena@example.net mara@example.com jun@example.com farid@example.com rosa@example.com; do
    has "$address stays: not-spam, an auto-reply, a delivery, a delay, a list post that quotes a bounce" s.clean.csv ",$address,"
done
is "four are removed, one of them in a row of two lines" "$(tail -n +2 s.removed.csv | grep -c winnow; grep -c '^1[0-9]*,' s.removed.csv)" "0
4"
grep -vE '^1001,|^1009,|^lines"|^1011,|^1012,' s.csv > wanted
same "kept rows, header and line ends are the same bytes" s.clean.csv wanted
is "removed rows begin with the bytes that they had" "$(grep -a '^1009' -A 1 s.removed.csv | tr -d '\r' | cut -c 1-44)" \
    '1009,ines@example.edu,Ines,2023-01-10,"two
lines","1 Permanent/NoEmail bounce on 2026-0'
has "the removed file has the five columns more" s.removed.csv \
    "id,email,name,joined,notes,winnow_reason,winnow_subtype,winnow_status,winnow_last_bounce,winnow_retry_after"
ok "reason, subtype, status and time are filled" grep -qE \
    '^1001,.*"1 Permanent/NoEmail bounce.*User unknown.*postfix-no-such-user.eml at 0",NoEmail,5.1.1,2026-04-13T07:12:44Z,.?$' s.removed.csv
ok "a complaint's row says so" grep -qE '^1012,.*complaint.*,complaint,,' s.removed.csv
ok "the summary counts the kept rows" grep -qE '^ *kept +49  s.clean.csv$' summary
ok "and the removed ones" grep -qE '^ *removed +4  s.removed.csv$' summary
ok "the report is a whole page" grep -q '</html>' s.report.html
lacks "that loads nothing from elsewhere" s.report.html 'src="http'
is "no other file was left" "$(ls -A | xargs)" \
    "before.csv bounces s.clean.csv s.csv s.held.csv s.removed.csv s.report.html s.review.csv state.db state.db.lock summary wanted"

first=$(outputs s)
exit_code 0 "the same again" clean s.csv --bounces "${samples[@]}"
is "gives the same lists" "$(outputs s)" "$first"
ok "counts no message a second time" grep -qE '^ *counted +0$' "$out"
exit_code 0 "from the ledger alone" clean s.csv
is "the same lists come out" "$(outputs s)" "$first"
exit_code 0 "the history is printed" winnow runs --state state.db
is "it has three runs, and only the first added something" "$(awk 'NR > 1 { print ($5 > 0) }' "$out" | xargs)" "1 0 0"
exit_code 0 "an address can be explained" winnow explain --state state.db ann.lee@example.com
has "with the message" "$out" "postfix-no-such-user.eml at 0"
exit_code 1 "of an address without evidence nothing is known" winnow explain --state state.db nobody@example.com

# --- nothing to remove ---
mkdir plain && cd plain || exit 1
printf '\xef\xbb\xbfName;E-Mail;Note\r\n"A; b";ann@example.com;"x\r\ny"\r\n\r\nBob;bob@example.com;' > l.csv
bounce carl@example.com > other.eml
exit_code 0 "a list without a bouncing subscriber" clean l.csv --bounces other.eml
same "comes out as it went in: BOM, CRLF, empty line, no newline at the end" l.clean.csv l.csv
ok "a bounce of nobody in the list is counted as such" grep -qE '^ *of nobody +1$' "$out"
bounce bob@example.com > bob.eml
exit_code 0 "BOM, semicolons, CRLF" clean l.csv --bounces bob.eml
printf '\xef\xbb\xbfName;E-Mail;Note\r\n"A; b";ann@example.com;"x\r\ny"\r\n\r\n' > wanted
same "only the row is gone" l.clean.csv wanted
is "the removed row keeps its delimiter, with BOM and CRLF in the file" \
    "$(head -c 21 l.removed.csv | od -An -tx1 | xargs; sed -n 2p l.removed.csv | cut -d ';' -f 1-3,5- | od -c | grep -c '\\r *\\n')" \
    "ef bb bf 4e 61 6d 65 3b 45 2d 4d 61 69 6c 3b 4e 6f 74 65 3b 77
1"
cd ..

# --- dialects and columns ---
for dialect in 'semicolon:;' 'tab:	' 'pipe:|' 'comma:,'; do
    d=${dialect#*:}
    printf 'name%smail\nann%sann@example.com\nbob%sbob@example.com\n' "$d" "$d" "$d" > d.csv
    exit_code 0 "${dialect%%:*} is found by looking" winnow clean d.csv --state :memory: --now $now --force --bounces plain/bob.eml
    is "${dialect%%:*}: the right one goes" "$(rows d.clean.csv)/$(rows d.removed.csv)" "ann@example.com/bob@example.com"
    has "${dialect%%:*}: further columns stand behind the same delimiter" d.removed.csv "mail${d}winnow_reason${d}winnow_subtype"
done
printf 'ann@example.com\nbob@example.com\n' > bare.csv
exit_code 0 "a list without a header" clean bare.csv --bounces plain/bob.eml
is "its first row is a subscriber" "$(cat bare.clean.csv)" "ann@example.com"
ok "its removed file has no header either" grep -q '^bob@example.com,' bare.removed.csv
is "and one row" "$(wc -l < bare.removed.csv)" 1

printf 'work,home\nann@example.com,bob@example.com\nbob@example.com,ann@example.com\n' > two.csv
memory() { winnow clean --state :memory: --now $now --force "$@"; }
exit_code 0 "the address column by name" memory two.csv --email-column home --bounces plain/bob.eml
is "the row that has it there goes" "$(tail -n 1 two.clean.csv)" "bob@example.com,ann@example.com"
exit_code 0 "the address column by number" memory two.csv --email-column 1 --bounces plain/bob.eml
is "the row that has it there goes" "$(tail -n 1 two.clean.csv)" "ann@example.com,bob@example.com"
exit_code 5 "a column that is not there" memory two.csv --email-column office --bounces plain/bob.eml
error_says "is named, with those that are" "no column 'office'; its columns are 1 'work', 2 'home'"

printf 'key,email\nk-7,ann@example.com\nk-8,bob@example.com\n' > ids.csv
bounce old@elsewhere.example 5.1.1 '550 5.1.1 User unknown' 'Mon, 13 Apr 2026 08:00:00 +0000' b+k-8@bounces.example.org > id.eml
exit_code 0 "a return path with an id" memory ids.csv --id-column key --verp 'b+{id}@bounces.example.org' --bounces id.eml
is "leads to its subscriber" "$(rows ids.removed.csv)" "bob@example.com"

# --- one state, several lists ---
mkdir lists && cd lists || exit 1
printf 'email\nann@example.com\nBob@Example.COM\n' > a.csv
printf 'mail,n\nbob@example.com,1\ncarl@example.com,2\n' > b.csv
exit_code 0 "the first list" clean a.csv --bounces ../plain/bob.eml
exit_code 0 "the second, without archives" clean b.csv
is "the evidence is for both, whatever the case of letters" "$(rows a.clean.csv)/$(rows b.clean.csv)" "ann@example.com/carl@example.com"
cd ..

# --- holds ---
mkdir hold && cd hold || exit 1
printf 'email\nann@example.com\nbob@example.com\n' > l.csv
bounce bob@example.com 4.2.2 '452 4.2.2 Mailbox full' 'Sun, 19 Apr 2026 08:00:00 +0000' > full.eml
exit_code 0 "a full mailbox" clean l.csv --bounces full.eml
is "is held, not removed" "$(rows l.clean.csv)/$(rows l.held.csv)/$(rows l.removed.csv)" "ann@example.com/bob@example.com/"
back=$(grep -oE '2026-[0-9-]*T[0-9:]*Z' l.held.csv | tail -n 1)
ok "with the date of its return" test "$back" \> 2026-04-20
now=$back exit_code 0 "on that date" clean l.csv
same "it is back, as if nothing had been" l.clean.csv l.csv
now=$(date -u -d "$back - 2 minutes" +%FT%TZ) exit_code 0 "shortly before" clean l.csv
is "it was not" "$(rows l.held.csv)" bob@example.com
cd ..

# --- dry run ---
mkdir dry && cd dry || exit 1
printf 'email\nann@example.com\nbob@example.com\n' > l.csv
state=none.db exit_code 0 "a dry run" clean l.csv --dry-run --bounces ../plain/bob.eml
ok "says what would be" grep -qE '^ *removed +1' "$out"
is "and writes nothing, no state either" "$(ls -A | xargs)" "l.csv"
exit_code 0 "a run" clean l.csv
cp state.db saved.db
before=$(outputs l)
exit_code 0 "a dry run on a state that is there" clean l.csv -n --bounces ../plain/bob.eml
is "leaves the old outputs" "$(outputs l)" "$before"
exit_code 0 "the history" winnow runs --state state.db
is "knows only the run" "$(wc -l < "$out")" 2
exit_code 1 "and the ledger no bounce" winnow explain --state state.db bob@example.com
cd ..

# --- where output goes ---
mkdir place && cd place || exit 1
printf 'email\nann@example.com\nbob@example.com\n' > l.csv
mkdir x
exit_code 0 "every output can be named" clean l.csv --bounces ../plain/bob.eml -o x/1 --removed x/2 --held x/3 --review x/4 --report x/5
is "and is where it was wished, nothing beside the list" "$(ls | xargs) $(ls x | xargs)" "l.csv state.db state.db.lock x 1 2 3 4 5"
is "the clean one" "$(cat x/1)" "email
ann@example.com"
for form in html txt json csv; do
    exit_code 0 "a report as .$form" clean l.csv --report "r.$form" --force
done
ok "the page is one" grep -q '</html>' r.html
ok "the text is text" grep -q '^2 rows in = 1 kept + 0 held + 1 removed + 0 review + 0 rejected' r.txt
ok "the JSON is JSON and has the rows" python3 -c '
import json
report = json.load(open("r.json"))
assert report["command"] == "clean" and report["list"] == "l.csv", report
rows = report["rows"]
assert (rows["in"], rows["kept"], rows["removed"], rows["adds_up"]) == (2, 1, 1, True), rows
'
ok "the CSV is CSV" python3 -c '
import csv
rows = list(csv.reader(open("r.csv")))
assert rows[0] == ["section", "key", "subkey", "value"] and all(len(row) == 4 for row in rows), rows[:3]
'
rm -f r.*
exit_code 0 "'-' is standard output" clean l.csv -o - --quiet
is "and only the list is on it" "$(cat "$out")" "email
ann@example.com"
exit_code 0 "without --quiet too" clean l.csv -o - --force
is "the summary is on the other side" "$(cat "$out")" "email
ann@example.com"
exit_code 6 "the list is never an output" clean l.csv -o l.csv --force
error_says "says why" "'l.csv' is the list itself"
ln l.csv hard.csv
exit_code 6 "not even under another name" clean l.csv --removed hard.csv --force
exit_code 6 "two outputs in one file" clean l.csv --held both --review ./both
error_says "are refused, both named" "the held and the review file are both"
is "and the list is as it was" "$(cat l.csv)" "email
ann@example.com
bob@example.com"
exit_code 6 "a folder that is not there" clean l.csv -o nowhere/x.csv --bounces ../plain/other.eml
error_says "is named" "'nowhere/x.csv': No such file or directory"
exit_code 1 "and the archive was not read for it" winnow explain --state state.db carl@example.com

printf 'mine\n' > y.csv
exit_code 6 "a foreign file is not replaced" clean l.csv -o y.csv
error_says "it is named" "'y.csv' is there already"
is "it is whole" "$(cat y.csv)" mine
exit_code 0 "with --force it is" clean l.csv -o y.csv --force
is "replaced" "$(head -n 1 y.csv)" email
exit_code 0 "the next run replaces it without" clean l.csv -o y.csv
echo edited >> y.csv
exit_code 6 "unless it was edited since" clean l.csv -o y.csv
has "the edit is still there" y.csv edited
cd ..

# --- how --bounces may be written ---
cd place || exit 1
bounce ann@example.com > ann.eml
for way in "l.csv --bounces ann.eml ../plain/bob.eml --force" "--force --bounces=ann.eml --bounces=../plain/bob.eml l.csv" \
    "l.csv -b ann.eml ../plain/bob.eml --force" "--bounces ann.eml ../plain/bob.eml --force -- l.csv"; do
    # shellcheck disable=SC2086
    exit_code 0 "clean $way" winnow clean --state :memory: --now $now $way
    is "removes both" "$(rows l.removed.csv)" "ann@example.com bob@example.com"
done
exit_code 2 "archives that swallow the list are a usage error" clean --bounces ann.eml l.csv
error_says "which says how to write it" "LIST"
exit_code 2 "--bounces without a path too" clean l.csv --bounces --dry-run
error_says "names the option" "--bounces"
cd ..
finish
