"""The part of the completion script for bash that is the same whatever the command tree is."""

FUNCTIONS = r"""
# The words before the cursor as the shell will see them: bash cuts them at = : and @ too.
# Sets words and cur, the word being written.
_eclips_words() {
    local line=$COMP_LINE piece i last=-1
    words=()
    for ((i = 0; i <= COMP_CWORD; i++)); do
        piece=${COMP_WORDS[i]}
        if ((last >= 0)) && [[ -n $piece && $line == "$piece"* ]]; then
            words[last]+=$piece
        else
            words[++last]=$piece
        fi
        line=${line#*"$piece"}
    done
    cur=${words[last]}
    words=("${words[@]:0:last}")
}

# Sets begun to what was written, without the quoting.
_eclips_unquote() {
    local i char
    begun=
    for ((i = 0; i < ${#1}; i++)); do
        char=${1:i:1}
        [[ $char == \\ && $quote != "'" ]] && char=${1:++i:1}
        begun+=$char
    done
}

# Offers $1 (described by $2) if it begins with what was written, quoted as the shell needs it.
_eclips_add() {
    local text=$1
    [[ $text == "$begun"* ]] || return
    if [[ $COMP_TYPE == 63 ]]; then
        # readline only lists now, it inserts nothing: the place for descriptions
        [[ -n $2 ]] && printf -v text '%s  (%s)' "$text" "$2"
        COMPREPLY+=("${text:0:$((${COLUMNS:-80} - 2))}")
        return
    fi
    case $quote in
        "'") text=${text//\'/\'\\\'\'} ;;
        '"')
            [[ $text == *'!'* ]] && return
            text=${text//\\/\\\\} text=${text//\$/\\\$} text=${text//\`/\\\`} text=${text//\"/\\\"}
            ;;
        *)
            printf -v text %q "$text"
            text=${text//\\,/,}
            ;;
    esac
    text=$front$text
    COMPREPLY+=("${text#"$kept"}")
}

_eclips_among() {
    local word
    for word; do _eclips_add "$word"; done
}

# Offers words for the last part of a list with commas, less those that are in it already.
_eclips_listed() {
    local before= word
    [[ $begun == *,* ]] && before=${begun%,*},
    compopt -o nospace 2>/dev/null
    for word; do
        [[ ,$before == *,"$word",* ]] || _eclips_add "$before$word"
    done
}

# What this machine remembers of a kind: runs, profiles, ... Asks eclips, which asks no network.
_eclips_live() {
    local program=${words[0]/#\~/$HOME} id about
    type -P -- "$program" >/dev/null || program=eclips
    while IFS=$'\t' read -r id about; do
        _eclips_add "$id" "$about"
    done < <("$program" __complete "$1" "$begun" "${words[@]}" 2>/dev/null </dev/null)
}

# Files are readline's own to complete: it knows best how to quote them.
_eclips_files() {
    compopt -o default 2>/dev/null
}

_eclips_files_after_at() {
    local file
    [[ $begun == @* ]] || return
    while IFS= read -r file; do
        if [[ -d $file ]]; then
            compopt -o nospace 2>/dev/null
            file+=/
        fi
        _eclips_add "@$file"
    done < <(compgen -f -- "${begun#@}")
}

# In a shell under `set -e` or `set -u` nothing that fails or is empty in here may end it or be complained of.
_eclips() {
    local options=$-
    set +eEu
    _eclips_complete "$@"
    [[ $options == *u* ]] && set -u
    [[ $options == *E* ]] && set -E
    [[ $options == *e* ]] && set -e
    return 0
}

_eclips_complete() {
    local words=() cur begun quote= front= kept path= count=0 valued= only_words= option= word i
    COMPREPLY=()
    _eclips_words
    # readline replaces $2, the end of the word; what stands before it is kept
    kept=${cur%"$2"}
    [[ $cur == [\'\"]* ]] && quote=${cur:0:1}
    _eclips_unquote "${cur#"$quote"}"
    _eclips_valued
    for ((i = 1; i < ${#words[@]}; i++)); do
        word=${words[i]}
        if [[ -n $option ]]; then
            option=
        elif [[ -n $only_words ]]; then
            ((count++))
        elif [[ $word == -- ]]; then
            only_words=1
        elif [[ $word == -?* ]]; then
            [[ $valued == *" $word "* ]] && option=$word
        elif ((count)) || ! _eclips_enter "$word"; then
            ((count++))
        else
            _eclips_valued
        fi
    done
    if [[ -n $option ]]; then
        _eclips_value "$option"
    elif [[ -z $only_words && $cur == --*=* ]]; then
        _eclips_unquote "${cur#*=}"
        front=${cur%%=*}=
        _eclips_value "${cur%%=*}"
    elif [[ -z $only_words && $cur == -* ]]; then
        _eclips_options
    else
        _eclips_argument
    fi
}

complete -o nosort -F _eclips eclips 2>/dev/null || complete -F _eclips eclips
"""
