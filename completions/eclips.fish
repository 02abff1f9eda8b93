# Completion of eclips for fish, written from the command tree by `python -m eclips_cli.reference`; do not edit

# Goes to the command named by $argv[1], the words typed so far, if there is one.
function __eclips_enter
    switch $argv[1]
        case ' run'
            set __eclips_path 'run'
        case ' runs'
            set __eclips_path 'runs'
        case ' triage'
            set __eclips_path 'triage'
        case ' webhooks' ' webhook'
            set __eclips_path 'webhooks'
        case ' batches' ' batch'
            set __eclips_path 'batches'
        case ' usage'
            set __eclips_path 'usage'
        case ' health'
            set __eclips_path 'health'
        case ' status'
            set __eclips_path 'status'
        case ' find'
            set __eclips_path 'find'
        case ' auth'
            set __eclips_path 'auth'
        case ' config'
            set __eclips_path 'config'
        case ' api'
            set __eclips_path 'api'
        case ' audit'
            set __eclips_path 'audit'
        case ' help'
            set __eclips_path 'help'
        case ' doctor'
            set __eclips_path 'doctor'
        case ' completion'
            set __eclips_path 'completion'
        case ' sandbox'
            set __eclips_path 'sandbox'
        case 'runs list'
            set __eclips_path 'runs list'
        case 'runs get'
            set __eclips_path 'runs get'
        case 'runs tail'
            set __eclips_path 'runs tail'
        case 'runs wait'
            set __eclips_path 'runs wait'
        case 'runs watch'
            set __eclips_path 'runs watch'
        case 'triage list'
            set __eclips_path 'triage list'
        case 'triage show'
            set __eclips_path 'triage show'
        case 'triage approve'
            set __eclips_path 'triage approve'
        case 'triage reject'
            set __eclips_path 'triage reject'
        case 'triage review'
            set __eclips_path 'triage review'
        case 'triage watch'
            set __eclips_path 'triage watch'
        case 'triage export'
            set __eclips_path 'triage export'
        case 'triage apply'
            set __eclips_path 'triage apply'
        case 'webhooks list'
            set __eclips_path 'webhooks list'
        case 'webhooks create'
            set __eclips_path 'webhooks create'
        case 'webhooks delete'
            set __eclips_path 'webhooks delete'
        case 'webhooks verify'
            set __eclips_path 'webhooks verify'
        case 'webhooks trigger'
            set __eclips_path 'webhooks trigger'
        case 'webhooks listen'
            set __eclips_path 'webhooks listen'
        case 'webhooks forward'
            set __eclips_path 'webhooks forward'
        case 'batches submit'
            set __eclips_path 'batches submit'
        case 'batches list'
            set __eclips_path 'batches list'
        case 'batches get'
            set __eclips_path 'batches get'
        case 'batches results'
            set __eclips_path 'batches results'
        case 'batches wait'
            set __eclips_path 'batches wait'
        case 'batches cancel'
            set __eclips_path 'batches cancel'
        case 'batches retry'
            set __eclips_path 'batches retry'
        case 'batches resume'
            set __eclips_path 'batches resume'
        case 'batches history'
            set __eclips_path 'batches history'
        case 'usage summary'
            set __eclips_path 'usage summary'
        case 'usage history'
            set __eclips_path 'usage history'
        case 'usage members'
            set __eclips_path 'usage members'
        case 'auth login'
            set __eclips_path 'auth login'
        case 'auth logout'
            set __eclips_path 'auth logout'
        case 'auth status'
            set __eclips_path 'auth status'
        case 'auth list'
            set __eclips_path 'auth list'
        case 'auth use'
            set __eclips_path 'auth use'
        case 'config get'
            set __eclips_path 'config get'
        case 'config set'
            set __eclips_path 'config set'
        case 'config unset'
            set __eclips_path 'config unset'
        case 'config list'
            set __eclips_path 'config list'
        case 'config path'
            set __eclips_path 'config path'
        case 'audit list'
            set __eclips_path 'audit list'
        case 'audit verify'
            set __eclips_path 'audit verify'
        case 'audit export'
            set __eclips_path 'audit export'
        case 'completion install'
            set __eclips_path 'completion install'
        case 'completion show'
            set __eclips_path 'completion show'
        case 'sandbox serve'
            set __eclips_path 'sandbox serve'
        case 'sandbox reset'
            set __eclips_path 'sandbox reset'
        case 'sandbox status'
            set __eclips_path 'sandbox status'
        case '*'
            return 1
    end
    return 0
end

# The options of the command being written that take a value.
function __eclips_valued
    switch $__eclips_path
        case ''
            printf '%s\n' -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'run'
            printf '%s\n' -a --agent --data --data-file -f --field --priority --webhook-url --timeout --once -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'runs'
            printf '%s\n' -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'runs list'
            printf '%s\n' --status -a --agent --since --until --limit --offset -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'runs get'
            printf '%s\n' -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'runs tail'
            printf '%s\n' --timeout -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'runs wait'
            printf '%s\n' --timeout -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'runs watch'
            printf '%s\n' -a --agent --timeout -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'triage'
            printf '%s\n' -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'triage list'
            printf '%s\n' --limit -a --agent --min-confidence --min-amount --max-amount --older-than --match --amount-field --sort -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'triage show'
            printf '%s\n' -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'triage approve'
            printf '%s\n' --note --expect -a --agent --min-confidence --min-amount --max-amount --older-than --match --amount-field --sort -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'triage reject'
            printf '%s\n' --reason --expect -a --agent --min-confidence --min-amount --max-amount --older-than --match --amount-field --sort -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'triage review'
            printf '%s\n' --grace -a --agent --min-confidence --min-amount --max-amount --older-than --match --amount-field --sort -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'triage watch'
            printf '%s\n' --exec --exec-timeout --interval --timeout -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'triage export'
            printf '%s\n' -a --agent --min-confidence --min-amount --max-amount --older-than --match --amount-field --sort -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'triage apply'
            printf '%s\n' --expect --sheet --delimiter --encoding -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'webhooks'
            printf '%s\n' -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'webhooks list'
            printf '%s\n' -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'webhooks create'
            printf '%s\n' --event --secret-file -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'webhooks delete'
            printf '%s\n' --expect -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'webhooks verify'
            printf '%s\n' --signature --secret-file --secret-env --secret-of --timestamp --tolerance -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'webhooks trigger'
            printf '%s\n' --to --secret-file --secret-env --secret-of -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'webhooks listen'
            printf '%s\n' --port --secret-file --secret-env --secret-of --tolerance --exec --exec-timeout --exec-at-once --host -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'webhooks forward'
            printf '%s\n' --to --since --secret-file --secret-env --secret-of -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'batches'
            printf '%s\n' -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'batches submit'
            printf '%s\n' -a --agent --task --task-column --columns --name --webhook-url --format --sheet --delimiter --encoding --header-row --results --timeout --key --on-duplicate --keep --max-credits --price -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'batches list'
            printf '%s\n' --status --limit --offset -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'batches get'
            printf '%s\n' --status -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'batches results'
            printf '%s\n' --status --results -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'batches wait'
            printf '%s\n' --results --timeout -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'batches cancel'
            printf '%s\n' --expect -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'batches retry'
            printf '%s\n' --file --task --task-column --columns --format --sheet --delimiter --encoding --header-row --status --keep --max-credits --price --timeout -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'batches resume'
            printf '%s\n' --keep --max-credits --price --timeout -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'batches history'
            printf '%s\n' -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'usage'
            printf '%s\n' --fail-under -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'usage summary'
            printf '%s\n' --fail-under -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'usage history'
            printf '%s\n' -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'usage members'
            printf '%s\n' -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'health'
            printf '%s\n' --interval --timeout -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'status'
            printf '%s\n' --check -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'find'
            printf '%s\n' --limit -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'auth'
            printf '%s\n' -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'auth login'
            printf '%s\n' --store -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'auth logout'
            printf '%s\n' -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'auth status'
            printf '%s\n' -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'auth list'
            printf '%s\n' -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'auth use'
            printf '%s\n' -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'config'
            printf '%s\n' -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'config get'
            printf '%s\n' -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'config set'
            printf '%s\n' -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'config unset'
            printf '%s\n' -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'config list'
            printf '%s\n' -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'config path'
            printf '%s\n' -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'api'
            printf '%s\n' -f --raw-field -F --field --input -X --method -H --header -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'audit'
            printf '%s\n' -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'audit list'
            printf '%s\n' --action --since --until --limit -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'audit verify'
            printf '%s\n' --expect-head -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'audit export'
            printf '%s\n' --action --since --until -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'help'
            printf '%s\n' -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'doctor'
            printf '%s\n' -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'completion'
            printf '%s\n' -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'completion install'
            printf '%s\n' -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'completion show'
            printf '%s\n' -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'sandbox'
            printf '%s\n' -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'sandbox serve'
            printf '%s\n' --port --speed --seed --fault -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'sandbox reset'
            printf '%s\n' -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
        case 'sandbox status'
            printf '%s\n' -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage
    end
end

# Sets __eclips_path to the command that is being written, __eclips_count to the words it has got so far.
function __eclips_read
    set -l line (commandline -pc)
    test "$line" = "$__eclips_line"; and return
    set -g __eclips_line "$line"
    set -g __eclips_path ''
    set -g __eclips_count 0
    set -l words (commandline -opc)
    set -l option no
    set -l only_words no
    for word in $words[2..-1]
        if test $option = yes
            set option no
        else if test $only_words = yes
            set __eclips_count (math $__eclips_count + 1)
        else if test "$word" = --
            set only_words yes
        else if string match -qr -- '^-.' $word
            contains -- $word (__eclips_valued); and set option yes
        else if test $__eclips_count != 0; or not __eclips_enter "$__eclips_path $word"
            set __eclips_count (math $__eclips_count + 1)
        end
    end
end

# Whether the command being written is $argv[1], with $argv[2] words after it, if that is given.
function __eclips_at
    __eclips_read
    test "$__eclips_path" = "$argv[1]"; or return 1
    test (count $argv) = 1; or test "$__eclips_count" = "$argv[2]"
end

# Whether the command being written takes the options that every command takes, spelled alike.
function __eclips_shared
    __eclips_read
    not contains -- "$__eclips_path" $argv
end

# What this machine remembers of a kind: runs, profiles, ... Asks eclips, which asks no network.
function __eclips_live
    set -l written (commandline -ct | string unescape | string replace -r -- '^--[^=]*=' '')
    string match -q -- '-*' "$written"; and return
    set -l words (commandline -opc)
    set -l program (string unescape -- $words[1] | string replace -r '^~/' "$HOME/")
    command -q -- $program; or set program eclips
    command $program __complete $argv[1] "$written" $words </dev/null 2>/dev/null
end

# Words for the last part of a list with commas, less those that are in it already.
function __eclips_listed
    set -l written (commandline -ct | string unescape | string replace -r -- '^--[^=]*=' '')
    set -l before (string match -r -- '.*,' "$written")
    set -l used (string split , -- "$before")
    for word in $argv
        contains -- $word $used; or printf '%s%s\n' "$before" $word
    end
end

# Files after an @.
function __eclips_files_after_at
    set -l written (commandline -ct | string unescape)
    string match -q -- '@*' "$written"; or return
    printf '@%s\n' (__fish_complete_path (string sub -s 2 -- $written) | string replace -r '\t.*' '')
end

complete -c eclips -f
complete -c eclips -s p -l profile -r -f -k -a '(__eclips_live profile)' -d 'Use this profile\'s key and settings.'
complete -c eclips -l sandbox -d 'Use the sandbox on this machine: no account, no key.'
complete -c eclips -l base-url -r -f -d 'Where the API is.'
complete -c eclips -l api-key-file -r -F -d 'Read the API key from this file (mode 0600).'
complete -c eclips -s o -l output -r -f -k -a 'table tsv json jsonl csv id' -d 'table, tsv, json, jsonl, csv or id; xlsx where help says so. [table; tsv in a pipe]'
complete -c eclips -l fields -r -f -d 'Show these members only, in this order.'
complete -c eclips -l jq -r -f -d 'Filter the JSON result with a jq expression.'
complete -c eclips -l raw -d 'With csv: leave cells that look like formulas as they are.'
complete -c eclips -s q -l quiet -d 'No progress and no notes on stderr.'
complete -c eclips -s v -l verbose -d 'Show each request on stderr; tracebacks of the program\'s faults.'
complete -c eclips -l curl -d 'Print the equivalent curl command and send nothing.'
complete -c eclips -l dry-run -d 'Print the change that would be sent and do not send it.'
complete -c eclips -l no-input -d 'Never ask; fail instead.'
complete -c eclips -l read-only -d 'Send nothing that changes anything (exit 5 instead).'
complete -c eclips -l color -r -f -k -a 'auto always never' -d 'auto, always or never.'
complete -c eclips -l request-timeout -r -f -d 'How long one request may take. [30]'
complete -c eclips -l max-retries -r -f -d 'How often a request that is safe to repeat is repeated. [4]'
complete -c eclips -l max-outage -r -f -d 'Give up after this long without an answer: while waiting [5m], and if given, with any request.'

# eclips
complete -c eclips -n '__eclips_at \'\' 0' -a run -d 'Start a run and follow it to its end'
complete -c eclips -n '__eclips_at \'\' 0' -a runs -d 'List, read and follow runs'
complete -c eclips -n '__eclips_at \'\' 0' -a triage -d 'Decide what waits for a person'
complete -c eclips -n '__eclips_at \'\' 0' -a webhooks -d 'Tell a server when runs end: create, receive, check, forward'
complete -c eclips -n '__eclips_at \'\' 0' -a batches -d 'A spreadsheet becomes runs, each row exactly once'
complete -c eclips -n '__eclips_at \'\' 0' -a usage -d 'Credits: used, left, and when they run out'
complete -c eclips -n '__eclips_at \'\' 0' -a health -d 'Is the API up, how fast, and does the clock agree'
complete -c eclips -n '__eclips_at \'\' 0' -a status -d 'Credits, what waits, what failed, what is unfinished: one look'
complete -c eclips -n '__eclips_at \'\' 0' -a find -d 'What happened to INV-1001, as far as this machine knows'
complete -c eclips -n '__eclips_at \'\' 0' -a auth -d 'API keys and profiles'
complete -c eclips -n '__eclips_at \'\' 0' -a config -d 'Settings of profiles'
complete -c eclips -n '__eclips_at \'\' 0' -a api -d 'Any request to the API, authenticated'
complete -c eclips -n '__eclips_at \'\' 0' -a audit -d 'What was changed from this machine: a chained local record'
complete -c eclips -n '__eclips_at \'\' 0' -a help -d 'Show a command\'s page of the manual, or a topic'
complete -c eclips -n '__eclips_at \'\' 0' -a doctor -d 'What is wrong with this installation'
complete -c eclips -n '__eclips_at \'\' 0' -a completion -d 'Complete commands, options and ids with TAB'
complete -c eclips -n '__eclips_at \'\' 0' -a sandbox -d 'A local API for trying, testing and demos'
complete -c eclips -n '__eclips_at \'\'' -l version -d 'Print the version.'
complete -c eclips -n '__eclips_at \'\'' -s h -l help -d 'Show this message and exit.'

# eclips run
complete -c eclips -n '__eclips_at \'run\' 0' -f -a '(__eclips_files_after_at)'
complete -c eclips -n '__eclips_at \'run\'' -s a -l agent -r -f -k -a '(__eclips_live agent)' -d 'The agent that does it, e.g. ap_specialist. [center]'
complete -c eclips -n '__eclips_at \'run\'' -l data -r -f -a '(__eclips_files_after_at)' -d 'A JSON object for the agent to work with.'
complete -c eclips -n '__eclips_at \'run\'' -l data-file -r -F -d 'Read that object from a file.'
complete -c eclips -n '__eclips_at \'run\'' -s f -l field -r -f -d 'Add a text member to it.'
complete -c eclips -n '__eclips_at \'run\'' -l priority -r -f -k -a 'low normal high urgent' -d 'low, normal, high or urgent.'
complete -c eclips -n '__eclips_at \'run\'' -l webhook-url -r -f -d 'POST the outcome there.'
complete -c eclips -n '__eclips_at \'run\'' -s d -l detach -d 'Print the run\'s id and do not follow it.'
complete -c eclips -n '__eclips_at \'run\'' -l timeout -r -f -d 'Stop waiting after this long (exit 124); the work goes on. 0 is one look. [24h off a terminal]'
complete -c eclips -n '__eclips_at \'run\'' -l through-triage -d 'Keep following while the run waits for a person.'
complete -c eclips -n '__eclips_at \'run\'' -l once -r -f -d 'At most one run under KEY from this machine: again, it follows that one.'
complete -c eclips -n '__eclips_at \'run\'' -l again -d 'With --once: start a new run under KEY, whatever is known of it.'
complete -c eclips -n '__eclips_at \'run\'' -s h -l help -d 'Show this message and exit.'
complete -c eclips -n '__eclips_at \'run\'' -l fields -r -f -k -a '(__eclips_listed run run.id run.agent_type run.status run.priority run.task run.data run.created_at run.started_at run.completed_at run.confidence_score run.requires_triage run.error_message run.output triage_item triage_item.id triage_item.run_id triage_item.status triage_item.triage_reason triage_item.created_at triage_item.resolved_at triage_item.agent_runs triage_item.agent_runs.id triage_item.agent_runs.agent_type triage_item.agent_runs.confidence_score)' -d 'Show these members only, in this order.'

# eclips runs
complete -c eclips -n '__eclips_at \'runs\' 0' -a list -d 'List runs, newest first'
complete -c eclips -n '__eclips_at \'runs\' 0' -a get -d 'Show runs with their output and triage item'
complete -c eclips -n '__eclips_at \'runs\' 0' -a tail -d 'Print each change of runs until they end'
complete -c eclips -n '__eclips_at \'runs\' 0' -a wait -d 'Wait quietly until runs end, then show them'
complete -c eclips -n '__eclips_at \'runs\' 0' -a watch -d 'A live table of the runs that are not over yet'
complete -c eclips -n '__eclips_at \'runs\'' -s h -l help -d 'Show this message and exit.'

# eclips runs list
complete -c eclips -n '__eclips_at \'runs list\'' -l status -r -f -k -a 'queued running pending_triage completed failed cancelled' -d 'Only runs with this status; several with commas, or given again.'
complete -c eclips -n '__eclips_at \'runs list\'' -s a -l agent -r -f -k -a '(__eclips_live agent)' -d 'Only this agent\'s runs. *'
complete -c eclips -n '__eclips_at \'runs list\'' -l since -r -f -d 'Only from then on: 2h, 3d, today, yesterday, a date or an ISO time, local where it names no zone.'
complete -c eclips -n '__eclips_at \'runs list\'' -l until -r -f -d 'Only before then, written as for --since.'
complete -c eclips -n '__eclips_at \'runs list\'' -l needs-triage -d 'Only runs that wait for a person. *'
complete -c eclips -n '__eclips_at \'runs list\'' -l limit -r -f -d 'Show at most N. [20]'
complete -c eclips -n '__eclips_at \'runs list\'' -l all -d 'Show all of them.'
complete -c eclips -n '__eclips_at \'runs list\'' -l offset -r -f -d 'Skip the N newest.'
complete -c eclips -n '__eclips_at \'runs list\'' -s h -l help -d 'Show this message and exit.'
complete -c eclips -n '__eclips_at \'runs list\'' -l fields -r -f -k -a '(__eclips_listed id agent_type status priority task data created_at started_at completed_at confidence_score requires_triage error_message output)' -d 'Show these members only, in this order.'

# eclips runs get
complete -c eclips -n '__eclips_at \'runs get\'' -f -k -a '(__eclips_live run)'
complete -c eclips -n '__eclips_at \'runs get\'' -s h -l help -d 'Show this message and exit.'
complete -c eclips -n '__eclips_at \'runs get\'' -l fields -r -f -k -a '(__eclips_listed run run.id run.agent_type run.status run.priority run.task run.data run.created_at run.started_at run.completed_at run.confidence_score run.requires_triage run.error_message run.output triage_item triage_item.id triage_item.run_id triage_item.status triage_item.triage_reason triage_item.created_at triage_item.resolved_at triage_item.agent_runs triage_item.agent_runs.id triage_item.agent_runs.agent_type triage_item.agent_runs.confidence_score)' -d 'Show these members only, in this order.'

# eclips runs tail
complete -c eclips -n '__eclips_at \'runs tail\'' -f -k -a '(__eclips_live run)'
complete -c eclips -n '__eclips_at \'runs tail\'' -l timeout -r -f -d 'Stop waiting after this long (exit 124); the work goes on. 0 is one look. [24h off a terminal]'
complete -c eclips -n '__eclips_at \'runs tail\'' -l through-triage -d 'Keep following while the run waits for a person.'
complete -c eclips -n '__eclips_at \'runs tail\'' -s h -l help -d 'Show this message and exit.'
complete -c eclips -n '__eclips_at \'runs tail\'' -l fields -r -f -k -a '(__eclips_listed at run_id status confidence result error)' -d 'Show these members only, in this order.'

# eclips runs wait
complete -c eclips -n '__eclips_at \'runs wait\'' -f -k -a '(__eclips_live run)'
complete -c eclips -n '__eclips_at \'runs wait\'' -l any -d 'Stop when the first of them ended.'
complete -c eclips -n '__eclips_at \'runs wait\'' -l timeout -r -f -d 'Stop waiting after this long (exit 124); the work goes on. 0 is one look. [24h off a terminal]'
complete -c eclips -n '__eclips_at \'runs wait\'' -l through-triage -d 'Keep following while the run waits for a person.'
complete -c eclips -n '__eclips_at \'runs wait\'' -s h -l help -d 'Show this message and exit.'
complete -c eclips -n '__eclips_at \'runs wait\'' -l fields -r -f -k -a '(__eclips_listed run run.id run.agent_type run.status run.priority run.task run.data run.created_at run.started_at run.completed_at run.confidence_score run.requires_triage run.error_message run.output triage_item triage_item.id triage_item.run_id triage_item.status triage_item.triage_reason triage_item.created_at triage_item.resolved_at triage_item.agent_runs triage_item.agent_runs.id triage_item.agent_runs.agent_type triage_item.agent_runs.confidence_score)' -d 'Show these members only, in this order.'

# eclips runs watch
complete -c eclips -n '__eclips_at \'runs watch\'' -s a -l agent -r -f -k -a '(__eclips_live agent)' -d 'Only this agent\'s runs.'
complete -c eclips -n '__eclips_at \'runs watch\'' -l timeout -r -f -d 'Watch for this long, then end with 0.'
complete -c eclips -n '__eclips_at \'runs watch\'' -s h -l help -d 'Show this message and exit.'
complete -c eclips -n '__eclips_at \'runs watch\'' -l fields -r -f -k -a '(__eclips_listed id agent_type status priority task data created_at started_at completed_at confidence_score requires_triage error_message output)' -d 'Show these members only, in this order.'

# eclips triage
complete -c eclips -n '__eclips_at \'triage\' 0' -a list -d 'List what waits for a decision'
complete -c eclips -n '__eclips_at \'triage\' 0' -a show -d 'Show items with their run: money, reason, what the agent did'
complete -c eclips -n '__eclips_at \'triage\' 0' -a approve -d 'Approve items, which completes their runs'
complete -c eclips -n '__eclips_at \'triage\' 0' -a reject -d 'Reject items, which cancels their runs'
complete -c eclips -n '__eclips_at \'triage\' 0' -a review -d 'Decide the queue item by item, with one key each'
complete -c eclips -n '__eclips_at \'triage\' 0' -a watch -d 'Print new items as they arrive'
complete -c eclips -n '__eclips_at \'triage\' 0' -a export -d 'Write what waits into a sheet, to be decided there'
complete -c eclips -n '__eclips_at \'triage\' 0' -a apply -d 'Send the decisions of a sheet that a person filled in'
complete -c eclips -n '__eclips_at \'triage\'' -s h -l help -d 'Show this message and exit.'

# eclips triage list
complete -c eclips -n '__eclips_at \'triage list\'' -l limit -r -f -d 'Show at most N. [20]'
complete -c eclips -n '__eclips_at \'triage list\'' -l all -d 'Show all of them.'
complete -c eclips -n '__eclips_at \'triage list\'' -s a -l agent -r -f -k -a '(__eclips_live agent)' -d 'Only what this agent did. *'
complete -c eclips -n '__eclips_at \'triage list\'' -l min-confidence -r -f -d 'Only with this confidence (0 to 1) or more. *'
complete -c eclips -n '__eclips_at \'triage list\'' -l min-amount -r -f -d 'Only where the input\'s amount is N or more. *'
complete -c eclips -n '__eclips_at \'triage list\'' -l max-amount -r -f -d 'Only where the input\'s amount is N or less. *'
complete -c eclips -n '__eclips_at \'triage list\'' -l older-than -r -f -d 'Only what has waited for so long: 4h, 2d. *'
complete -c eclips -n '__eclips_at \'triage list\'' -l match -r -f -d 'Only with this in title, task or reason. *'
complete -c eclips -n '__eclips_at \'triage list\'' -l amount-field -r -f -d 'The member of the input that is the amount; else its only one. *'
complete -c eclips -n '__eclips_at \'triage list\'' -l sort -r -f -d 'age, amount or confidence. *'
complete -c eclips -n '__eclips_at \'triage list\'' -l oldest-first -d 'The same as --sort age. *'
complete -c eclips -n '__eclips_at \'triage list\'' -l details -d 'Read each item\'s run, for its input and output.'
complete -c eclips -n '__eclips_at \'triage list\'' -s h -l help -d 'Show this message and exit.'
complete -c eclips -n '__eclips_at \'triage list\'' -l fields -r -f -k -a '(__eclips_listed id run_id status triage_reason created_at resolved_at agent_runs agent_runs.id agent_runs.agent_type agent_runs.confidence_score title about amount amounts)' -d 'Show these members only, in this order.'

# eclips triage show
complete -c eclips -n '__eclips_at \'triage show\'' -f -k -a '(__eclips_live triage)'
complete -c eclips -n '__eclips_at \'triage show\'' -s h -l help -d 'Show this message and exit.'
complete -c eclips -n '__eclips_at \'triage show\'' -l fields -r -f -k -a '(__eclips_listed run run.id run.agent_type run.status run.priority run.task run.data run.created_at run.started_at run.completed_at run.confidence_score run.requires_triage run.error_message run.output triage_item triage_item.id triage_item.run_id triage_item.status triage_item.triage_reason triage_item.created_at triage_item.resolved_at triage_item.agent_runs triage_item.agent_runs.id triage_item.agent_runs.agent_type triage_item.agent_runs.confidence_score)' -d 'Show these members only, in this order.'

# eclips triage approve
complete -c eclips -n '__eclips_at \'triage approve\'' -f -k -a '(__eclips_live triage)'
complete -c eclips -n '__eclips_at \'triage approve\'' -l note -r -f -d 'Why, for the record.'
complete -c eclips -n '__eclips_at \'triage approve\'' -l all -d 'Every item that matches, instead of ids.'
complete -c eclips -n '__eclips_at \'triage approve\'' -l expect -r -f -d 'Refuse unless it is about N things.'
complete -c eclips -n '__eclips_at \'triage approve\'' -s y -l yes -d 'Do not ask.'
complete -c eclips -n '__eclips_at \'triage approve\'' -s a -l agent -r -f -k -a '(__eclips_live agent)' -d 'Only what this agent did. *'
complete -c eclips -n '__eclips_at \'triage approve\'' -l min-confidence -r -f -d 'Only with this confidence (0 to 1) or more. *'
complete -c eclips -n '__eclips_at \'triage approve\'' -l min-amount -r -f -d 'Only where the input\'s amount is N or more. *'
complete -c eclips -n '__eclips_at \'triage approve\'' -l max-amount -r -f -d 'Only where the input\'s amount is N or less. *'
complete -c eclips -n '__eclips_at \'triage approve\'' -l older-than -r -f -d 'Only what has waited for so long: 4h, 2d. *'
complete -c eclips -n '__eclips_at \'triage approve\'' -l match -r -f -d 'Only with this in title, task or reason. *'
complete -c eclips -n '__eclips_at \'triage approve\'' -l amount-field -r -f -d 'The member of the input that is the amount; else its only one. *'
complete -c eclips -n '__eclips_at \'triage approve\'' -l sort -r -f -d 'age, amount or confidence. *'
complete -c eclips -n '__eclips_at \'triage approve\'' -l oldest-first -d 'The same as --sort age. *'
complete -c eclips -n '__eclips_at \'triage approve\'' -l details -d 'Read each item\'s run, for its input and output.'
complete -c eclips -n '__eclips_at \'triage approve\'' -s h -l help -d 'Show this message and exit.'
complete -c eclips -n '__eclips_at \'triage approve\'' -l fields -r -f -k -a '(__eclips_listed id status resolved_at)' -d 'Show these members only, in this order.'

# eclips triage reject
complete -c eclips -n '__eclips_at \'triage reject\'' -f -k -a '(__eclips_live triage)'
complete -c eclips -n '__eclips_at \'triage reject\'' -l reason -r -f -d 'Why; the API keeps it with the item.'
complete -c eclips -n '__eclips_at \'triage reject\'' -l all -d 'Every item that matches, instead of ids.'
complete -c eclips -n '__eclips_at \'triage reject\'' -l expect -r -f -d 'Refuse unless it is about N things.'
complete -c eclips -n '__eclips_at \'triage reject\'' -s y -l yes -d 'Do not ask.'
complete -c eclips -n '__eclips_at \'triage reject\'' -s a -l agent -r -f -k -a '(__eclips_live agent)' -d 'Only what this agent did. *'
complete -c eclips -n '__eclips_at \'triage reject\'' -l min-confidence -r -f -d 'Only with this confidence (0 to 1) or more. *'
complete -c eclips -n '__eclips_at \'triage reject\'' -l min-amount -r -f -d 'Only where the input\'s amount is N or more. *'
complete -c eclips -n '__eclips_at \'triage reject\'' -l max-amount -r -f -d 'Only where the input\'s amount is N or less. *'
complete -c eclips -n '__eclips_at \'triage reject\'' -l older-than -r -f -d 'Only what has waited for so long: 4h, 2d. *'
complete -c eclips -n '__eclips_at \'triage reject\'' -l match -r -f -d 'Only with this in title, task or reason. *'
complete -c eclips -n '__eclips_at \'triage reject\'' -l amount-field -r -f -d 'The member of the input that is the amount; else its only one. *'
complete -c eclips -n '__eclips_at \'triage reject\'' -l sort -r -f -d 'age, amount or confidence. *'
complete -c eclips -n '__eclips_at \'triage reject\'' -l oldest-first -d 'The same as --sort age. *'
complete -c eclips -n '__eclips_at \'triage reject\'' -l details -d 'Read each item\'s run, for its input and output.'
complete -c eclips -n '__eclips_at \'triage reject\'' -s h -l help -d 'Show this message and exit.'
complete -c eclips -n '__eclips_at \'triage reject\'' -l fields -r -f -k -a '(__eclips_listed id status resolved_at)' -d 'Show these members only, in this order.'

# eclips triage review
complete -c eclips -n '__eclips_at \'triage review\'' -l grace -r -f -d 'How long a decision can be undone before it is sent.'
complete -c eclips -n '__eclips_at \'triage review\'' -s a -l agent -r -f -k -a '(__eclips_live agent)' -d 'Only what this agent did. *'
complete -c eclips -n '__eclips_at \'triage review\'' -l min-confidence -r -f -d 'Only with this confidence (0 to 1) or more. *'
complete -c eclips -n '__eclips_at \'triage review\'' -l min-amount -r -f -d 'Only where the input\'s amount is N or more. *'
complete -c eclips -n '__eclips_at \'triage review\'' -l max-amount -r -f -d 'Only where the input\'s amount is N or less. *'
complete -c eclips -n '__eclips_at \'triage review\'' -l older-than -r -f -d 'Only what has waited for so long: 4h, 2d. *'
complete -c eclips -n '__eclips_at \'triage review\'' -l match -r -f -d 'Only with this in title, task or reason. *'
complete -c eclips -n '__eclips_at \'triage review\'' -l amount-field -r -f -d 'The member of the input that is the amount; else its only one. *'
complete -c eclips -n '__eclips_at \'triage review\'' -l sort -r -f -d 'age, amount or confidence. *'
complete -c eclips -n '__eclips_at \'triage review\'' -l oldest-first -d 'The same as --sort age. *'
complete -c eclips -n '__eclips_at \'triage review\'' -l details -d 'Read each item\'s run, for its input and output.'
complete -c eclips -n '__eclips_at \'triage review\'' -s h -l help -d 'Show this message and exit.'

# eclips triage watch
complete -c eclips -n '__eclips_at \'triage watch\'' -l exec -r -f -d 'Run this by the shell for each new item.'
complete -c eclips -n '__eclips_at \'triage watch\'' -l exec-timeout -r -f -d 'How long that may take for one item.'
complete -c eclips -n '__eclips_at \'triage watch\'' -l interval -r -f -d 'How often to look.'
complete -c eclips -n '__eclips_at \'triage watch\'' -l timeout -r -f -d 'Watch for this long, then end with 0.'
complete -c eclips -n '__eclips_at \'triage watch\'' -l backlog -d 'Also what waits already, the oldest first.'
complete -c eclips -n '__eclips_at \'triage watch\'' -s h -l help -d 'Show this message and exit.'
complete -c eclips -n '__eclips_at \'triage watch\'' -l fields -r -f -k -a '(__eclips_listed id run_id status triage_reason created_at resolved_at agent_runs agent_runs.id agent_runs.agent_type agent_runs.confidence_score)' -d 'Show these members only, in this order.'

# eclips triage export
complete -c eclips -n '__eclips_at \'triage export\' 0' -F
complete -c eclips -n '__eclips_at \'triage export\'' -l overwrite -d 'Also where there is such a file: what was decided in it is lost.'
complete -c eclips -n '__eclips_at \'triage export\'' -s a -l agent -r -f -k -a '(__eclips_live agent)' -d 'Only what this agent did. *'
complete -c eclips -n '__eclips_at \'triage export\'' -l min-confidence -r -f -d 'Only with this confidence (0 to 1) or more. *'
complete -c eclips -n '__eclips_at \'triage export\'' -l min-amount -r -f -d 'Only where the input\'s amount is N or more. *'
complete -c eclips -n '__eclips_at \'triage export\'' -l max-amount -r -f -d 'Only where the input\'s amount is N or less. *'
complete -c eclips -n '__eclips_at \'triage export\'' -l older-than -r -f -d 'Only what has waited for so long: 4h, 2d. *'
complete -c eclips -n '__eclips_at \'triage export\'' -l match -r -f -d 'Only with this in title, task or reason. *'
complete -c eclips -n '__eclips_at \'triage export\'' -l amount-field -r -f -d 'The member of the input that is the amount; else its only one. *'
complete -c eclips -n '__eclips_at \'triage export\'' -l sort -r -f -d 'age, amount or confidence. *'
complete -c eclips -n '__eclips_at \'triage export\'' -l oldest-first -d 'The same as --sort age. *'
complete -c eclips -n '__eclips_at \'triage export\'' -l details -d 'Read each item\'s run, for its input and output.'
complete -c eclips -n '__eclips_at \'triage export\'' -s h -l help -d 'Show this message and exit.'

# eclips triage apply
complete -c eclips -n '__eclips_at \'triage apply\' 0' -F
complete -c eclips -n '__eclips_at \'triage apply\'' -l expect -r -f -d 'Refuse unless N decisions are to be sent.'
complete -c eclips -n '__eclips_at \'triage apply\'' -l any-profile -d 'Also a sheet that another profile exported from this API.'
complete -c eclips -n '__eclips_at \'triage apply\'' -l sheet -r -f -d 'The sheet of a workbook.'
complete -c eclips -n '__eclips_at \'triage apply\'' -l delimiter -r -f -d 'What stands between the cells of a .csv; else found out.'
complete -c eclips -n '__eclips_at \'triage apply\'' -l encoding -r -f -d 'The encoding of a .csv; else found out.'
complete -c eclips -n '__eclips_at \'triage apply\'' -s y -l yes -d 'Do not ask.'
complete -c eclips -n '__eclips_at \'triage apply\'' -s h -l help -d 'Show this message and exit.'

# eclips webhooks
complete -c eclips -n '__eclips_at \'webhooks\' 0' -a list -d 'List the webhooks'
complete -c eclips -n '__eclips_at \'webhooks\' 0' -a create -d 'Create a webhook; its secret is shown once'
complete -c eclips -n '__eclips_at \'webhooks\' 0' -a delete -d 'Delete webhooks'
complete -c eclips -n '__eclips_at \'webhooks\' 0' -a verify -d 'Check the signature of a delivery'
complete -c eclips -n '__eclips_at \'webhooks\' 0' -a trigger -d 'Send one made-up, signed delivery to a URL'
complete -c eclips -n '__eclips_at \'webhooks\' 0' -a listen -d 'Receive deliveries on this machine'
complete -c eclips -n '__eclips_at \'webhooks\' 0' -a forward -d 'Send deliveries of real runs to a local server'
complete -c eclips -n '__eclips_at \'webhooks\'' -s h -l help -d 'Show this message and exit.'

# eclips webhooks list
complete -c eclips -n '__eclips_at \'webhooks list\'' -s h -l help -d 'Show this message and exit.'
complete -c eclips -n '__eclips_at \'webhooks list\'' -l fields -r -f -k -a '(__eclips_listed id url events is_active secret created_at)' -d 'Show these members only, in this order.'

# eclips webhooks create
complete -c eclips -n '__eclips_at \'webhooks create\'' -l event -r -f -k -a 'run.completed run.failed run.triage_required' -d 'Only this event; may be repeated. [run.completed, run.failed, run.triage_required]'
complete -c eclips -n '__eclips_at \'webhooks create\'' -l secret-file -r -F -d 'Write the secret to this new file (mode 0600).'
complete -c eclips -n '__eclips_at \'webhooks create\'' -l save-secret -d 'Keep the secret in the OS keyring.'
complete -c eclips -n '__eclips_at \'webhooks create\'' -s h -l help -d 'Show this message and exit.'
complete -c eclips -n '__eclips_at \'webhooks create\'' -l fields -r -f -k -a '(__eclips_listed id url events is_active secret created_at)' -d 'Show these members only, in this order.'

# eclips webhooks delete
complete -c eclips -n '__eclips_at \'webhooks delete\'' -f -k -a '(__eclips_live webhook)'
complete -c eclips -n '__eclips_at \'webhooks delete\'' -s y -l yes -d 'Do not ask.'
complete -c eclips -n '__eclips_at \'webhooks delete\'' -l expect -r -f -d 'Refuse unless it is about N things.'
complete -c eclips -n '__eclips_at \'webhooks delete\'' -s h -l help -d 'Show this message and exit.'
complete -c eclips -n '__eclips_at \'webhooks delete\'' -l fields -r -f -k -a '(__eclips_listed id success)' -d 'Show these members only, in this order.'

# eclips webhooks verify
complete -c eclips -n '__eclips_at \'webhooks verify\' 0' -F
complete -c eclips -n '__eclips_at \'webhooks verify\'' -l signature -r -f -d 'The header X-eClips-Signature.'
complete -c eclips -n '__eclips_at \'webhooks verify\'' -l secret-file -r -F -d 'The signing secret is in this file; several while one is being rotated.'
complete -c eclips -n '__eclips_at \'webhooks verify\'' -l secret-env -r -f -d 'The signing secret is in this environment variable; several while one is being rotated.'
complete -c eclips -n '__eclips_at \'webhooks verify\'' -l secret-of -r -f -k -a '(__eclips_live webhook)' -d 'The signing secret is in the keyring: `webhooks create --save-secret` put it there. Several likewise.'
complete -c eclips -n '__eclips_at \'webhooks verify\'' -l timestamp -r -f -d 'The header X-eClips-Timestamp: checks the age too.'
complete -c eclips -n '__eclips_at \'webhooks verify\'' -l tolerance -r -f -d 'How old the delivery may be. [5m]'
complete -c eclips -n '__eclips_at \'webhooks verify\'' -s h -l help -d 'Show this message and exit.'

# eclips webhooks trigger
complete -c eclips -n '__eclips_at \'webhooks trigger\' 0' -f -k -a 'run.completed run.failed run.triage_required'
complete -c eclips -n '__eclips_at \'webhooks trigger\'' -l to -r -f -d 'https://…, or http:// to this machine.'
complete -c eclips -n '__eclips_at \'webhooks trigger\'' -l secret-file -r -F -d 'The signing secret is in this file.'
complete -c eclips -n '__eclips_at \'webhooks trigger\'' -l secret-env -r -f -d 'The signing secret is in this environment variable.'
complete -c eclips -n '__eclips_at \'webhooks trigger\'' -l secret-of -r -f -k -a '(__eclips_live webhook)' -d 'The signing secret is in the keyring: `webhooks create --save-secret` put it there.'
complete -c eclips -n '__eclips_at \'webhooks trigger\'' -s h -l help -d 'Show this message and exit.'

# eclips webhooks listen
complete -c eclips -n '__eclips_at \'webhooks listen\'' -l port -r -f -d 'The port; any free one unless given.'
complete -c eclips -n '__eclips_at \'webhooks listen\'' -l secret-file -r -F -d 'The signing secret is in this file; several while one is being rotated.'
complete -c eclips -n '__eclips_at \'webhooks listen\'' -l secret-env -r -f -d 'The signing secret is in this environment variable; several while one is being rotated.'
complete -c eclips -n '__eclips_at \'webhooks listen\'' -l secret-of -r -f -k -a '(__eclips_live webhook)' -d 'The signing secret is in the keyring: `webhooks create --save-secret` put it there. Several likewise.'
complete -c eclips -n '__eclips_at \'webhooks listen\'' -l tolerance -r -f -d 'How old a delivery may be.'
complete -c eclips -n '__eclips_at \'webhooks listen\'' -l exec -r -f -d 'Run this (by sh) for each delivery, its body on stdin.'
complete -c eclips -n '__eclips_at \'webhooks listen\'' -l exec-timeout -r -f -d 'How long the command may run.'
complete -c eclips -n '__eclips_at \'webhooks listen\'' -l exec-at-once -r -f -d 'How many may run at once; 1 keeps the order.'
complete -c eclips -n '__eclips_at \'webhooks listen\'' -l host -r -f -d 'Also take what is sent to this host name: a tunnel\'s.'
complete -c eclips -n '__eclips_at \'webhooks listen\'' -s h -l help -d 'Show this message and exit.'
complete -c eclips -n '__eclips_at \'webhooks listen\'' -l fields -r -f -k -a '(__eclips_listed at verdict event run_id what)' -d 'Show these members only, in this order.'

# eclips webhooks forward
complete -c eclips -n '__eclips_at \'webhooks forward\'' -l to -r -f -d 'http:// to this machine, or https://…'
complete -c eclips -n '__eclips_at \'webhooks forward\'' -l since -r -f -d 'Begin with what happened then: 2h, 3d, today, yesterday, a date or an ISO time; 0s is now.'
complete -c eclips -n '__eclips_at \'webhooks forward\'' -l secret-file -r -F -d 'The signing secret is in this file.'
complete -c eclips -n '__eclips_at \'webhooks forward\'' -l secret-env -r -f -d 'The signing secret is in this environment variable.'
complete -c eclips -n '__eclips_at \'webhooks forward\'' -l secret-of -r -f -k -a '(__eclips_live webhook)' -d 'The signing secret is in the keyring: `webhooks create --save-secret` put it there.'
complete -c eclips -n '__eclips_at \'webhooks forward\'' -s h -l help -d 'Show this message and exit.'
complete -c eclips -n '__eclips_at \'webhooks forward\'' -l fields -r -f -k -a '(__eclips_listed at state event run_id answered status)' -d 'Show these members only, in this order.'

# eclips batches
complete -c eclips -n '__eclips_at \'batches\' 0' -a submit -d 'Submit a spreadsheet as runs, each row exactly once, and follow them'
complete -c eclips -n '__eclips_at \'batches\' 0' -a list -d 'List batch jobs, newest first'
complete -c eclips -n '__eclips_at \'batches\' 0' -a get -d 'Show batch jobs with their rows'
complete -c eclips -n '__eclips_at \'batches\' 0' -a results -d 'Each row once, in the file\'s order, with its outcome'
complete -c eclips -n '__eclips_at \'batches\' 0' -a wait -d 'Follow batches to their end as one, then show their jobs'
complete -c eclips -n '__eclips_at \'batches\' 0' -a cancel -d 'Cancel batches, sent or not'
complete -c eclips -n '__eclips_at \'batches\' 0' -a retry -d 'Submit the failed rows of a batch again'
complete -c eclips -n '__eclips_at \'batches\' 0' -a resume -d 'Send what is unsent, and follow it'
complete -c eclips -n '__eclips_at \'batches\' 0' -a history -d 'What was submitted from this machine'
complete -c eclips -n '__eclips_at \'batches\'' -s h -l help -d 'Show this message and exit.'

# eclips batches submit
complete -c eclips -n '__eclips_at \'batches submit\' 0' -F
complete -c eclips -n '__eclips_at \'batches submit\'' -s a -l agent -r -f -k -a '(__eclips_live agent)' -d 'The agent that does it, e.g. ap_specialist. [center]'
complete -c eclips -n '__eclips_at \'batches submit\'' -l task -r -f -d 'The task of each row, columns in braces: \'Process invoice {number}\'.'
complete -c eclips -n '__eclips_at \'batches submit\'' -l task-column -r -f -d 'The column that is the task. [the one called task]'
complete -c eclips -n '__eclips_at \'batches submit\'' -l columns -r -f -d 'The columns to send as data. [all but the task column]'
complete -c eclips -n '__eclips_at \'batches submit\'' -l name -r -f -d 'What to call the batch. [the file\'s name]'
complete -c eclips -n '__eclips_at \'batches submit\'' -l webhook-url -r -f -d 'POST each row\'s outcome there.'
complete -c eclips -n '__eclips_at \'batches submit\'' -l format -r -f -k -a 'csv tsv jsonl json xlsx' -d 'csv, tsv, jsonl, json or xlsx. [by content and ending]'
complete -c eclips -n '__eclips_at \'batches submit\'' -l sheet -r -f -d 'The sheet of a workbook. [the first]'
complete -c eclips -n '__eclips_at \'batches submit\'' -l delimiter -r -f -d 'What stands between cells: \';\', tab, pipe. [found out]'
complete -c eclips -n '__eclips_at \'batches submit\'' -l encoding -r -f -d 'The text\'s encoding, such as cp1252. [the file\'s mark, UTF-8, else cp1252]'
complete -c eclips -n '__eclips_at \'batches submit\'' -l header-row -r -f -d 'The line of the column names. [the first that is not blank]'
complete -c eclips -n '__eclips_at \'batches submit\'' -l visible-only -d 'Leave out the rows that Excel hides.'
complete -c eclips -n '__eclips_at \'batches submit\'' -l allow-empty -d 'Let columns of --task be empty in a row, but not all of them.'
complete -c eclips -n '__eclips_at \'batches submit\'' -s d -l detach -d 'Send all jobs and do not follow them.'
complete -c eclips -n '__eclips_at \'batches submit\'' -l results -r -F -d 'Write the results there at the end: .csv, .xlsx, .jsonl or .json, whole or not at all.'
complete -c eclips -n '__eclips_at \'batches submit\'' -l excel -d 'Write CSV as Excel wants it.'
complete -c eclips -n '__eclips_at \'batches submit\'' -l timeout -r -f -d 'Stop waiting after this long (exit 124); the work goes on. 0 is one look. [24h off a terminal]'
complete -c eclips -n '__eclips_at \'batches submit\'' -l again -d 'Submit all rows anew, also those sent before.'
complete -c eclips -n '__eclips_at \'batches submit\'' -l key -r -f -d 'The columns that a row is known by. [all of its columns]'
complete -c eclips -n '__eclips_at \'batches submit\'' -l on-duplicate -r -f -d 'With rows sent before: stop, skip, changed or send. [ask; without a terminal: stop]'
complete -c eclips -n '__eclips_at \'batches submit\'' -l rotated-key -d 'The key is another one of the same account, where the API can\'t be asked. [it is asked]'
complete -c eclips -n '__eclips_at \'batches submit\'' -l keep -r -f -d 'Stop before the job that would leave fewer than N credits (exit 10).'
complete -c eclips -n '__eclips_at \'batches submit\'' -l max-credits -r -f -d 'Stop before the job that would make it cost more than N credits (exit 10).'
complete -c eclips -n '__eclips_at \'batches submit\'' -l price -r -f -d 'The credits that a row costs. [learnt from batches that ended]'
complete -c eclips -n '__eclips_at \'batches submit\'' -s y -l yes -d 'Do not ask.'
complete -c eclips -n '__eclips_at \'batches submit\'' -s h -l help -d 'Show this message and exit.'
complete -c eclips -n '__eclips_at \'batches submit\'' -l fields -r -f -k -a '(__eclips_listed id name agent_type status total_rows completed_rows failed_rows created_at)' -d 'Show these members only, in this order.'

# eclips batches list
complete -c eclips -n '__eclips_at \'batches list\'' -l status -r -f -k -a 'pending running completed failed cancelled' -d 'Only jobs with this status; several with commas, or given again.'
complete -c eclips -n '__eclips_at \'batches list\'' -l limit -r -f -d 'Show at most N. [20]'
complete -c eclips -n '__eclips_at \'batches list\'' -l all -d 'Show all of them.'
complete -c eclips -n '__eclips_at \'batches list\'' -l offset -r -f -d 'Skip the N newest.'
complete -c eclips -n '__eclips_at \'batches list\'' -s h -l help -d 'Show this message and exit.'
complete -c eclips -n '__eclips_at \'batches list\'' -l fields -r -f -k -a '(__eclips_listed id name agent_type status total_rows completed_rows failed_rows created_at)' -d 'Show these members only, in this order.'

# eclips batches get
complete -c eclips -n '__eclips_at \'batches get\'' -f -k -a '(__eclips_live batch)'
complete -c eclips -n '__eclips_at \'batches get\'' -l status -r -f -k -a 'queued running pending_triage completed failed cancelled' -d 'Only rows that are queued, running, pending_triage, completed, failed or cancelled (or not_sent, unknown, missing, mismatch); may be given again, or with commas.'
complete -c eclips -n '__eclips_at \'batches get\'' -s h -l help -d 'Show this message and exit.'
complete -c eclips -n '__eclips_at \'batches get\'' -l fields -r -f -k -a '(__eclips_listed job job.id job.name job.agent_type job.status job.total_rows job.completed_rows job.failed_rows job.created_at rows)' -d 'Show these members only, in this order.'

# eclips batches results
complete -c eclips -n '__eclips_at \'batches results\' 0' -f -k -a '(__eclips_live batch)'
complete -c eclips -n '__eclips_at \'batches results\'' -l status -r -f -k -a 'queued running pending_triage completed failed cancelled' -d 'Only rows that are queued, running, pending_triage, completed, failed or cancelled (or not_sent, unknown, missing, mismatch); may be given again, or with commas.'
complete -c eclips -n '__eclips_at \'batches results\'' -l results -r -F -d 'Write the results there at the end: .csv, .xlsx, .jsonl or .json, whole or not at all.'
complete -c eclips -n '__eclips_at \'batches results\'' -l excel -d 'Write CSV as Excel wants it.'
complete -c eclips -n '__eclips_at \'batches results\'' -s h -l help -d 'Show this message and exit.'
complete -c eclips -n '__eclips_at \'batches results\'' -s o -l output -r -f -k -a 'xlsx' -d 'table, tsv, json, jsonl, csv or id; xlsx where help says so. [table; tsv in a pipe]'
complete -c eclips -n '__eclips_at \'batches results\'' -l fields -r -f -k -a '(__eclips_listed line row_index task status result error error_message id run_id)' -d 'Show these members only, in this order.'

# eclips batches wait
complete -c eclips -n '__eclips_at \'batches wait\'' -f -k -a '(__eclips_live batch)'
complete -c eclips -n '__eclips_at \'batches wait\'' -l results -r -F -d 'Write the results there at the end: .csv, .xlsx, .jsonl or .json, whole or not at all.'
complete -c eclips -n '__eclips_at \'batches wait\'' -l excel -d 'Write CSV as Excel wants it.'
complete -c eclips -n '__eclips_at \'batches wait\'' -l timeout -r -f -d 'Stop waiting after this long (exit 124); the work goes on. 0 is one look. [24h off a terminal]'
complete -c eclips -n '__eclips_at \'batches wait\'' -l through-triage -d 'Keep following while the run waits for a person.'
complete -c eclips -n '__eclips_at \'batches wait\'' -l rotated-key -d 'The key is another one of the same account, where the API can\'t be asked. [it is asked]'
complete -c eclips -n '__eclips_at \'batches wait\'' -s h -l help -d 'Show this message and exit.'
complete -c eclips -n '__eclips_at \'batches wait\'' -l fields -r -f -k -a '(__eclips_listed id name agent_type status total_rows completed_rows failed_rows created_at)' -d 'Show these members only, in this order.'

# eclips batches cancel
complete -c eclips -n '__eclips_at \'batches cancel\'' -f -k -a '(__eclips_live batch)'
complete -c eclips -n '__eclips_at \'batches cancel\'' -l unsent -d 'Give up what was not sent yet, and only that; what runs goes on.'
complete -c eclips -n '__eclips_at \'batches cancel\'' -l rotated-key -d 'The key is another one of the same account, where the API can\'t be asked. [it is asked]'
complete -c eclips -n '__eclips_at \'batches cancel\'' -s y -l yes -d 'Do not ask.'
complete -c eclips -n '__eclips_at \'batches cancel\'' -l expect -r -f -d 'Refuse unless it is about N things.'
complete -c eclips -n '__eclips_at \'batches cancel\'' -s h -l help -d 'Show this message and exit.'
complete -c eclips -n '__eclips_at \'batches cancel\'' -l fields -r -f -k -a '(__eclips_listed id name agent_type status total_rows completed_rows failed_rows created_at)' -d 'Show these members only, in this order.'

# eclips batches retry
complete -c eclips -n '__eclips_at \'batches retry\' 0' -f -k -a '(__eclips_live batch)'
complete -c eclips -n '__eclips_at \'batches retry\'' -l file -r -F -d 'For a batch of another machine: the file it was made from, or its results.'
complete -c eclips -n '__eclips_at \'batches retry\'' -l task -r -f -d 'The task of each row, columns in braces: \'Process invoice {number}\'.'
complete -c eclips -n '__eclips_at \'batches retry\'' -l task-column -r -f -d 'The column that is the task. [the one called task]'
complete -c eclips -n '__eclips_at \'batches retry\'' -l columns -r -f -d 'The columns to send as data. [all but the task column]'
complete -c eclips -n '__eclips_at \'batches retry\'' -l format -r -f -k -a 'csv tsv jsonl json xlsx' -d 'csv, tsv, jsonl, json or xlsx. [by content and ending]'
complete -c eclips -n '__eclips_at \'batches retry\'' -l sheet -r -f -d 'The sheet of a workbook. [the first]'
complete -c eclips -n '__eclips_at \'batches retry\'' -l delimiter -r -f -d 'What stands between cells: \';\', tab, pipe. [found out]'
complete -c eclips -n '__eclips_at \'batches retry\'' -l encoding -r -f -d 'The text\'s encoding, such as cp1252. [the file\'s mark, UTF-8, else cp1252]'
complete -c eclips -n '__eclips_at \'batches retry\'' -l header-row -r -f -d 'The line of the column names. [the first that is not blank]'
complete -c eclips -n '__eclips_at \'batches retry\'' -l visible-only -d 'Leave out the rows that Excel hides.'
complete -c eclips -n '__eclips_at \'batches retry\'' -l allow-empty -d 'Let columns of --task be empty in a row, but not all of them.'
complete -c eclips -n '__eclips_at \'batches retry\'' -l status -r -f -k -a 'failed cancelled' -d 'Rows with this status: failed, cancelled or both, with a comma. [failed]'
complete -c eclips -n '__eclips_at \'batches retry\'' -l keep -r -f -d 'Stop before the job that would leave fewer than N credits (exit 10).'
complete -c eclips -n '__eclips_at \'batches retry\'' -l max-credits -r -f -d 'Stop before the job that would make it cost more than N credits (exit 10).'
complete -c eclips -n '__eclips_at \'batches retry\'' -l price -r -f -d 'The credits that a row costs. [learnt from batches that ended]'
complete -c eclips -n '__eclips_at \'batches retry\'' -s d -l detach -d 'Send all jobs and do not follow them.'
complete -c eclips -n '__eclips_at \'batches retry\'' -l timeout -r -f -d 'Stop waiting after this long (exit 124); the work goes on. 0 is one look. [24h off a terminal]'
complete -c eclips -n '__eclips_at \'batches retry\'' -s y -l yes -d 'Do not ask.'
complete -c eclips -n '__eclips_at \'batches retry\'' -l rotated-key -d 'The key is another one of the same account, where the API can\'t be asked. [it is asked]'
complete -c eclips -n '__eclips_at \'batches retry\'' -s h -l help -d 'Show this message and exit.'
complete -c eclips -n '__eclips_at \'batches retry\'' -l fields -r -f -k -a '(__eclips_listed id name agent_type status total_rows completed_rows failed_rows created_at)' -d 'Show these members only, in this order.'

# eclips batches resume
complete -c eclips -n '__eclips_at \'batches resume\'' -l keep -r -f -d 'Stop before the job that would leave fewer than N credits (exit 10).'
complete -c eclips -n '__eclips_at \'batches resume\'' -l max-credits -r -f -d 'Stop before the job that would make it cost more than N credits (exit 10).'
complete -c eclips -n '__eclips_at \'batches resume\'' -l price -r -f -d 'The credits that a row costs. [learnt from batches that ended]'
complete -c eclips -n '__eclips_at \'batches resume\'' -s d -l detach -d 'Send all jobs and do not follow them.'
complete -c eclips -n '__eclips_at \'batches resume\'' -l timeout -r -f -d 'Stop waiting after this long (exit 124); the work goes on. 0 is one look. [24h off a terminal]'
complete -c eclips -n '__eclips_at \'batches resume\'' -l rotated-key -d 'The key is another one of the same account, where the API can\'t be asked. [it is asked]'
complete -c eclips -n '__eclips_at \'batches resume\'' -s h -l help -d 'Show this message and exit.'
complete -c eclips -n '__eclips_at \'batches resume\'' -l fields -r -f -k -a '(__eclips_listed id name agent_type status total_rows completed_rows failed_rows created_at)' -d 'Show these members only, in this order.'

# eclips batches history
complete -c eclips -n '__eclips_at \'batches history\'' -s h -l help -d 'Show this message and exit.'
complete -c eclips -n '__eclips_at \'batches history\'' -l fields -r -f -k -a '(__eclips_listed key state name rows rows_accepted created_at file agent_type retry_of profile)' -d 'Show these members only, in this order.'

# eclips usage
complete -c eclips -n '__eclips_at \'usage\' 0' -a summary -d 'Plan, period and credits used and left'
complete -c eclips -n '__eclips_at \'usage\' 0' -a history -d 'The last 50 ledger entries, drawn over time'
complete -c eclips -n '__eclips_at \'usage\' 0' -a members -d 'Who used how much'
complete -c eclips -n '__eclips_at \'usage\'' -s h -l help -d 'Show this message and exit.'
complete -c eclips -n '__eclips_at \'usage\'' -l fail-under -r -f -d 'Exit with 10 when fewer credits are left.'
complete -c eclips -n '__eclips_at \'usage\'' -l fields -r -f -k -a '(__eclips_listed plan scope period included_credits topup_credits credits_used credits_remaining unlimited topup_price_per_1000_usd)' -d 'Show these members only, in this order.'

# eclips usage summary
complete -c eclips -n '__eclips_at \'usage summary\'' -l fail-under -r -f -d 'Exit with 10 when fewer credits are left.'
complete -c eclips -n '__eclips_at \'usage summary\'' -s h -l help -d 'Show this message and exit.'
complete -c eclips -n '__eclips_at \'usage summary\'' -l fields -r -f -k -a '(__eclips_listed plan scope period included_credits topup_credits credits_used credits_remaining unlimited topup_price_per_1000_usd)' -d 'Show these members only, in this order.'

# eclips usage history
complete -c eclips -n '__eclips_at \'usage history\'' -s h -l help -d 'Show this message and exit.'

# eclips usage members
complete -c eclips -n '__eclips_at \'usage members\'' -s h -l help -d 'Show this message and exit.'

# eclips health
complete -c eclips -n '__eclips_at \'health\'' -l watch -d 'Ask again and again, until Ctrl-C.'
complete -c eclips -n '__eclips_at \'health\'' -l interval -r -f -d 'With --watch: how often.'
complete -c eclips -n '__eclips_at \'health\'' -l timeout -r -f -d 'With --watch: end after this long, with the last look\'s code.'
complete -c eclips -n '__eclips_at \'health\'' -s h -l help -d 'Show this message and exit.'
complete -c eclips -n '__eclips_at \'health\'' -l fields -r -f -k -a '(__eclips_listed status version timestamp latency_ms clock_skew_seconds)' -d 'Show these members only, in this order.'

# eclips status
complete -c eclips -n '__eclips_at \'status\'' -l check -r -f -d 'Print only what breaks a threshold, a line each, and exit with 15: queue-age=4h, queue=50, credits=10% (or a number), failed=0, unfinished=0. May be given again.'
complete -c eclips -n '__eclips_at \'status\'' -s h -l help -d 'Show this message and exit.'

# eclips find
complete -c eclips -n '__eclips_at \'find\'' -l limit -r -f -d 'Show at most N. [20]'
complete -c eclips -n '__eclips_at \'find\'' -l all -d 'Show all of them.'
complete -c eclips -n '__eclips_at \'find\'' -s h -l help -d 'Show this message and exit.'

# eclips auth
complete -c eclips -n '__eclips_at \'auth\' 0' -a login -d 'Check an API key and store it in the OS keyring'
complete -c eclips -n '__eclips_at \'auth\' 0' -a logout -d 'Forget a profile\'s stored key'
complete -c eclips -n '__eclips_at \'auth\' 0' -a status -d 'Which key is used, where it came from, what it can do'
complete -c eclips -n '__eclips_at \'auth\' 0' -a list -d 'List the profiles of this machine'
complete -c eclips -n '__eclips_at \'auth\' 0' -a use -d 'Make a profile the default'
complete -c eclips -n '__eclips_at \'auth\'' -s h -l help -d 'Show this message and exit.'

# eclips auth login
complete -c eclips -n '__eclips_at \'auth login\'' -l with-key -d 'Read the key from standard input.'
complete -c eclips -n '__eclips_at \'auth login\'' -l store -r -f -k -a 'keyring file' -d 'Where to keep it; file is plain text (mode 0600).'
complete -c eclips -n '__eclips_at \'auth login\'' -s h -l help -d 'Show this message and exit.'

# eclips auth logout
complete -c eclips -n '__eclips_at \'auth logout\'' -s h -l help -d 'Show this message and exit.'

# eclips auth status
complete -c eclips -n '__eclips_at \'auth status\'' -s h -l help -d 'Show this message and exit.'

# eclips auth list
complete -c eclips -n '__eclips_at \'auth list\'' -s h -l help -d 'Show this message and exit.'

# eclips auth use
complete -c eclips -n '__eclips_at \'auth use\' 0' -f -k -a '(__eclips_live profile)'
complete -c eclips -n '__eclips_at \'auth use\'' -s h -l help -d 'Show this message and exit.'

# eclips config
complete -c eclips -n '__eclips_at \'config\' 0' -a get -d 'Print the value of a setting that is in effect'
complete -c eclips -n '__eclips_at \'config\' 0' -a set -d 'Set a value of the profile in use'
complete -c eclips -n '__eclips_at \'config\' 0' -a unset -d 'Take a value out of the profile in use'
complete -c eclips -n '__eclips_at \'config\' 0' -a list -d 'List each setting with its value and where that comes from'
complete -c eclips -n '__eclips_at \'config\' 0' -a path -d 'Print where the configuration is kept'
complete -c eclips -n '__eclips_at \'config\'' -s h -l help -d 'Show this message and exit.'

# eclips config get
complete -c eclips -n '__eclips_at \'config get\' 0' -f -k -a 'base_url agent priority amount_field output request_timeout max_retries read_only agents_may_decide ask_from_rows'
complete -c eclips -n '__eclips_at \'config get\'' -s h -l help -d 'Show this message and exit.'

# eclips config set
complete -c eclips -n '__eclips_at \'config set\' 0' -f -k -a 'base_url agent priority amount_field output request_timeout max_retries read_only agents_may_decide ask_from_rows'
complete -c eclips -n '__eclips_at \'config set\'' -s h -l help -d 'Show this message and exit.'

# eclips config unset
complete -c eclips -n '__eclips_at \'config unset\' 0' -f -k -a 'base_url agent priority amount_field output request_timeout max_retries read_only agents_may_decide ask_from_rows'
complete -c eclips -n '__eclips_at \'config unset\'' -s h -l help -d 'Show this message and exit.'

# eclips config list
complete -c eclips -n '__eclips_at \'config list\'' -s h -l help -d 'Show this message and exit.'

# eclips config path
complete -c eclips -n '__eclips_at \'config path\'' -s h -l help -d 'Show this message and exit.'

# eclips api
complete -c eclips -n '__eclips_at \'api\'' -s f -l raw-field -r -f -d 'A text member.'
complete -c eclips -n '__eclips_at \'api\'' -s F -l field -r -f -d 'A member by its type: true, false, null, 12, JSON; @FILE or @- a file\'s text; else text.'
complete -c eclips -n '__eclips_at \'api\'' -l input -r -F -d 'The body, byte by byte as it is.'
complete -c eclips -n '__eclips_at \'api\'' -s X -l method -r -f -k -a 'GET HEAD POST PUT PATCH DELETE OPTIONS' -d 'The method. [GET; POST with a body]'
complete -c eclips -n '__eclips_at \'api\'' -s H -l header -r -f -d 'A header.'
complete -c eclips -n '__eclips_at \'api\'' -s i -l include -d 'Print the status and headers too.'
complete -c eclips -n '__eclips_at \'api\'' -l paginate -d 'Read all pages of a list into one JSON document.'
complete -c eclips -n '__eclips_at \'api\'' -s h -l help -d 'Show this message and exit.'

# eclips audit
complete -c eclips -n '__eclips_at \'audit\' 0' -a list -d 'List the changes made from this machine, newest first'
complete -c eclips -n '__eclips_at \'audit\' 0' -a verify -d 'Check that the record is as it was written'
complete -c eclips -n '__eclips_at \'audit\' 0' -a export -d 'Every change as one record, for finance and auditors'
complete -c eclips -n '__eclips_at \'audit\'' -s h -l help -d 'Show this message and exit.'

# eclips audit list
complete -c eclips -n '__eclips_at \'audit list\'' -l action -r -f -k -a 'run approve reject webhook-create webhook-delete batch-submit batch-cancel other' -d 'Only run, approve, reject, webhook-create, webhook-delete, batch-submit, batch-cancel or other; webhook and batch mean both of theirs; may be given again.'
complete -c eclips -n '__eclips_at \'audit list\'' -l since -r -f -d 'Only from then on: 2h, 3d, today, yesterday, a date or an ISO time, local where it names no zone.'
complete -c eclips -n '__eclips_at \'audit list\'' -l until -r -f -d 'Only before then, written as for --since.'
complete -c eclips -n '__eclips_at \'audit list\'' -l limit -r -f -d 'Show at most N. [20]'
complete -c eclips -n '__eclips_at \'audit list\'' -l all -d 'Show all of them.'
complete -c eclips -n '__eclips_at \'audit list\'' -s h -l help -d 'Show this message and exit.'

# eclips audit verify
complete -c eclips -n '__eclips_at \'audit verify\'' -l expect-head -r -f -d 'A head printed earlier and kept elsewhere: it must be in the chain.'
complete -c eclips -n '__eclips_at \'audit verify\'' -s h -l help -d 'Show this message and exit.'

# eclips audit export
complete -c eclips -n '__eclips_at \'audit export\'' -l action -r -f -k -a 'run approve reject webhook-create webhook-delete batch-submit batch-cancel other' -d 'Only run, approve, reject, webhook-create, webhook-delete, batch-submit, batch-cancel or other; webhook and batch mean both of theirs; may be given again.'
complete -c eclips -n '__eclips_at \'audit export\'' -l since -r -f -d 'Only from then on: 2h, 3d, today, yesterday, a date or an ISO time, local where it names no zone.'
complete -c eclips -n '__eclips_at \'audit export\'' -l until -r -f -d 'Only before then, written as for --since.'
complete -c eclips -n '__eclips_at \'audit export\'' -s h -l help -d 'Show this message and exit.'
complete -c eclips -n '__eclips_at \'audit export\'' -s o -l output -r -f -k -a 'xlsx' -d 'table, tsv, json, jsonl, csv or id; xlsx where help says so. [table; tsv in a pipe]'

# eclips help
complete -c eclips -n '__eclips_at \'help\'' -f -k -a 'run runs triage webhooks batches usage health status find auth config api audit help doctor completion sandbox containers cron environment exit-codes files guards ids keys output programs sandbox systemd'
complete -c eclips -n '__eclips_at \'help\'' -l tree -d 'Every command with its options, what it changes and needs, and how it ends; with -o json.'
complete -c eclips -n '__eclips_at \'help\'' -s h -l help -d 'Show this message and exit.'

# eclips doctor
complete -c eclips -n '__eclips_at \'doctor\'' -s h -l help -d 'Show this message and exit.'

# eclips completion
complete -c eclips -n '__eclips_at \'completion\' 0' -a install -d 'Make TAB complete commands, options, values and recent ids'
complete -c eclips -n '__eclips_at \'completion\' 0' -a show -d 'Print the completion script of a shell'
complete -c eclips -n '__eclips_at \'completion\'' -s h -l help -d 'Show this message and exit.'

# eclips completion install
complete -c eclips -n '__eclips_at \'completion install\' 0' -f -k -a 'bash zsh fish'
complete -c eclips -n '__eclips_at \'completion install\'' -s h -l help -d 'Show this message and exit.'

# eclips completion show
complete -c eclips -n '__eclips_at \'completion show\' 0' -f -k -a 'bash zsh fish'
complete -c eclips -n '__eclips_at \'completion show\'' -s h -l help -d 'Show this message and exit.'

# eclips sandbox
complete -c eclips -n '__eclips_at \'sandbox\' 0' -a serve -d 'Serve the sandbox until Ctrl-C'
complete -c eclips -n '__eclips_at \'sandbox\' 0' -a reset -d 'Forget all that the sandbox holds'
complete -c eclips -n '__eclips_at \'sandbox\' 0' -a status -d 'What the sandbox holds'
complete -c eclips -n '__eclips_at \'sandbox\'' -s h -l help -d 'Show this message and exit.'

# eclips sandbox serve
complete -c eclips -n '__eclips_at \'sandbox serve\'' -l port -r -f -d 'The port; any free one unless given.'
complete -c eclips -n '__eclips_at \'sandbox serve\'' -l speed -r -f -d 'How much faster its time runs.'
complete -c eclips -n '__eclips_at \'sandbox serve\'' -l seed -r -f -d 'Varies what agents answer.'
complete -c eclips -n '__eclips_at \'sandbox serve\'' -l fault -r -f -k -a 'rate_limit no_credits status unauthorized scope plan drop_before drop_after drop_inside commit_late hang slow drip html truncated empty wrong_shape huge bare redirect stream_drop stream_silent stream_end' -d 'Make it misbehave, e.g. rate_limit:path=/v1/run,nth=3.'
complete -c eclips -n '__eclips_at \'sandbox serve\'' -s h -l help -d 'Show this message and exit.'

# eclips sandbox reset
complete -c eclips -n '__eclips_at \'sandbox reset\'' -s y -l yes -d 'Do not ask.'
complete -c eclips -n '__eclips_at \'sandbox reset\'' -s h -l help -d 'Show this message and exit.'

# eclips sandbox status
complete -c eclips -n '__eclips_at \'sandbox status\'' -s h -l help -d 'Show this message and exit.'
