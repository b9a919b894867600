#!/bin/bash
# SPDX-License-Identifier: MIT
# winnow verp, and what signed return paths do to a list: forged bounces are harmless, genuine ones still count.
. "$(dirname "$0")/tap.sh"

new=5f0c2e9a7b16d384c1e07a92f6b8d35e4c1f2a7b9d8e6053b7a1c4f2e9d80617
old=a1c94e7702bd5638f0e19d2c47b8653afe20917dc38b46e5710fa2d96c3b845e
other=0d3f8b2a94c7e61557d0b9e1a83c4f627ae5901bd6c82f734e91a06b5dc3f872
umask 077
echo "new $new" > keys
printf '# rotated\nnew %s\nold %s\n' $new $old > both.keys
echo "old $old" > old.keys
echo "other $other" > other.keys
umask 022
at=(--domain bounces.example.org)
# path KEYS CAMPAIGN ADDRESS
path() { "$WINNOW" verp encode --key-file "$1" "${at[@]}" --campaign "$2" "$3"; }
reads() { "$WINNOW" verp decode --key-file "${keys:-keys}" "$1" | tail -n +2 | sed 's/^ *//'; }

# --- making and proving ---
ann=$(path keys april ann@example.org)
ok "a signed path is one line of 64 octets at most before the '@'" grep -qE '^bounce\+sv1=[a-z2-7]{16}=april=ann=example\.org@bounces\.example\.org$' <<< "$ann"
is "it proves" "$(reads "$ann")" "address   ann@example.org (signed, campaign april), proven by key 'new'"
is "in capitals too" "$(reads "${ann^^}")" "address   ann@example.org (signed, campaign april), proven by key 'new'"
is "after SRS" "$(reads "SRS0=x7=QQ=bounces.example.org=${ann%@*}@forward.example.com" | tail -n 1)" \
    "address   ann@example.org (signed, campaign april), proven by key 'new'"
by_old=$(path old.keys april ann@example.org)
is "an old key in the file proves" "$(keys=both.keys reads "$by_old")" "address   ann@example.org (signed, campaign april), proven by key 'old'"
is "the first key signs" "$(path both.keys april ann@example.org)" "$ann"
exit_code 1 "one that is no longer in it does not" winnow verp decode --key-file keys "$by_old"
has "and the path is called forged" "$out" "forged    ann@example.org (signed, campaign april): its tag is of none of the keys"
exit_code 0 "without keys a signed path is read, not proven" winnow verp decode "$ann"
has "which is said" "$out" "not proven: no --key-file"
is "the file of keys may be named by the environment" "$(WINNOW_KEY_FILE=keys winnow verp encode "${at[@]}" -c april ann@example.org)" "$ann"
is "or be a pipe" "$(winnow verp encode --key-file <(cat keys) "${at[@]}" -c april ann@example.org)" "$ann"
exit_code 0 "decode as JSON" winnow verp decode --format json --key-file keys "$ann"
is "names the key" "$(cat "$out")" \
    "{\"return_path\":\"$ann\",\"unwrapped\":null,\"readings\":[{\"address\":\"ann@example.org\",\"id\":null,\"scheme\":\"signed\",\"campaign\":\"april\",\"guess\":false,\"proof\":\"proven\",\"key\":\"new\"}]}"

# --- another program makes the same ---
man=$here/../../cmd/man/winnow-verp.1
sed -n '/^import base64/,/^\.Ed/{/^\.Ed/d;s/\\e/\\/g;p}' "$man" > recipe.py
for who in ann@example.org bob+news@example.com; do
    is "the manual's Python makes the same path for $who" "$(python3 recipe.py $who april-17 keys)" \
        "$(winnow verp encode --key-file keys "${at[@]}" -c april-17 $who)"
done
if command -v openssl base32 > "$dir/said"; then
    sed -n '/^printf .winnow-verp-1/,/^\.Ed/{/^\.Ed/d;s/\\e/\\/g;p}' "$man" > recipe.sh
    is "the manual's openssl makes the same tag" "$(address=ann@example.org campaign=april key=$new sh recipe.sh)" \
        "$(sed 's/.*sv1=\([^=]*\)=.*/\1/' <<< "$ann")"
else
    skip "the manual's openssl makes the same tag" "no openssl"
fi

# --- the file of keys ---
no_key() {
    if grep -hE "${new:0:12}|${old:0:12}|${other:0:12}" "$out" "$err"; then return 1; fi
}
for mode in 644 640 620 604; do
    cp keys open.keys && chmod $mode open.keys
    exit_code 3 "keys of mode $mode are refused" winnow verp encode --key-file open.keys "${at[@]}" ann@example.org
    error_says "with what to do, $mode" "'chmod go=' closes them"
done
exit_code 3 "keys that are not there are refused" winnow verp decode --key-file none "$ann"
error_says "with the name" "'none': No such file"
exit_code 3 "a directory too" winnow verp decode --key-file . "$ann"
umask 077
for bad in "$new" "new ${new:0:60}" "new x$new" "new $new
$old old" "new $new
new $old" "" "new $(printf '%064d' 0)"; do
    printf '%s\n' "$bad" > bad.keys
    exit_code 3 "a bad key file is refused (${#bad})" winnow verp decode --key-file bad.keys "$ann"
    ok "with its line (${#bad})" grep -qE '^winnow: bad\.keys:[0-9]+: ' "$err"
    ok "and nothing of the key (${#bad})" no_key
done
umask 022

# --- many ---
printf 'id,email\n17,ann@example.org\nXy-7,Bob@Example.com\n18,none\n19,somebody.with-a-long-name@subdomain.of.example.com\n' > l.csv
exit_code 1 "a list, in which two have no path" winnow verp encode --key-file keys "${at[@]}" -c april --list l.csv
is "gives a line for each row" "$(wc -l < "$out")/$(grep -c . "$out")" 4/2
is "the first is Ann's" "$(head -n 1 "$out")" "$ann"
error_says "an address that is none, with its line" "'l.csv': line 4: 'none': no address"
error_says "one that does not fit, with its line" "'l.csv': line 5: 'somebody.with-a-long-name@subdomain.of.example.com': its return path would have"
exit_code 0 "ids fit" winnow verp encode --key-file keys "${at[@]}" -c april -l l.csv --ids --format csv -o paths.csv
is "the CSV has a row for each" "$(grep -cE $'^[^,]+,april,bounce.*\r$' paths.csv)" 4
cut -d , -f 3 paths.csv | tail -n +2 | tr -d '\r' > paths
exit_code 0 "they are read from standard input" bash -c '"$0" verp decode --key-file keys --format json - < paths' "$WINNOW"
is "with their ids in their case" "$(sed 's/.*"id":"\([^"]*\)".*/\1/' "$out" | xargs)" "17 Xy-7 18 19"
printf 'ann@example.org\n\nnone\n' > addresses
input=addresses exit_code 1 "addresses from standard input" winnow verp encode --key-file keys "${at[@]}" -c april --format json -
error_says "a bad one with its line" "standard input:3: 'none': no address"
has "and null" "$out" '{"subscriber":"none","campaign":"april","return_path":null,"key":null}'
exit_code 5 "if there is none at all, nothing is written" winnow verp encode "${at[@]}" -o none.txt none
no_file "not even an empty file" none.txt
exit_code 5 "a list that is not there is an input error" winnow verp encode "${at[@]}" -l none.csv
exit_code 5 "a list without ids too" winnow verp encode "${at[@]}" -l "$SAMPLES/../tests/cmd/tap.sh" --ids
exit_code 1 "a path that carries nothing" winnow verp decode postmaster@example.org
has "is said to" "$out" "nothing is read from it"

mkfifo pipe
"$WINNOW" verp encode "${at[@]}" -o cut.txt - < pipe > "$out" 2> "$err" &
encoder=$!
exec 7> pipe
echo ann@example.org >&7
sleep 0.3
kill -TERM $encoder
wait $encoder
is "a run that is interrupted while it waits ends" $? 5
exec 7>&-
error_says "and says so" "interrupted"
no_file "without a file" cut.txt
is "or a piece of one" "$(find . -name '*cut.txt*')" ""

# --- plain ones, and patterns ---
is "plain VERP" "$(winnow verp encode "${at[@]}" --prefix news-bounces+ ann@example.org)" "news-bounces+ann=example.org@bounces.example.org"
is "by a pattern" "$(winnow verp encode --verp 'b-{campaign}-{id}@b.example.net' -c 7 -i Xy-7)" "b-7-Xy-7@b.example.net"
exit_code 5 "a group that nothing is known for" winnow verp encode --verp 'b-{number}-{id}@b.example.net' -i 7
error_says "is named with its column" "{number} (column 3 of the pattern) has no value"
for bad in "" "--domain x" "--domain b.example.org --prefix bounce" "--domain b.example.org --verp {id}@x.org" "--domain b.example.org --list l.csv"; do
    # shellcheck disable=SC2086
    exit_code 2 "encode refuses '$bad'" winnow verp encode $bad ann@example.org
done
exit_code 2 "encode refuses nothing at all" winnow verp encode "${at[@]}"
exit_code 2 "an unknown action is refused" winnow verp frobnicate x

exit_code 0 "a pattern that matches" winnow verp test 'b-{campaign}-{address}@b.example.net' b-x-ann-marie=example.org@b.example.net
is "every way of it is shown" "$(tail -n +2 "$out" | sed 's/^ *//')" "local=ann-marie domain=example.org campaign=x
local=marie domain=example.org campaign=x-ann"
# why PATTERN ADDRESS
why() { "$WINNOW" verp test "$1" "$2" | sed -n 's/^  no match: //p'; }
is "why not: the beginning" "$(why 'b+{id}@b.example.net' c+7@b.example.net)" "it does not begin with 'b+'"
is "why not: the end" "$(why 'b+{id}@b.example.net' b+7@c.example.net)" "behind 'b+7' there is '@c.example.net', and not '@b.example.net'"
is "why not: a group" "$(why 'b+{number}-{id}' b+x-7@b.example.net)" "{number} (column 3) takes digits; behind 'b+' there is 'x-7'"
is "why not: nothing left" "$(why 'b+{number}-{id}' b+7-@b.example.net)" "nothing is left for {id} (column 12), which takes anything but '@'"
is "why not: too much" "$(why 'b+{id}+x' b+7+xy@b.example.net)" "the pattern ends where the address goes on with 'y'"
exit_code 1 "no match is no success" winnow verp test 'b+{id}' c+7@b.example.net
while IFS='|' read -r pattern said; do
    exit_code 3 "'$pattern' is refused" winnow verp test "$pattern" b@b.example.net
    error_says "with its place: $said" "$said"
done << 'END'
b+{id}{key}|column 7: two groups need literal text
b+{idd}|column 3: unknown group '{idd}'
b+{id|column 3: this brace is not closed
b+{id}-{id}|column 8: this group stands in the pattern twice
b+{campaign}|column 1: no group names the recipient
b+{local}|column 1: {local} and {domain} are of use only together
END
hostile=$(printf '{any}a%.0s' {1..11}){id}
exit_code 1 "a hostile pattern and text cost little" timeout 10 "$WINNOW" verp test "$hostile" "$(printf 'a%.0s' {1..600})!@b.example.net"
exit_code 3 "a longer one is refused" winnow verp test "$(printf '{any}a%.0s' {1..400}){id}" x
exit_code 3 "nor does a control character reach the terminal" winnow verp test $'b\e[1m{id}' x
lacks "as itself" "$err" $'\e'

# --- cleaning ---
printf 'id,email\n17,ann@example.org\n18,bob@example.org\n19,cy@example.org\n20,pierre@example.org\n' > list.csv
cat > strict.conf << 'END'
[Permanent/*]
min-proof=verp-key
hold-proof=verp-key
[Transient/*]
min-proof=verp-key
hold-proof=verp-key
[complaint]
min-proof=verp-key
hold-proof=verp-key
END
# bounced ADDRESS PATH: a permanent failure of ADDRESS that came to PATH.
bounced() { bounce "$1" 5.1.1 "550 5.1.1 User unknown" "Mon, 13 Apr 2026 08:00:00 +0000" "$2"; }
gone() { "$WINNOW" clean list.csv --state :memory: --now "$now" --force --quiet "$@" > "$out" 2> "$err"; cut -d , -f 2 list.removed.csv | tail -n +2 | xargs; }
reviewed() { cut -d , -f 2 list.review.csv | tail -n +2 | xargs; }

bounced ann@example.org "$ann" > genuine.eml
is "a genuine bounce removes, whatever proof is asked for" "$(gone --key-file keys --policy strict.conf --bounces genuine.eml)" ann@example.org
has "by the key" list.removed.csv "attributed by verp-key"
bounced elsewhere@forward.example.com "$ann" > forwarded.eml
is "of a forwarded mail too" "$(gone --key-file keys --policy strict.conf --bounces forwarded.eml)" ann@example.org
sed "s/^Delivered-To:.*/Delivered-To: box@mx.example.org/; s/^To: .*/To: box@mx.example.org/
    1i Received: from a by b (Postfix) with ESMTP id 1\\n\\tfor <SRS0=x7=QQ=bounces.example.org=${ann%@*}@mx.example.org>; Mon, 13 Apr 2026 08:00:00 +0000" \
    forwarded.eml > received.eml
is "with the path only in Received, wrapped by SRS" "$(gone --key-file keys --policy strict.conf --bounces received.eml)" ann@example.org
is "the same without the key proves nothing" "$(gone --policy strict.conf --bounces genuine.eml)" ""
is "and is up for review" "$(reviewed)" ann@example.org
id=$(winnow verp encode --key-file keys "${at[@]}" -c april --ids 18)
bounced elsewhere@forward.example.com "$id" > id.eml
is "a signed id" "$(gone --key-file keys --policy strict.conf --bounces id.eml)" bob@example.org

# Forgeries of a bounce of Bob's, with the right list, the right domain, and every field naming him.
forged=0
for path in "$(path other.keys april bob@example.org)" "$(sed 's/=ann=/=bob=/' <<< "$ann")" \
    "$(path keys april bob@example.org | sed 's/=april=/=may=/')" "$(path keys april bob@example.org | sed 's/sv1=..../sv1=/')" \
    "$(path keys april bob@example.org | sed 's/=example.org@/=example.or@/')" "$by_old"; do
    forged=$((forged + 1))
    bounced bob@example.org "$path" > forged$forged.eml
    is "forgery $forged is evidence of nothing, whatever proof is asked for" "$(gone --key-file keys --bounces forged$forged.eml)/$(reviewed)" /
done
exit_code 0 "all of them" winnow clean list.csv --state :memory: --now "$now" --force --verbose --key-file keys --bounces forged*.eml
error_says "are said with their place" "'forged1.eml' at 0: the return path is signed, but by none of the keys"
ok "and counted as of nobody" grep -qE "^ *of nobody +$forged\$" "$out"
exit_code 0 "the record" winnow classify --key-file keys forged1.eml
has "says nothing of the subscriber that the path names" "$out" '"verp_recipient":null'
has "and why" "$out" 'signed, but by none of the keys'
exit_code 0 "the record of a proven one" winnow classify --key-file keys genuine.eml
has "has the subscriber" "$out" '"verp_recipient":"ann@example.org"'
has "and the campaign" "$out" '"campaign":"april"'

bounced bob@example.org news-bounces+bob=example.org@bounces.example.org > plain.eml
is "a forgery without any tag removes where proof is not asked for" "$(gone --key-file keys --bounces plain.eml)" bob@example.org
is "and nobody where it is" "$(gone --key-file keys --policy strict.conf --bounces plain.eml)" ""
is "a look is asked for" "$(reviewed)" bob@example.org
printf '[Permanent/*]\nmin-proof = key\n' > key.conf
is "a key can be asked for in one word" "$(gone --key-file keys --policy key.conf --bounces plain.eml)/$(reviewed)" /bob@example.org
is "and be shown" "$(gone --key-file keys --policy key.conf --bounces genuine.eml)" ann@example.org
has "the row stays in the cleaned list" list.clean.csv bob@example.org
bounce bob@example.org 4.2.2 "452 4.2.2 mailbox full" "Mon, 13 Apr 2026 08:00:00 +0000" b@bounces.example.org > soft.eml
gone --key-file keys --policy strict.conf --bounces soft.eml > "$dir/said"
is "nor is anybody held by one" "$(tail -n +2 list.held.csv)" ""
bounced bob@example.org "$ann" | sed 's/^Final-Recipient/Final-Recipient: rfc822; cy@example.org\
Action: failed\
Status: 5.1.1\
\
&/' > both.eml
is "a report of others that came to a path of Ann's is no evidence against them" \
    "$(gone --key-file keys --bounces both.eml)/$(reviewed)" /

# --- one return path, several ways to read it ---
jean=bounces-jean-pierre=example.org@bounces.example.net
printf 'email\njean-pierre@example.org\npierre@example.org\nann@example.org\n123-ann@example.org\n' > both.csv
printf 'email\npierre@example.org\n' > pierre.csv
removed_of() { winnow clean "$1.csv" --state :memory: --now "$now" --force --bounces "$2" > "$dir/said" 2>&1; rows "$1.removed.csv"; }
rows() { grep -oE '^[^,@]*@[^,]*' "$1" | xargs; }
bounced elsewhere@forward.example.com $jean | sed 's/^To: elsewhere.*/To: undisclosed-recipients:;/' > either.eml
is "two subscribers by one return path, and nothing says which: nobody is removed" "$(removed_of both either.eml)" ""
is "both are up for review" "$(rows both.review.csv)" "jean-pierre@example.org pierre@example.org"
has "with the reason" both.review.csv "the return path can be read as more than one subscriber"
is "where one of them subscribes, it is that one" "$(removed_of pierre either.eml)" pierre@example.org
exit_code 1 "tonight both are up for review" winnow clean both.csv --state nights.db --now "$now" --force --bounces either.eml
grep -v jean-pierre both.csv > tomorrow.csv
exit_code 1 "tomorrow one of them is no longer in the list" winnow clean tomorrow.csv --state nights.db --now 2026-04-21 --force
is "the other is not removed for that" "$(rows tomorrow.removed.csv)/$(rows tomorrow.review.csv)" /pierre@example.org
bounced jean-pierre@example.org $jean > jean.eml
is "the report says which" "$(removed_of both jean.eml)" jean-pierre@example.org
is "also where that one does not subscribe" "$(removed_of pierre jean.eml)$(rows pierre.review.csv)" ""
exit_code 1 "another bounce that names Jean-Pierre, who has left" winnow clean pierre.csv --state :memory: --now "$now" --force --bounces either.eml jean.eml
is "shows that there is one: Pierre is not removed for the one that does not" "$(rows pierre.removed.csv)/$(rows pierre.review.csv)" /pierre@example.org
sed 's/^Final-Recipient.*/Final-Recipient: rfc822; pierre@example.org/' jean.eml > forwarded.eml
ok "the sample is a forwarded letter" grep -q '^To: jean-pierre' forwarded.eml
is "Jean-Pierre's letter that failed at Pierre's does not remove Pierre" "$(removed_of pierre forwarded.eml)" ""
is "he is up for review" "$(rows pierre.review.csv)" pierre@example.org
bounced elsewhere@forward.example.com news-return-123-ann=example.org@bounces.example.net |
    sed 's/^To: elsewhere.*/To: undisclosed-recipients:;/' > number.eml
is "the number of a mail may be part of a name" "$(removed_of both number.eml)" ""
is "both are up for review" "$(rows both.review.csv)" "ann@example.org 123-ann@example.org"
sed 's/elsewhere@forward.example.com/123-ann@example.org/' number.eml > number2.eml
is "the report says that it is" "$(removed_of both number2.eml)" 123-ann@example.org
sed 's/elsewhere@forward.example.com/ann@example.org/' number.eml > number3.eml
is "or that it is not" "$(removed_of both number3.eml)" ann@example.org
finish
