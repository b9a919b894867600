#!/bin/bash
# SPDX-License-Identifier: MIT
# `make demo`: the main job on the samples, with a ledger of its own, and where to look afterwards.
set -eu
winnow=${1:?usage: demo.sh PROGRAM}
out=build/demo
rm -rf "$out"
mkdir -p "$out"
cp samples/subscribers.csv "$out/"
echo "\$ winnow clean $out/subscribers.csv --bounces samples/bounces --state $out/winnow.db --now 2026-04-20"
code=0
"$winnow" clean "$out/subscribers.csv" --bounces samples/bounces --state "$out/winnow.db" --now 2026-04-20 || code=$?
# 1: done, but something is up for review: the samples hold such a case.
[ "$code" -le 1 ] || exit "$code"
echo
echo "Look at:"
for f in clean.csv removed.csv held.csv review.csv report.html; do
    [ ! -e "$out/subscribers.$f" ] || echo "  $out/subscribers.$f"
done
