#!/bin/bash
# SPDX-License-Identifier: MIT
# Every fuzz target reads the samples that concern it, and each input that once broke it (regressions/TARGET/).
set -u
programs=$(dirname "${WINNOW:?}")/fuzz
cd "$(dirname "$0")/../.." || exit 1
targets=$(find "$programs" -maxdepth 1 -type f -perm -u+x -printf '%f\n' 2> /dev/null | LC_ALL=C sort)
[ -n "$targets" ] || { echo "Bail out! no fuzz targets below $programs"; exit 1; }

inputs() {
    case $1 in
        csv) echo "${SAMPLES:?}/subscribers.csv" ;;
        rules) find core/classify/rules -name '*.rules' ;;
        policy) echo core/policy/default.conf ;;
        *) find "${SAMPLES:?}/bounces" -name '*.eml' ;;
    esac
    find "tests/fuzz/regressions/$1" -type f 2> /dev/null
}

echo "1..$(echo "$targets" | wc -l)"
number=0
for target in $targets; do
    number=$((number + 1))
    if said=$(inputs "$target" | LC_ALL=C sort | "$programs/$target" 2>&1); then echo "ok $number - $target"; else
        echo "not ok $number - $target"
        echo "$said" | sed 's/^/# /'
    fi
done
