# SPDX-License-Identifier: MIT
# Completion of winnow(1) for bash. It asks the program itself, so it knows what the program knows: commands from
# `winnow help`, options from `winnow COMMAND --help`.

_winnow() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ] || { [ "$command" = help ] && [ "$COMP_CWORD" -eq 2 ]; }; then
        local commands
        commands=$("${COMP_WORDS[0]}" help 2> /dev/null | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
        mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$word")
    elif [[ $word == -* && $before != = ]]; then
        local options
        options=$("${COMP_WORDS[0]}" "$command" --help 2> /dev/null |
            sed -n 's/^  \(-., \)\{0,1\}\(--[a-z-]*\).*/\2/p')
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
    else
        [ "$word" = = ] && word=
        compopt -o filenames 2> /dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
    fi
}
complete -F _winnow winnow
