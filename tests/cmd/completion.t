#!/bin/bash
# SPDX-License-Identifier: MIT
# What bash offers behind "winnow": commands, a command's options, files.
. "$(dirname "$0")/tap.sh"
mkdir bin && ln -s "$WINNOW" bin/winnow && PATH=$PWD/bin:$PATH
. "$here/../../cmd/completion/winnow.bash"

# offers WORD…: what is offered for the last word, sorted, in one line.
offers() {
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _winnow
    printf '%s\n' "${COMPREPLY[@]}" | sort | xargs
}
is "a command that begins so" "$(offers winnow cla)" classify
ok "nothing typed yet offers every command" test "$(offers winnow '' | wc -w)" -ge 7
is "help takes a command" "$(offers winnow help ingest)" ingest
is "options of the command" "$(offers winnow clean --rev)" --review
is "also where several begin so" "$(offers winnow classify --sends)" "--sends --sends-column"
is "not those of another" "$(offers winnow policy --rev)" ""
touch list.csv list.clean.csv
is "files otherwise" "$(offers winnow clean lis)" "list.clean.csv list.csv"
is "an unknown command has no options" "$(offers winnow frobnicate --)" ""
finish
