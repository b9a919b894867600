#!/bin/bash
# SPDX-License-Identifier: MIT
# run.sh WINNOW BENCH RUNS: measures winnow beside the plain loops, turn by turn in one run, over what generate wrote into BENCH;
# prints the medians and, beside each, what the project wants to reach. A target missed is information; only a command
# that fails makes this fail. What it writes stays below BENCH, the figures of every turn in BENCH/figures.tsv.
set -euo pipefail

winnow=$1 bench=$2 runs=$3
mbox=$bench/bounces.mbox list=$bench/list.csv
figures=$bench/figures.tsv ledger=$bench/ledger.db copy=$bench/clean.db out=$bench/out
now=2026-05-01T00:00:00Z

# measure LABEL LARGEST-STATUS COMMAND…; 1 is winnow's "done, but something is up for review".
measure() {
    local label=$1 largest=$2 status=0
    shift 2
    printf '%s … ' "$label" >&2
    "$bench/bin/measure" "$figures" "$label" "$@" || status=$?
    echo "$(tail -n 1 "$figures" | cut -f 2) s" >&2
    if [ "$status" -gt "$largest" ]; then
        echo "bench: '$*' failed with $status" >&2
        exit 1
    fi
}

forget() {
    rm -f "$1" "$1-wal" "$1-shm"
}

turn() {
    measure 'gmime-loop' 0 "$bench/bin/gmime-loop" "$mbox"
    measure 'classify --jobs 1' 1 "$winnow" classify --quiet --jobs 1 "$mbox"
    measure 'classify --jobs 2' 1 "$winnow" classify --quiet --jobs 2 "$mbox"
    forget "$ledger"
    measure 'ingest' 1 "$winnow" ingest --quiet --state "$ledger" --now "$now" "$mbox"
    measure 'csv-loop' 0 "$bench/bin/csv-loop" "$list"
    forget "$copy"
    rm -rf "$out" && mkdir "$out"
    cp "$ledger" "$copy"
    clean 'clean' "$now"
    clean 'clean, next night' 2026-05-02T00:00:00Z
}

# Over the files of the night before: they are looked at first, and kept for an undo.
clean() {
    measure "$1" 1 "$winnow" clean "$list" --quiet --force --state "$copy" --now "$2" -o "$out/clean.csv" \
        --removed "$out/removed.csv" --held "$out/held.csv" --review "$out/review.csv" --report "$out/report.html"
}

fact() {
    awk -v name="$1" '$1 == name { print $2 }' "$bench/made-from"
}

table() {
    awk -F '\t' -v messages="$(fact written)" -v rows="$(fact rows)" -v mbox="$(stat -c %s "$mbox")" -v list="$(stat -c %s "$list")" '
    function median(label, column,   n, i, k, swap, v) {
        n = turns[label]
        for (i = 1; i <= n; i++)
            v[i] = value[label, column, i]
        for (i = 2; i <= n; i++)
            for (k = i; k > 1 && v[k - 1] > v[k]; k--) {
                swap = v[k]; v[k] = v[k - 1]; v[k - 1] = swap
            }
        return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
    }
    function row(label, plain, unit, target,   seconds, units, bytes, ratio, memory) {
        seconds = median(label, 2)
        units = unit == "messages" ? messages : rows
        bytes = unit == "messages" ? mbox : list
        memory = median(label, 4) / 1024
        ratio = plain == label ? "" : sprintf("%.2f", median(plain, 2) / seconds)
        printf "%-18s%8.2f%8.2f%10.0f%8.1f%8.0f%8s  %s\n", label, seconds, median(label, 3), units / seconds,
               bytes / seconds / 1e6, memory, ratio, target
    }
    { n = ++turns[$1]; for (i = 2; i <= 4; i++) value[$1, i, n] = $i }
    END {
        head = "%-18s%8s%8s%10s%8s%8s%8s  %s\n"
        printf head, "mbox", "seconds", "cpu s", "messages", "MB", "peak MB", "ratio", "target"
        printf head, "", "", "", "a second", "/s", "", "", ""
        row("gmime-loop", "gmime-loop", "messages", "")
        row("classify --jobs 1", "gmime-loop", "messages", ">= 0.9")
        row("classify --jobs 2", "gmime-loop", "messages", ">= 1.6")
        row("ingest", "gmime-loop", "messages", "")
        printf head, "list", "", "", "rows/s", "", "", "", ""
        row("csv-loop", "csv-loop", "rows", "")
        row("clean", "csv-loop", "rows", ">= 0.5")
        row("clean, next night", "csv-loop", "rows", "")
    }' "$figures"
}

: > "$figures"
for ((i = 1; i <= runs; i++)); do
    echo "turn $i of $runs" >&2
    turn
done
seen=$("$bench/bin/gmime-loop" "$mbox")
echo
echo "$(fact written) messages (GMime saw $seen) from $(fact samples) samples; $(fact rows) rows, $(fact bouncing) bounce;"
echo "$(nproc) cores, load $(cut -d ' ' -f 1 /proc/loadavg); medians of $runs; ratio: seconds of the plain loop by ours;"
echo "peak memory wanted: below 200 MB each"
echo
table
