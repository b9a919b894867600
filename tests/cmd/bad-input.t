#!/bin/bash
# SPDX-License-Identifier: MIT
# Lists, archives and configuration as they should not be: a clear error with its place, and nothing lost.
. "$(dirname "$0")/tap.sh"

state=:memory:
bounce bob@example.com > bob.eml
bounce ann@example.com > ann.eml
try() { clean "$1" --force --bounces bob.eml "${@:2}"; }
# peak NAME COMMAND…: its memory stays below 200 MB.
peak() {
    local name=$1
    shift
    if is_sanitized; then skip "$name" "a sanitizer needs memory of its own" && return; fi
    ok "$name" python3 -c 'import resource, subprocess, sys
with open("peak.out", "wb") as out:
    subprocess.run(sys.argv[1:], stdout=out, stderr=subprocess.STDOUT)
used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(used, "KB")
sys.exit(used > 200 * 1024)' "$@"
}

# --- lists ---
exit_code 5 "a list that is not there" try nothing.csv
error_says "is named" "'nothing.csv': No such file or directory"
mkdir folder
exit_code 5 "a directory for a list" try folder
error_says "is called one" "'folder': it is a directory"
: > empty.csv
exit_code 5 "an empty list" try empty.csv
error_says "is called empty" "'empty.csv': the list is empty"
printf '\xef\xbb\xbf\r\n\r\n' > blank.csv
exit_code 5 "a list of blank lines" try blank.csv
error_says "is empty too" "'blank.csv': the list is empty"
printf 'name,age\nAnn,1\nBob,2\n' > names.csv
exit_code 5 "a list without addresses" try names.csv
error_says "names its columns" "its columns are 1 'name', 2 'age'"
printf 'email,email\nann@example.com,bob@example.com\n' > twice.csv
exit_code 5 "two columns of the same name" try twice.csv
error_says "are not chosen from by chance" "columns 1 and 2 are both named 'email'"
exit_code 0 "but a number decides" try twice.csv --email-column 2
is "as it says" "$(wc -l < twice.clean.csv) $(grep -c bob@ twice.removed.csv)" "1 1"
printf 'email,note,note\nann@example.com,,\nbob@example.com,,\n' > note.csv
exit_code 0 "a doubled header elsewhere does no harm" try note.csv
exit_code 5 "standard input in the place of a fifo" try /dev/stdin
head -c 3000 /dev/zero | openssl enc -aes-128-ctr -nosalt -K 00 -iv 00 > noise 2> /dev/null || head -c 3000 /bin/true > noise
exit_code 5 "noise for a list" try noise
error_says "is refused by name" "'noise'"
printf 'email\n' > head.csv
exit_code 0 "a list of nobody" try head.csv
same "is clean" head.clean.csv head.csv

printf 'email,name\nann@example.com\nbob@example.com,Bob,more,cells\n\n,no address\nnot an address,X\ncarl@example.com,C' > ragged.csv
cp ragged.csv before
exit_code 0 "ragged rows" try ragged.csv
printf 'email,name\nann@example.com\n\n,no address\nnot an address,X\ncarl@example.com,C' > wanted
same "are copied as they are, the bouncing one left out" ragged.clean.csv wanted
ok "the summary counts the rows without an address" grep -qE '^ *rejected +2 ' "$out"
exit_code 0 "with --verbose" try ragged.csv --verbose
error_says "it says where they are" "'ragged.csv': line 5: no address"
error_says "and what is wrong" "'ragged.csv': line 6: the cell is no address"
error_says "and how many rows are ragged" "'ragged.csv': rows with more or fewer cells than the first one: 2"
has "the report too" ragged.report.html "line 6: the cell is no address"
same "the list is as it was" ragged.csv before

exit_code 1 "a column without one address" try ragged.csv --email-column 2
error_says "is most likely the wrong one" "'ragged.csv': no row has an address in column 2"
cmp ragged.clean.csv ragged.csv > /dev/null || ragged=changed
is "nobody is removed for it" "${ragged:-same}" same

printf 'email,name\nann@example.com,"Ann\nbob@example.com,Bob\ncarl@example.com,C\n' > quote.csv
echo old > quote.clean.csv
exit_code 5 "a quote that is not closed" try quote.csv
error_says "is placed where it opens" "'quote.csv': line 2: the quote that opens here is not closed"
is "nothing was written" "$(cat quote.clean.csv; ls quote.*)" "old
quote.clean.csv
quote.csv"
printf 'email,name\nann@example.com,A\nbo\0b@example.com,B\nca\xffrl@example.com,C\nbob@example.com,\xff\xfe\ndora@example.com,x\0y\n' > bytes.csv
exit_code 1 "NUL and invalid UTF-8: done, but something was unreadable" try bytes.csv
error_says "NUL has its line" "'bytes.csv': line 3: NUL bytes"
error_says "the address that is no UTF-8 has its line" "'bytes.csv': line 4: the address is no UTF-8"
printf 'email,name\nann@example.com,A\nbo\0b@example.com,B\nca\xffrl@example.com,C\ndora@example.com,x\0y\n' > wanted
ok "such rows stay, to the byte; one with odd bytes beside a sound address is judged" cmp bytes.clean.csv wanted
printf 'email\nann@example.com\n%s\n' "$(head -c 2000000 /dev/zero | tr '\0' x)" > long.csv
exit_code 5 "a row of 2 MB" try long.csv
error_says "is placed" "'long.csv': line 3"
iconv -f UTF-8 -t UTF-16 ragged.csv > utf16.csv
exit_code 5 "UTF-16" try utf16.csv
error_says "is called so, with the cure" "UTF-16"

# --- archives ---
printf 'email,name\nann@example.com,A\nbob@example.com,B\n' > l.csv
exit_code 5 "an archive that is not there" clean l.csv --bounces nothing
error_says "is named" "'nothing': No such file or directory; nothing was read"
no_file "and nothing was written" l.clean.csv
exit_code 1 "noise as archive, beside a good one" clean l.csv --bounces noise bob.eml
error_says "is skipped by name" "'noise': not a message, mailbox or archive; skipped"
is "the good one counts" "$(tail -n 1 l.clean.csv)" "ann@example.com,A"
exit_code 1 "classify says the same" winnow classify noise bob.eml
error_says "with the name" "'noise': not a message"
is "and goes on" "$(wc -l < "$out")" 1
bounces_of 1 300 > many.mbox
gzip -k many.mbox
head -c 3000 many.mbox.gz > cut.mbox.gz
exit_code 1 "a truncated gz" winnow ingest --state :memory: --now $now cut.mbox.gz
error_says "is said, with what was done" "'cut.mbox.gz': truncated gzip input; read up to there"
ok "and what came before counts" grep -qE '^[1-9][0-9]+ events added' "$out"
tar cf all.tar ann.eml bob.eml
head -c 2500 all.tar > cut.tar
exit_code 1 "a truncated tar" winnow classify cut.tar
error_says "names the member" "'cut.tar!bob.eml'"
is "the one before it is read" "$(grep -c ann@example.com "$out")" 1
head -c 100 many.mbox.gz > tiny.gz
exit_code 1 "a gz of which nothing is left" winnow classify tiny.gz
for _ in 1 2 3 4 5 6 7 8; do gzip -c "${packed:-bob.eml}" > next && mv next bob.gz && packed=bob.gz; done
exit_code 1 "packed eight times" winnow classify bob.gz
error_says "has a limit" "'bob.gz': packed more than 5 times; skipped"
head -c 100M /dev/zero | gzip > bomb.gz
exit_code 1 "a bomb" winnow classify bomb.gz
error_says "is named" "'bomb.gz'"
ln -s loop loop
mkdir trees && cp bob.eml trees && ln -s .. trees/up && ln -s nothing trees/dangling && mkfifo trees/fifo
exit_code 1 "links that lead back or nowhere, a fifo" timeout 100 "$WINNOW" classify trees
error_says "the one that leads nowhere is named" "'trees/dangling'"
exit_code 5 "a link to itself" winnow classify loop
if [ "$(id -u)" != 0 ]; then
    cp ann.eml closed.eml && chmod 0 closed.eml
    exit_code 1 "a message that may not be read" winnow classify closed.eml bob.eml
    error_says "is named" "'closed.eml': Permission denied; skipped"
else
    skip "a message that may not be read" "root may read everything"
fi
exit_code 0 "the same path twice counts once" winnow ingest --state :memory: --now $now bob.eml bob.eml ./bob.eml
has "one event" "$out" "1 events added"

# --- messages ---
sed '/^--b--$/d' bob.eml > huge.eml
truncate -s 200M huge.eml
mbox bob.eml | sed '/^--b--$/d' > huge.mbox
yes 'the original message, line for line' | head -c 60M >> huge.mbox
printf '\n\n' >> huge.mbox
mbox ann.eml >> huge.mbox
exit_code 1 "a bounce of 200 MB: done, but not all of it was read" winnow classify huge.eml
error_says "said with its place" "'huge.eml' at 0: message of 209715200 bytes; only the first"
ok "what it says is understood" grep -q '"recipient":"bob@example.com".*"type":"Permanent"' "$out"
exit_code 1 "one of 60 MB in an mbox" winnow ingest --state :memory: --now $now huge.mbox
error_says "said with its place" "'huge.mbox' at "
ok "does not hide the next one" grep -q '^2 messages: 2 with new evidence' "$out"
for jobs in 1 2; do peak "memory stays bounded with $jobs jobs" "$WINNOW" classify --jobs $jobs huge.eml huge.mbox; done
python3 - << 'END'
head = "From: MAILER-DAEMON@example.org\nTo: bounces@example.org\nSubject: Undelivered\nDate: Mon, 13 Apr 2026 08:00:00 +0000\n" \
       "MIME-Version: 1.0\n"
with open("deep.eml", "w") as f:
    f.write(head)
    for i in range(1000):
        f.write(f'Content-Type: multipart/mixed; boundary="b{i}"\n\n--b{i}\n')
    f.write("Content-Type: text/plain\n\n<bob@example.com>: 550 5.1.1 User unknown\n")
    for i in reversed(range(1000)):
        f.write(f"--b{i}--\n")
with open("wide.eml", "w") as f:
    f.write(head + 'Content-Type: multipart/mixed; boundary="b"\n\n' + "--b\n\nx\n" * 50000 + "--b--\n")
with open("heads.eml", "w") as f:
    f.write("From: a@example.org\n" + "".join(f"X-Header-{i}: yyyyyyyyyyyyyyyy\n" for i in range(400000)))
with open("head.eml", "w") as f:
    f.write("From: a@example.org\nSubject: " + "x" * 20000000)
with open("fold.eml", "w") as f:
    f.write("From: a@example.org\nSubject: x" + "\n y" * 3000000)
with open("rcpt.eml", "w") as f:
    f.write(head + 'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n--b\n\nx\n--b\n'
            "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\n" +
            "".join(f"Final-Recipient: rfc822; p{i}@example.com\nAction: failed\nStatus: 5.1.1\n\n" for i in range(20000)) + "--b--\n")
END
for case in "deep:1,000 nested multiparts" "wide:50,000 parts" "heads:headers without end" "head:one header without end" "fold:a header folded without end"; do
    exit_code 0 "${case#*:}" timeout 100 "$WINNOW" classify "${case%%:*}.eml"
    is "${case#*:}: one record" "$(wc -l < "$out")" 1
    lacks "${case#*:}: with a notice" "$out" '"notices":[]'
done
exit_code 0 "20,000 recipients" timeout 100 "$WINNOW" classify rcpt.eml
ok "are read up to a limit" test "$(wc -l < "$out")" -ge 1000
lacks "with a notice" <(head -n 1 "$out") '"notices":[]'

# --- the command line and configuration ---
exit_code 2 "no list" clean
error_says "is said" "no LIST given"
exit_code 2 "two lists" clean l.csv names.csv
exit_code 2 "the list on standard input" clean - --bounces bob.eml
error_says "is said to be impossible" "must be a file"
exit_code 2 "no archive to classify" winnow classify
for option in --jobs=-1 --jobs=100 --jobs=x --jobs=99999999999999999999 --sent=-1 --sent=many --now=tomorrow --now=2026-02-30 "--delimiter=;;"; do
    exit_code 2 "$option" winnow clean l.csv --state :memory: "$option" --bounces bob.eml
    error_says "$option is named" "${option%%=*}"
done
printf '[Permanent/*]\n\naction=delete\n' > bad.conf
exit_code 3 "a bad policy" clean l.csv --policy bad.conf
error_says "has file and line" "bad.conf:3: 'delete' is no action"
printf '[Permanent/*]\nacton=keep\n' > bad.conf
exit_code 3 "a key that is none" winnow policy --policy bad.conf
error_says "has file and line" "bad.conf:2: unknown key 'acton'"
exit_code 3 "a policy that is not there" clean l.csv --policy nothing.conf
error_says "is named" "nothing.conf"
printf '# mine\nrule x  Permanent/NoEmail\n  says\n' > bad.rules
exit_code 3 "bad rules" clean l.csv --rules bad.rules
error_says "have file and line" "bad.rules:3: "
exit_code 3 "rules that are not there" clean l.csv --rules nothing.rules
error_says "are named" "nothing.rules"
exit_code 3 "a bad return path" clean l.csv --verp 'b-{local}@bounces.example.org'
error_says "is quoted, with the column" "'b-{local}@bounces.example.org': column "
head -c 5000000 /dev/zero | tr '\0' '#' > big.conf
exit_code 3 "a policy of 5 MB" clean l.csv --policy big.conf
printf '[guard]\n\n[Permanent/NoMail]\n' > bad.conf
exit_code 3 "a group that does not exist, with nothing in it" winnow policy --policy bad.conf
error_says "has its line" "bad.conf:3: unknown group [Permanent/NoMail]"

# What is written for winnow: every command that reads it says what is wrong with it, and where.
echo email,campaign > sends.csv
printf 'x\0y\n' > nul
# refused NAME WANTED TEXT COMMAND… FILE: the exit code, and what is said.
refused() {
    local name=$1 code=$2 text=$3
    shift 3
    exit_code "$code" "$name" "$@"
    error_says "  says so" "$text"
}
for command in "clean l.csv --policy" "winnow policy --policy" "winnow explain x@example.com --policy" "winnow simulate --policy" \
    "clean l.csv --bounces bob.eml --rules" "winnow classify bob.eml --rules" "winnow reclassify --state s.db --rules" \
    "winnow ingest bob.eml --state s.db --rules"; do
    refused "$command: a missing file" 3 "cannot read 'nothing': No such file or directory" $command nothing
    refused "$command: a directory" 3 "cannot read 'folder': it is a directory" $command folder
    refused "$command: a link to itself" 3 "cannot read 'loop': " $command loop
    refused "$command: binary junk" 3 "nul:1: a control character" $command nul
    refused "$command: a file without end" 3 "cannot read '/dev/zero': longer than 4194304 bytes" $command /dev/zero
done
for command in "clean l.csv --key-file" "winnow classify bob.eml --key-file" "winnow verp decode x@example.org --key-file"; do
    refused "$command: a missing file" 3 "cannot read the keys in 'nothing': No such file or directory" $command nothing
    refused "$command: a directory" 3 "cannot read the keys in 'folder': Is a directory" $command folder
done
for option in --sends --engaged; do
    refused "$option: a missing file" 5 "'nothing': No such file or directory" clean l.csv $option nothing
    refused "$option: a directory" 5 "'folder': it is a directory" clean l.csv $option folder
    refused "$option: an empty file" 5 "cannot read list 'empty.csv': the list is empty" clean l.csv --force $option empty.csv
done
for file in nothing folder; do
    printf '[protect]\nfile=%s\n' $file > guarded.conf
    refused "protected addresses: $file" 3 "guarded.conf:2: cannot read '$PWD/$file': " winnow policy --policy guarded.conf
done
printf '[protect]\nfile=nul\n' > guarded.conf
refused "protected addresses: junk" 3 "$PWD/nul:1: a control character" winnow policy --policy guarded.conf
printf '[complaint]\naction=keep\n[guard]\nmin-rows=7\n[complaint]\nhold-days=3\n' > unix.conf
exit_code 0 "a policy, one group of which stands twice" winnow policy --policy unix.conf
grep -v '^#' "$out" > wanted
sed 's/$/\r/; 1s/^/\xef\xbb\xbf/' unix.conf > windows.conf
exit_code 0 "the same from Windows, with a byte order mark" winnow policy --policy windows.conf
is "is the same" "$(grep -v '^#' "$out" | diff - wanted)" ""
exit_code 0 "the same from a pipe" winnow policy --policy <(cat unix.conf)
is "is the same too" "$(grep -v '^#' "$out" | diff - wanted)" ""
(umask 077; printf 'k1 %s\n' 00112233445566778899aabbccddeeff102132435465768798a9bacbdcedfe0f > unix.keys)
(umask 077; sed 's/$/\r/; 1s/^/\xef\xbb\xbf/' unix.keys > windows.keys)
for keys in unix.keys windows.keys; do
    winnow verp encode --key-file $keys --domain bounces.example.org ann@example.org > "$keys.path"
done
same "keys from Windows are the same" windows.keys.path unix.keys.path
winnow ingest bob.eml --state keys.db --key-file unix.keys --quiet
exit_code 0 "keys from a pipe" winnow ingest bob.eml --state keys.db --key-file <(cat unix.keys)
has "are those of the run before: nothing is read again" "$out" "already read: 1 file"

# --- the guard ---
{ echo id,email,name; people 1 400; } > p.csv
bounces_of 1 60 > sixty.mbox
bounces_of 1 160 > more.mbox
state=guard.db
exit_code 0 "60 of 400 go" clean p.csv --bounces sixty.mbox
sha256sum p.*.csv p.report.html > sums
exit_code 7 "100 more are a quarter, and the guard stops the run" clean p.csv --bounces more.mbox
error_says "with the numbers" "100 of 400 rows (25.0 %) would be removed"
error_says "and that no list was written" "the evidence is kept, no list is written"
ok "the old outputs are the same bytes" sha256sum --quiet -c sums
exit_code 0 "but the evidence is not lost" winnow explain --state guard.db p99@example.com
exit_code 0 "a dry run shows what would be" clean p.csv --bounces more.mbox --dry-run
ok "with the count" grep -qE '^ *removed +160' "$out"
error_says "and says that the guard would stop it" "guard: "
ok "still the same bytes" sha256sum --quiet -c sums
printf '[guard]\nmax-share=30%%\n' > guard.conf
exit_code 0 "a policy may allow more" clean p.csv --bounces more.mbox --policy guard.conf
is "and they go" "$(wc -l < p.clean.csv)" 241
exit_code 0 "who is gone already is not counted anew" clean p.csv
cp p.csv q.csv
exit_code 7 "of another list they are" clean q.csv
exit_code 0 "--force overrides it" clean q.csv --force
is "and they go" "$(wc -l < q.clean.csv)" 241
finish
