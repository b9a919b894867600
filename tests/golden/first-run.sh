#!/bin/bash
# SPDX-License-Identifier: MIT
# The README's first run is what the program really says of the samples. first-run.sh README: TAP. --write README: writes it.
set -u
write=0
[ "${1:-}" = --write ] && write=1 && shift
readme=$(realpath "${1:?}") winnow=$(realpath "${WINNOW:?}") samples=$(realpath "${SAMPLES:?}")
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
begins='    $ winnow clean subscribers.csv --bounces bounces/'

# block FILE: what stands below the command, up to the next empty line.
block() { awk -v begins="$begins" 'within && !NF { exit } within { print } $0 == begins { within = 1 }' "$1"; }
cd "$dir" && cp "$samples/subscribers.csv" . && ln -s "$samples/bounces" bounces || exit 1
"$winnow" clean subscribers.csv --bounces bounces/ --state s.db --now 2026-04-20 2> said | sed 's/^/    /' > got
if [ "$write" = 1 ]; then
    awk -v begins="$begins" '
        within && !NF { within = 0 }
        !within { print }
        $0 == begins { within = 1; while ((getline line < "got") > 0) print line }' "$readme" > new && cp new "$readme"
    exit 0
fi
echo 1..1
block "$readme" > wanted
if [ -s got ] && diff -u wanted got > differences; then echo "ok 1 - the README's first run is what happens"; else
    echo "not ok 1 - the README's first run is what happens ('make golden' writes it anew)"
    sed 's/^/# /' differences said
    exit 1
fi
