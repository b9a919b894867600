#!/bin/bash
# SPDX-License-Identifier: MIT
# Each samples/bounces/READER/NAME.eml has its expected records beside it in NAME.jsonl. Without arguments: TAP, one test for
# each sample. With --write: writes the expected records anew.
set -u
cd "${SAMPLES:?}" || exit 1
mapfile -t samples < <(find bounces -name '*.eml' | LC_ALL=C sort)
got=$(mktemp -d) || exit 1
trap 'rm -rf "$got"' EXIT
find bounces -type d -exec mkdir -p "$got/{}" \;
# One run for all, split by the source, which is the first value of each record.
"${WINNOW:?}" classify --quiet --jobs 1 "${samples[@]}" |
    GOT=$got awk -F'"' '{ file = ENVIRON["GOT"] "/" $4; if (file != last) close(last); print >> file; last = file }'
if [ "${1:-}" = --write ]; then
    for s in "${samples[@]}"; do cp "$got/$s" "${s%.eml}.jsonl"; done
    echo "${#samples[@]} records written"
    exit 0
fi
echo "1..${#samples[@]}"
n=0
for s in "${samples[@]}"; do
    n=$((n + 1))
    if differences=$(diff -u "${s%.eml}.jsonl" "$got/$s" 2>&1); then echo "ok $n - $s"; else
        echo "not ok $n - $s"
        echo "$differences" | sed 's/^/# /'
    fi
done
