# SPDX-License-Identifier: MIT
# Sourced by tests/cmd/*.t: TAP, a temporary folder that is the working directory, and messages to test with.
# $out and $err hold what the last program said; no test sees the user's own state.
set -u
export LC_ALL=C.UTF-8 TZ=UTC
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
: "${WINNOW:=$here/../../build/release/winnow}" "${SAMPLES:=$here/../../samples}"
[ -x "$WINNOW" ] || { echo "Bail out! no program at '$WINNOW'" && exit 1; }
WINNOW=$(realpath "$WINNOW") SAMPLES=$(realpath "$SAMPLES")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export XDG_STATE_HOME=$dir/.xdg
unset WINNOW_STATE
mkdir "$dir/work" && cd "$dir/work" || exit 1
out=$dir/out err=$dir/err
tests=0
failed=0
now=2026-04-20

# ok NAME COMMAND…: the command succeeds.
ok() {
    local name=$1
    shift
    tests=$((tests + 1))
    if "$@" > "$dir/said" 2>&1; then echo "ok $tests - $name"; else
        echo "not ok $tests - $name"
        echo "# failed: $*"
        head -n 20 "$dir/said" | cut -c 1-300 | sed 's/^/# /'
        failed=1
    fi
}
skip() { tests=$((tests + 1)) && echo "ok $tests - $1 # SKIP $2"; }
is() { ok "$1" is_equal "$2" "$3"; }
is_equal() { [ "$1" = "$2" ] || { printf 'got:    %s\nwanted: %s\n' "$1" "$2" && false; }; }
same() { ok "$1" diff -u --text "$3" "$2"; }
has() { ok "$1" grep -qF -- "$3" "$2"; }
lacks() { ok "$1" bash -c '! grep -F -- "$2" "$1"' lacks "$2" "$3"; }
no_file() { ok "$1" test ! -e "$2"; }

# exit_code WANTED NAME PROGRAM…: its exit code; a crash is never what is wanted.
exit_code() {
    local wanted=$1 name=$2 code=0
    shift 2
    "$@" > "$out" 2> "$err" < "${input:-/dev/null}" || code=$?
    ok "$name" code_is "$code" "$wanted"
}
code_is() { [ "$1" -eq "$2" ] || { printf 'exit code %s, wanted %s\n' "$1" "$2" && cat "$err" && false; }; }
# error_says NAME TEXT: one of the lines on standard error, which all begin with the program's name, says TEXT.
error_says() { ok "$1" says_so "$2"; }
says_so() { grep '^winnow: ' "$err" | grep -qF -- "$1" || { echo "wanted: $1" && cat "$err" && false; }; }

finish() {
    echo "1..$tests"
    exit "$failed"
}

winnow() { "$WINNOW" "$@"; }
# Commands on a state of this test, at its date, with little to say.
clean() { winnow clean --state "${state:-state.db}" --now "$now" "$@"; }
# is_sanitized: the program carries a sanitizer, whose own memory is not ours.
is_sanitized() { grep -qE '__(asan|tsan)_init' "$WINNOW"; }

# bounce ADDRESS [STATUS [DIAGNOSTIC [DATE [RETURN-PATH]]]]: a failure as Postfix reports it (RFC 3464), on standard output.
bounce() {
    local to=$1 status=${2:-5.1.1} said=${3:-550 5.1.1 User unknown}
    local date=${4:-Mon, 13 Apr 2026 08:00:00 +0000} path=${5:-bounces@bounces.example.org}
    cat << END
Return-Path: <>
Delivered-To: $path
Date: $date
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
To: $path
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"
Message-ID: <$to-$status-${date//[^0-9A-Za-z]/}@mx.example.org>

--b
Content-Type: text/plain

<$to>: $said

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
Arrival-Date: $date

Final-Recipient: rfc822; $to
Action: failed
Status: $status
Diagnostic-Code: smtp; $said

--b
Content-Type: text/rfc822-headers

From: news@example.org
To: $to
Subject: April letter
Message-ID: <april-$to@news.example.org>

--b--
END
}
# mbox FILE…: as one mbox on standard output.
mbox() {
    local file
    for file; do
        echo 'From MAILER-DAEMON Mon Apr 13 08:00:00 2026'
        sed 's/^>*From />&/' "$file"
        echo
    done
}
# people FIRST LAST: rows of a list.
people() { seq "$1" "$2" | awk '{ printf "%d,p%d@example.com,Person %d\n", $1, $1, $1 }'; }
# bounces_of FIRST LAST: an mbox with a permanent bounce for each of these people.
bounces_of() {
    bounce ADDRESS | awk -v from="$1" -v to="$2" '{ text = text $0 "\n" } END {
        for (i = from; i <= to; i++) {
            message = text
            gsub(/ADDRESS/, "p" i "@example.com", message)
            printf "From MAILER-DAEMON Mon Apr 13 08:00:00 2026\n%s\n", message
        } }'
}
