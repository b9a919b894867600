#!/bin/bash
# SPDX-License-Identifier: MIT
# readme.sh PROGRAM README: writes the table of the simulated year, which PROGRAM prints, into README in place of the one there.
set -euo pipefail
table=$("$1" | awk 'NF == 0 { blanks++; next } blanks == 1 { print "    " $0 }')
new=$(mktemp "$2.XXXXXX")
trap 'rm -f "$new"' EXIT
TABLE=$table awk '
    /^ +good +good, days / { print ENVIRON["TABLE"]; inside = 1; found = 1 }
    inside && NF == 0 { inside = 0 }
    !inside
    END { exit !found }' "$2" > "$new" || { echo "readme.sh: '$2' has no such table" >&2 && exit 1; }
cat "$new" > "$2"
