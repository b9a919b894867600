#!/bin/bash
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/tap.sh"

exit_code 0 "'help' succeeds" winnow help
has "help names the main command" "$out" "  clean "
commands=$(sed -n 's/^  \([a-z]*\)  .*/\1/p' "$out" | grep -v help)
is "help says nothing on standard error" "$(cat "$err")" ""
cp "$out" help
exit_code 0 "'--help' succeeds" winnow --help
same "and says the same" "$out" help

exit_code 2 "without arguments it is a usage error" winnow
has "which prints the help" "$err" "Usage: winnow COMMAND"
is "and nothing on standard output" "$(cat "$out")" ""

exit_code 0 "--version succeeds" winnow --version
ok "and is one line: name and number" grep -qxE 'winnow [0-9]+\.[0-9]+\.[0-9]+[^ ]*' "$out"

for command in $commands; do
    exit_code 0 "$command --help succeeds" winnow "$command" --help
    has "$command --help shows how to call it" "$out" "winnow $command [OPTION"
    has "$command --help explains the exit codes" "$out" "Exit: 0 done"
    is "$command --help fits a terminal of 80 columns" "$(grep -E '.{81}' "$out")" ""
    cp "$out" text
    exit_code 0 "help $command succeeds" winnow help "$command"
    same "and says the same" "$out" text
    exit_code 2 "$command refuses an unknown option" winnow "$command" --frobnicate
    error_says "$command names the unknown option" "--frobnicate"
done
ok "there are commands to be tested" test "$(wc -w <<< "$commands")" -ge 6

exit_code 2 "an unknown command is a usage error" winnow frobnicate
error_says "which names it" "'frobnicate'"
exit_code 2 "help for an unknown command is one too" winnow help frobnicate
exit_code 0 "help about help is help" winnow help --help
no_file "none of these made a state" "$XDG_STATE_HOME"

if [ -w /dev/full ]; then
    for command in help policy "classify $SAMPLES/bounces"; do
        # shellcheck disable=SC2086
        exit_code 6 "${command%% *}: standard output that takes nothing is an output error" \
            bash -c '"$0" "$@" > /dev/full' "$WINNOW" $command
        error_says "${command%% *} says so" "No space left on device"
    done
fi
finish
