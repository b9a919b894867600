#!/bin/bash
# SPDX-License-Identifier: MIT
# Checks ARCHITECTURE's directions of dependency over the dependency files that the compiler wrote below $1.
# TAP: one line for each rule.
set -u
build=${1:?usage: layers.sh BUILD}
number=0
failed=0

# deny WHAT WHERE PATTERN: no object below $build/WHERE may depend on a file that matches PATTERN.
deny() {
    local found
    number=$((number + 1))
    found=$(find "$build"/$2 -name '*.d' -not -path "*/tests/*" 2>/dev/null | grep -vE "${4:-^$}" |
        xargs -r sed -e 's/\\$//' | tr ' ' '\n' | grep -E "$3" | sort -u)
    if [ -z "$found" ]; then echo "ok $number - $1"; else
        echo "not ok $number - $1"
        echo "$found" | sed 's/^/#   /'
        failed=1
    fi
}

[ -n "$(find "$build"/core -name '*.d' 2>/dev/null)" ] || { echo "Bail out! nothing is built below $build"; exit 1; }
echo 1..10
deny 'core includes neither db, reports nor cmd' core '^(db|reports|cmd)/.*\.h:?$'
deny 'db does not include reports or cmd' db '^(reports|cmd)/.*\.h:?$'
deny 'reports does not include db or cmd' reports '^(db|cmd)/.*\.h:?$'
deny 'GMime only in core/mail' . '/gmime/.*\.h' '/core/mail/'
deny 'libcsv only in core/list' . '/csv\.h' '/core/list/'
deny 'SQLite only in db' . '/sqlite3\.h' '/db/'
deny 'libarchive only in core/archive' . '/archive\.h$|/archive_entry\.h' '/core/archive/|core/archive'
number=$((number + 1))
threads=$(grep -lE 'g_thread_(try_)?new|pthread_create|thrd_create' -r core db reports cmd --include='*.c' | grep -vE '^core/(archive/pipeline|task)\.c')
if [ -z "$threads" ]; then echo "ok $number - threads only in core/archive/pipeline and core/task"; else
    echo "not ok $number - threads only in core/archive/pipeline and core/task: $threads"; failed=1; fi
number=$((number + 1))
prints=$(find core db reports -name '*.c' | LC_ALL=C sort | while read -r file; do
    sed 's,/\*.*\*/,,; s,^ \* .*,,; s,/\*.*,,' "$file" |
        grep -nE '\b(printf|puts|fputs|putchar|exit|getenv|g_getenv|g_print|g_printerr) *\(' | sed "s,^,$file:,"
done)
if [ -z "$prints" ]; then echo "ok $number - only cmd prints, exits and reads the environment"; else
    echo "not ok $number - only cmd prints, exits and reads the environment"; echo "$prints" | sed 's/^/#   /'; failed=1; fi
number=$((number + 1))
# A global of ours under a library's name takes its place, for the library's callers too.
ours=$(find "$build"/cmd "$build"/core "$build"/db "$build"/reports -name '*.o' -print0 | xargs -0 nm --defined-only |
    awk '$2 == "T" { print $3 }' | grep -vx main | sort -u)
theirs=$(ldd "$build"/winnow | awk '$3 ~ /^\// { print $3 }' | grep -vE '/lib(asan|ubsan|tsan|gcov)' |
    xargs -n 1 nm -D --defined-only | awk '{ sub(/@.*/, "", $3); print $3 }' | sort -u)
clash=$(comm -12 <(echo "$ours") <(echo "$theirs") | tr '\n' ' ')
if [ -z "$clash" ]; then echo "ok $number - no global function has a library's name"; else
    echo "not ok $number - no global function has a library's name: $clash"; failed=1; fi
exit $failed
