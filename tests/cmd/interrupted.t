#!/bin/bash
# SPDX-License-Identifier: MIT
# Whatever the moment at which a run is ended, old outputs are whole, or new ones are; and the next run sets all right.
. "$(dirname "$0")/tap.sh"

# Always in the same folder: a run replaces what a run left at that very place.
anew() { cd "$dir/work" && rm -rf at && cp -r saved at && cd at || exit 1; }
mkdir at && cd at || exit 1
{ echo id,email,name; people 1 20000; } > l.csv
bounces_of 1 200 > ../old.mbox
bounces_of 1 1500 > ../new.mbox
exit_code 0 "a first run" clean l.csv --bounces ../old.mbox --quiet
lists() { sha256sum l.{clean,removed,held,review}.csv; }
old=$(lists)
cd .. && cp -r at saved && anew
begun=$(date +%s%N)
exit_code 0 "a second one, to its end" clean l.csv --bounces ../new.mbox --quiet
took=$((($(date +%s%N) - begun) / 1000000))
new=$(lists)
ok "changes the lists" test "$old" != "$new"

# each_is_whole: every file is the one of the first or of the second run.
each_is_whole() {
    local line
    while read -r line; do
        grep -qxF -- "$line" <<< "$old
$new" || { echo "neither old nor new: $line" && return 1; }
    done <<< "$(lists)"
    tail -c 10 l.report.html | grep -q '</html>'
}
nothing_visible() {
    local left
    left=$(ls | grep -vxE 'l\.(csv|report\.html|(clean|removed|held|review)\.csv)|state\.db(|\.lock|-wal|-shm)')
    [ -z "$left" ] || { echo "left: $left" && false; }
}
# after WHAT: the checks in a folder where a run was ended.
after() {
    ok "$1: every output is whole, the old or the new one" each_is_whole
    ok "$1: nothing else is to be seen" nothing_visible
    exit_code 0 "$1: the next run goes through" clean l.csv --bounces ../new.mbox --quiet
    is "$1: as if nothing had been" "$(lists)" "$new"
}

for i in 1 2 3 4 5 6 7 8 9 10; do
    anew
    moment=$(awk -v i="$i" -v took="$took" 'BEGIN { printf "%.3f", took * (2 * i - 1) / 20000 }')
    timeout -s KILL "$moment" "$WINNOW" clean --state state.db --now $now l.csv --bounces ../new.mbox --quiet > "$out" 2> "$err"
    after "killed at $((10 * i - 5)) % of its time"
done 2> /dev/null

# The narrow moments that chance does not meet: before each file gets its name, and between.
if strace -o /dev/null -e trace=none true 2> /dev/null && ! is_sanitized; then
    for k in 1 2 3 4 5; do
        anew
        strace -f -o "$dir/trace" -e trace=?rename,?renameat,?renameat2 -e "inject=?rename,?renameat,?renameat2:signal=KILL:when=$k" \
            "$WINNOW" clean --state state.db --now $now l.csv --bounces ../new.mbox --quiet > "$out" 2> "$err"
        ok "killed at the rename of file $k" grep -q 'killed by SIGKILL' "$dir/trace"
        after "rename of file $k"
    done 2> /dev/null
    for call in fsync fdatasync; do
        anew
        strace -f -o "$dir/trace" -e trace=$call -e "inject=$call:error=EIO:when=1" \
            "$WINNOW" clean --state state.db --now $now l.csv --bounces ../new.mbox --quiet > "$out" 2> "$err"
        code=$?
        if grep -q INJECTED "$dir/trace"; then
            ok "a failing $call is an error of output or state" test $code = 6 -o $code = 4
            error_says "$call: the reason is said" "winnow: "
        fi
        after "a failing $call"
    done
else
    skip "killed at each rename" "strace cannot be used here"
fi

# --- signals that ask ---
mkfifo ../pipe
for signal in INT TERM; do
    anew
    "$WINNOW" clean --state state.db --now $now l.csv --bounces ../new.mbox - < ../pipe > "$out" 2> "$err" &
    run=$!
    exec 7> ../pipe
    for _ in $(seq 600); do [ -s state.db.lock ] && break || sleep 0.05; done
    kill -$signal $run
    code=0
    wait $run || code=$?
    exec 7>&-
    ok "SIG$signal while it waits for input: ends by itself, not done" test $code -gt 0 -a $code -lt 128
    error_says "SIG$signal: says that it was interrupted and what that means" "nothing written: interrupted"
    is "SIG$signal: nothing on standard output" "$(cat "$out")" ""
    is "SIG$signal: the old outputs are there" "$(lists)" "$old"
    is "SIG$signal: no temporary file is left" "$(ls -A | grep '^\.' | xargs)" ""
    exit_code 1 "SIG$signal: the ledger knows nothing of it" winnow explain --state state.db p1499@example.com
    after "SIG$signal"
done
# --- the list is saved by somebody meanwhile ---
anew
"$WINNOW" clean --state state.db --now $now l.csv --bounces ../new.mbox - < ../pipe > "$out" 2> "$err" &
run=$!
exec 7> ../pipe
for _ in $(seq 600); do [ -s state.db.lock ] && break || sleep 0.05; done
echo 99999,p99999@example.com,New >> l.csv
exec 7>&-
code=0
wait $run || code=$?
is "a list that changed under the run ends it" $code 5
error_says "with the name" "'l.csv'"
is "the old outputs are there" "$(lists)" "$old"
exit_code 0 "the next run takes the new list" clean l.csv --bounces ../new.mbox --quiet
is "with its new row" "$(tail -n 1 l.clean.csv)" 99999,p99999@example.com,New
finish
