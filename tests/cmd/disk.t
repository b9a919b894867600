#!/bin/bash
# SPDX-License-Identifier: MIT
# A full disk, a folder that takes nothing: exit 6 or 4, the reason, old files as they were, no rubbish.
# Mounts of its own, invisible to others, where the system allows it.
if [ -z "${PRIVATE_MOUNTS:-}" ] && unshare -rm true 2> /dev/null; then PRIVATE_MOUNTS=1 exec unshare -rm "$BASH" "$0"; fi
. "$(dirname "$0")/tap.sh"

{ echo id,email,name; people 1 100; } > small.csv
{ echo id,email,name; people 1 60000; } > large.csv
bounces_of 1 20 > few.mbox
bounces_of 1 8000 > many.mbox
mounted=
trap '[ -z "$mounted" ] || umount $mounted; rm -rf "$dir"' EXIT
# small_disk NAME SIZE: a file system of that size, if we may.
small_disk() {
    mkdir "$1"
    [ -n "${PRIVATE_MOUNTS:-}" ] && mount -t tmpfs -o "size=$2" tmpfs "$1" 2> /dev/null && mounted="$mounted $1"
}
into() { clean "$2" -o "$1/l.clean.csv" --removed "$1/l.removed.csv" --held "$1/l.held.csv" --review "$1/l.review.csv" --report "$1/l.report.html" "${@:3}"; }
state_says() { winnow explain --state "$1" p99@example.com | grep -q 'no event names it'; }

# --- a limit on files acts as a full disk, for everybody ---
mkdir limited
exit_code 0 "a first run" into limited small.csv --bounces few.mbox
sha256sum limited/* > sums
exit_code 6 "a file may not grow further" bash -c 'ulimit -f 500; exec "$@"' limit "$WINNOW" clean --state state.db --now $now large.csv \
    -o limited/l.clean.csv --removed limited/l.removed.csv --held limited/l.held.csv --review limited/l.review.csv \
    --report limited/l.report.html
error_says "the file and the reason are named" "cannot write 'limited/l.clean.csv': File too large; nothing was replaced"
ok "the old outputs are the same bytes" sha256sum --quiet -c sums
is "no temporary file is left" "$(ls -A limited | grep '^\.')" ""
exit_code 4 "the ledger may not grow" bash -c 'ulimit -f 200; exec "$@"' limit "$WINNOW" ingest --state state.db --now $now many.mbox
error_says "is named" "'state.db'"
ok "it knows what it knew" state_says state.db
exit_code 0 "and is sound" into limited small.csv

# --- a full disk ---
if small_disk full 1500k; then
    exit_code 0 "a first run to a small disk" into full small.csv --force
    sha256sum full/* > sums
    exit_code 6 "the list does not fit" into full large.csv
    error_says "the file and the reason are named" "cannot write 'full/l.clean.csv': No space left on device; nothing was replaced"
    ok "the old outputs are the same bytes" sha256sum --quiet -c sums
    is "no temporary file is left" "$(ls -A full | grep '^\.')" ""
    head -c 10M /dev/zero > full/rest 2> /dev/null
    exit_code 6 "not one byte fits" into full small.csv
    error_says "the reason is named" "No space left on device"
    ok "the old outputs are the same bytes" sha256sum --quiet -c sums
    exit_code 4 "no room for a ledger" winnow ingest --state full/state.db --now $now many.mbox
    error_says "names it" "'full/state.db'"
    rm full/rest
    exit_code 0 "with room again" into full small.csv
    exit_code 4 "a ledger that outgrows the disk" winnow ingest --state full/state.db --now $now many.mbox
    error_says "names it, and the reason" "full"
    ok "it knows nothing of it" state_says full/state.db
    exit_code 0 "and is sound" winnow ingest --state full/state.db --now $now few.mbox
else
    skip "a full disk" "no small file system can be mounted here"
fi

# --- a folder that takes nothing ---
if small_disk closed 100k; then
    exit_code 0 "a first run" into closed small.csv --force
    sha256sum closed/* > sums
    mount -o remount,ro closed
    exit_code 6 "a read-only disk" into closed small.csv --bounces many.mbox
    error_says "is said to be one" "cannot write 'closed/l.clean.csv': Read-only file system"
    exit_code 4 "for a ledger" winnow ingest --state closed/new.db --now $now few.mbox
    error_says "it is named" "closed/new.db"
    ok "the old outputs are the same bytes" sha256sum --quiet -c sums
    ok "the archive was not read for it" state_says state.db
elif [ "$(id -u)" != 0 ]; then
    mkdir -p closed && chmod a-w closed
    exit_code 6 "a folder that may not be written" into closed small.csv --bounces many.mbox
    error_says "is said to be one" "cannot write 'closed/l.clean.csv': Permission denied"
    ok "the archive was not read for it" state_says state.db
    exit_code 4 "for a ledger" winnow ingest --state closed/new.db --now $now few.mbox
    error_says "it is named" "closed/new.db"
    chmod u+w closed
else
    skip "a folder that takes nothing" "root may write everywhere, and nothing can be mounted here"
fi
if [ -w /dev/full ]; then
    exit_code 6 "a cleaned list to standard output that takes nothing" bash -c '"$@" > /dev/full' full "$WINNOW" clean --state state.db \
        --now $now small.csv -o - --force
    error_says "says so" "cannot write '-': No space left on device"
fi
finish
