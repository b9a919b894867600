#!/bin/bash
# SPDX-License-Identifier: MIT
# A state that is held, damaged, foreign or of another version: exit 8 or 4, and nothing is written anywhere.
. "$(dirname "$0")/tap.sh"

printf 'email\nann@example.com\nbob@example.com\n' > l.csv
bounce bob@example.com > bob.eml
bounce ann@example.com > ann.eml
exit_code 0 "a state to begin with" clean l.csv --bounces bob.eml
is "is for its owner alone: it holds addresses" "$(stat -c %a state.db)" 600
sha256sum l.*.csv l.report.html > sums
untouched() { sha256sum --quiet -c sums; }

# --- held ---
mkfifo pipe
"$WINNOW" ingest --state state.db --now $now - < pipe > /dev/null 2>&1 &
holder=$!
exec 7> pipe
for _ in $(seq 600); do [ -s state.db.lock ] && break || sleep 0.05; done
exit_code 8 "clean while another run holds the state" clean l.csv --force --bounces ann.eml
error_says "names the state, the process and what it does" "state 'state.db' is held by process $holder ('winnow ingest') since "
exit_code 8 "undo too" winnow undo 1 --state state.db
exit_code 0 "reading the history goes on" winnow runs --state state.db
exit_code 8 "ingest too" winnow ingest --state state.db --now $now ann.eml
ok "nothing was written" untouched
exit_code 0 "reading it goes on" winnow explain --state state.db bob@example.com
cat bob.eml >&7
exec 7>&-
ok "the holder ends well" wait $holder
exit_code 0 "then it is free" winnow ingest --state state.db --now $now bob.eml
"$WINNOW" ingest --state state.db --now $now - < pipe > /dev/null 2>&1 &
holder=$!
exec 7> pipe
for _ in $(seq 600); do [ -s state.db.lock ] && break || sleep 0.05; done
kill -9 $holder
wait $holder 2> /dev/null
exec 7>&-
exit_code 0 "a holder that was killed holds nothing" clean l.csv
for i in 1 2 3 4 5; do
    clean l.csv --bounces bob.eml --quiet > /dev/null 2>&1 & one=$!
    clean l.csv --bounces bob.eml --quiet > /dev/null 2>&1 & two=$!
    wait $one && a=0 || a=$?
    wait $two && b=0 || b=$?
    echo "$a $b"
done > pairs
ok "of two at once each is done or sees the lock, never anything else, and one is done" bash -c '! grep -vxE "0 0|0 8|8 0" pairs'

# --- damaged ---
sha256sum l.*.csv l.report.html > sums
cp state.db whole.db
head -c 60000 /dev/zero | tr '\0' '\377' | dd of=state.db bs=1 seek=4096 conv=notrunc status=none
for command in "clean l.csv --bounces ann.eml --force --now $now" "ingest ann.eml --now $now" runs "explain bob@example.com"; do
    # shellcheck disable=SC2086
    exit_code 4 "${command%% *} with a damaged state" winnow $command --state state.db
    error_says "${command%% *} says what to do" "cannot use state 'state.db': it is damaged; restore it"
done
ok "nothing was written" untouched
truncate -s 20000 whole.db
exit_code 4 "a state cut short" winnow clean l.csv --state whole.db --now $now --force
echo 'not a database, but somebody wants it' > notes.txt
cp notes.txt before
exit_code 4 "a file that is no state" winnow clean l.csv --state notes.txt --now $now --force
error_says "is said to be none" "'notes.txt': not a winnow state file"
same "and is not touched" notes.txt before
exit_code 4 "the list for a state" winnow clean l.csv --state l.csv --now $now --force
is "does not harm the list" "$(cat l.csv)" "email
ann@example.com
bob@example.com"
mkdir folder
exit_code 4 "a directory" winnow ingest --state folder ann.eml
error_says "is said to be one" "'folder': Is a directory"
exit_code 4 "an empty name, of an unset variable" winnow ingest --state= ann.eml
exit_code 4 "a place where nothing can be" winnow ingest --state notes.txt/state.db ann.eml
error_says "is named" "'notes.txt/state.db'"
is "none of them left a lock behind" "$(ls -A | grep -F .lock | xargs)" "state.db.lock whole.db.lock"
ok "nothing was written" untouched

# --- of another version, of another program ---
python3 -c 'import sqlite3; db = sqlite3.connect("foreign.db"); db.execute("CREATE TABLE mine (a)"); db.commit()'
exit_code 0 "a state" winnow ingest --state newer.db --now $now bob.eml
python3 -c 'import sqlite3; db = sqlite3.connect("newer.db"); db.execute("PRAGMA user_version = 1000"); db.commit()'
cp newer.db before
for command in "clean l.csv --bounces ann.eml --force --now $now" "ingest ann.eml --now $now" runs; do
    # shellcheck disable=SC2086
    exit_code 4 "${command%% *} with a state of a newer schema" winnow $command --state newer.db
    error_says "${command%% *} names both versions" "state 'newer.db' has schema 1000, this winnow knows"
done
ok "it is not touched" cmp newer.db before
exit_code 4 "another program's database" winnow ingest --state foreign.db --now $now bob.eml
ok "nothing was written" untouched

# --- where it is ---
exit_code 4 "no state yet: there is nothing to show" winnow runs --state none.db
error_says "and that is said" "no state at 'none.db' yet"
no_file "and none is made" none.db
WINNOW_STATE=$PWD/env.db exit_code 0 "WINNOW_STATE names it" winnow ingest --now $now bob.eml
ok "there" test -s env.db
exit_code 0 "else it is below XDG_STATE_HOME" winnow ingest --now $now bob.eml
ok "there" test -s "$XDG_STATE_HOME/winnow/winnow.db"
WINNOW_STATE=$PWD/env.db exit_code 0 "--state comes before both" winnow ingest --state :memory: --now $now bob.eml
finish
