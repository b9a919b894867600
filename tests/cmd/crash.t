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
clean="clean l.csv --report l.report.json"
# each_death NAME SETUP COMMAND
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
finish
