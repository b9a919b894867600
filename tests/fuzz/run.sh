#!/bin/bash
# SPDX-License-Identifier: MIT
# Runs libFuzzer on each target for some seconds: run.sh BUILD SECONDS TARGET…
# BUILD/fuzz has the programs; BUILD/corpus keeps what was found interesting, BUILD/crashes what broke something.
set -u
cd "$(dirname "$0")/../.." || exit 1
build=${1:?} seconds=${2:?}
shift 2
seeds=$build/seeds

# Archives of every kind that the tools at hand can pack, and inputs that begin with the options of their target.
make_seeds() {
    rm -rf "$seeds"
    mkdir -p "$seeds"/{archive,mbox,text,lines}
    find samples/bounces -name '*.eml' | LC_ALL=C sort | while read -r mail; do
        printf 'From MAILER-DAEMON Fri Jul  8 12:08:34 2011\n'
        cat "$mail"
        echo
    done > "$seeds/archive/mbox"
    head -c 9000 "$seeds/archive/mbox" > "$seeds/archive/short"
    { printf '\1\2\3\4\1\0\0\0'; head -c 9000 "$seeds/archive/mbox"; } > "$seeds/mbox/mbox"
    { printf '\1\2\3\4\1\1\0\0'; head -c 3000 "$seeds/archive/mbox" | sed 's/$/\r/'; } > "$seeds/mbox/crlf"
    for pack in gzip bzip2 xz zstd; do
        command -v $pack > /dev/null && $pack -c "$seeds/archive/short" > "$seeds/archive/$pack" 2> /dev/null
    done
    tar -cf "$seeds/archive/tar" -C samples/bounces/rfc3464 . 2> /dev/null
    tar -cf - -C "$seeds/archive" gzip short 2> /dev/null | gzip > "$seeds/archive/tgz"
    command -v zip > /dev/null && (cd samples/bounces && zip -qr - rfc3464) > "$seeds/archive/zip"
    for charset in utf-8 iso-2022-jp gb18030 big5 shift_jis euc-kr koi8-r windows-1252 us-ascii unknown; do
        printf '%s\n<p>caf\xc3\xa9 \xe9 &amp; &#8212; <b>\x1b$B%s\x1b(B</b><br>' $charset 'F|K\' > "$seeds/text/$charset"
    done
    sed -n 's/^ *like *//p' core/classify/rules/*.rules | split -l 40 - "$seeds/lines/"
}

folders_of() {
    case $1 in
        archive | mbox | text) echo "$seeds/$1" ;;
        csv) echo "samples" ;;
        rules) echo core/classify/rules ;;
        classify | fields | address) echo "$seeds/lines" ;;
        policy) echo core/policy ;;
        verp) ;;
        *) echo samples/bounces ;;
    esac
    [ -d "tests/fuzz/regressions/$1" ] && echo "tests/fuzz/regressions/$1"
}

dictionary_of() {
    case $1 in
        message | mime | headers | fields | reader-* | mbox | archive) echo -dict=tests/fuzz/dict/mail.dict ;;
        rules | classify) echo -dict=tests/fuzz/dict/rules.dict ;;
        text) echo -dict=tests/fuzz/dict/html.dict ;;
        verp) echo -dict=tests/fuzz/dict/verp.dict ;;
        policy) echo -dict=tests/fuzz/dict/policy.dict ;;
    esac
}

# Long inputs where walks over walks would show; short ones where each byte costs much.
length_of() {
    case $1 in
        rules) echo 2000 ;;
        verp | address | policy) echo 1000 ;;
        *) echo 20000 ;;
    esac
}

make_seeds
failed=0
for target in "$@"; do
    mkdir -p "$build/corpus/$target" "$build/crashes" "$build/log"
    log=$build/log/$target
    mapfile -t folders < <(folders_of "$target")
    if "$build/fuzz/$target" -max_total_time="$seconds" -timeout=5 -report_slow_units=1 -rss_limit_mb=1024 \
        -max_len="$(length_of "$target")" \
        -print_final_stats=1 -artifact_prefix="$build/crashes/$target-" $(dictionary_of "$target") \
        "$build/corpus/$target" "${folders[@]}" > "$log" 2>&1; then verdict=ok; else verdict=BROKEN; failed=1; fi
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    cover=$(sed -n 's/.* cov: \([0-9]*\).*/\1/p' "$log" | tail -n 1)
    printf '%-8s %-24s %10s runs  coverage %s\n' $verdict "$target" "${runs:-?}" "${cover:-?}"
    [ $verdict = ok ] || grep -m 3 -E 'does not hold|ERROR:|runtime error:|Test unit written' "$log" | sed 's/^/    /'
done
exit $failed
