#!/bin/bash
# SPDX-License-Identifier: MIT
# kill -9 at every single call that writes, renames, links or removes: old files or new ones, and the next run sets all
# right. A preloaded library does the killing, which needs no rights as strace does.
. "$(dirname "$0")/tap.sh"

if is_sanitized || ! command -v python3 > /dev/null ||
    ! ${CC:-cc} -shared -fPIC -D_GNU_SOURCE -o "$dir/killer.so" "$here/killer.c" -ldl 2> "$err" ||
    ! LD_PRELOAD=$dir/killer.so "$WINNOW" --version > "$out" 2>> "$err"; then
    skip "killed at every call" "no library can be preloaded here"
    finish
fi
mkdir at
{ echo id,email,name; people 1 60; } > at/l.csv
bounces_of 1 10 > at/one.mbox
bounces_of 5 20 > at/two.mbox
bounce p25@example.com 4.2.2 '452 4.2.2 Mailbox full' 'Sun, 19 Apr 2026 08:00:00 +0000' > at/full.eml
printf '[guard]\nmin-rows=10\nmessage-share=never\nburst-factor=never\n' > at/stop.conf
clean="clean l.csv --report l.report.json"
# each_death NAME SETUP COMMAND [TRACE]
each_death() {
    ok "$1" each_is_mended "$@"
    ok "$1: of at least $deaths calls" test "$(sed -n 's/^deaths: //p' "$err")" -ge "$deaths"
}
each_is_mended() {
    python3 "$here/crash.py" "$dir/killer.so" "$PWD/at" "$@" > "$out" 2> "$err" || { cat "$err" && return 1; }
    [ ! -s "$out" ] || { cat "$out" && return 1; }
}
deaths=40 each_death clean "$clean --bounces one.mbox; ingest two.mbox full.eml" "$clean"
deaths=40 each_death undo "$clean --bounces one.mbox; ingest two.mbox full.eml; $clean" "undo 3"
deaths=40 each_death undo-first "$clean --bounces one.mbox" "undo 1"

bounces_of 1 55 > at/many.mbox
KILL_DONE=7 deaths=15 each_death stopped "$clean --bounces one.mbox" "$clean --bounces many.mbox --policy stop.conf"

# --- what erases ---
export KILL_SPARING=9
bounces_of 7 7 > at/seven.mbox
deaths=20 each_death prune "$clean --bounces one.mbox full.eml" "prune --older-than 2026-04-18"
deaths=20 each_death forget "$clean --bounces seven.mbox full.eml" "forget p7@example.com" p7@example

# --- whichever command comes next does what the dead one had still to do ---
# die_renaming: clean is killed when its run is stored and most of its files are not in place yet.
die_renaming() {
    rm -rf next before "$dir/calls"
    cp -r at next
    in_next clean l.csv --bounces one.mbox
    cp -r next before
    KILL_COUNT=$dir/calls LD_PRELOAD=$dir/killer.so in_next clean l.csv --bounces two.mbox
    cp next/l.removed.csv wanted.csv
    rm -rf next && mv before next
    KILL_AT=$(grep -n rename "$dir/calls" | tail -n 4 | head -n 1 | cut -d : -f 1) LD_PRELOAD=$dir/killer.so \
        in_next clean l.csv --bounces two.mbox
    ! cmp -s next/l.removed.csv wanted.csv
}
in_next() { (cd next && exec "$WINNOW" "$@" --state state.db --now 2026-04-20) > "$out" 2> "$err"; }
mends() {
    die_renaming || { echo "not killed in time" && return 1; }
    in_next "$@"
    grep -q 'the run before was killed while its files were put in place; done now' "$err" || { cat "$err" && return 1; }
    cmp next/l.removed.csv wanted.csv
}
printf 'rule gone Permanent/NoEmail\n  says user unknown\n  like 550 5.1.1 User unknown\n' > at/own.rules
for command in 'prune --older-than 2026-04-01' 'forget p40@example.com' 'forget --lift p40@example.com' \
    'ingest full.eml' 'reclassify --apply --rules own.rules'; do
    ok "$command does it" mends $command
done
finish
