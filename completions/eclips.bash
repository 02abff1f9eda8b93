# Completion of eclips for bash, written from the command tree by `python -m eclips_cli.reference`; do not edit

# Goes from the command in $path to the one named $1 below it, if there is one.
_eclips_enter() {
    case "$path $1" in
        ' run') path=run; return ;;
        ' runs') path=runs; return ;;
        ' triage') path=triage; return ;;
        ' webhooks'|' webhook') path=webhooks; return ;;
        ' batches'|' batch') path=batches; return ;;
        ' usage') path=usage; return ;;
        ' health') path=health; return ;;
        ' status') path=status; return ;;
        ' find') path=find; return ;;
        ' auth') path=auth; return ;;
        ' config') path=config; return ;;
        ' api') path=api; return ;;
        ' audit') path=audit; return ;;
        ' help') path=help; return ;;
        ' doctor') path=doctor; return ;;
        ' completion') path=completion; return ;;
        ' sandbox') path=sandbox; return ;;
        'runs list') path='runs list'; return ;;
        'runs get') path='runs get'; return ;;
        'runs tail') path='runs tail'; return ;;
        'runs wait') path='runs wait'; return ;;
        'runs watch') path='runs watch'; return ;;
        'triage list') path='triage list'; return ;;
        'triage show') path='triage show'; return ;;
        'triage approve') path='triage approve'; return ;;
        'triage reject') path='triage reject'; return ;;
        'triage review') path='triage review'; return ;;
        'triage watch') path='triage watch'; return ;;
        'triage export') path='triage export'; return ;;
        'triage apply') path='triage apply'; return ;;
        'webhooks list') path='webhooks list'; return ;;
        'webhooks create') path='webhooks create'; return ;;
        'webhooks delete') path='webhooks delete'; return ;;
        'webhooks verify') path='webhooks verify'; return ;;
        'webhooks trigger') path='webhooks trigger'; return ;;
        'webhooks listen') path='webhooks listen'; return ;;
        'webhooks forward') path='webhooks forward'; return ;;
        'batches submit') path='batches submit'; return ;;
        'batches list') path='batches list'; return ;;
        'batches get') path='batches get'; return ;;
        'batches results') path='batches results'; return ;;
        'batches wait') path='batches wait'; return ;;
        'batches cancel') path='batches cancel'; return ;;
        'batches retry') path='batches retry'; return ;;
        'batches resume') path='batches resume'; return ;;
        'batches history') path='batches history'; return ;;
        'usage summary') path='usage summary'; return ;;
        'usage history') path='usage history'; return ;;
        'usage members') path='usage members'; return ;;
        'auth login') path='auth login'; return ;;
        'auth logout') path='auth logout'; return ;;
        'auth status') path='auth status'; return ;;
        'auth list') path='auth list'; return ;;
        'auth use') path='auth use'; return ;;
        'config get') path='config get'; return ;;
        'config set') path='config set'; return ;;
        'config unset') path='config unset'; return ;;
        'config list') path='config list'; return ;;
        'config path') path='config path'; return ;;
        'audit list') path='audit list'; return ;;
        'audit verify') path='audit verify'; return ;;
        'audit export') path='audit export'; return ;;
        'completion install') path='completion install'; return ;;
        'completion show') path='completion show'; return ;;
        'sandbox serve') path='sandbox serve'; return ;;
        'sandbox reset') path='sandbox reset'; return ;;
        'sandbox status') path='sandbox status'; return ;;
    esac
    return 1
}

# The options of the command in $path that take a value.
_eclips_valued() {
    case $path in
        '') valued='  ' ;;
        run) valued=' -a --agent --data --data-file -f --field --priority --webhook-url --timeout --once ' ;;
        runs) valued='  ' ;;
        'runs list') valued=' --status -a --agent --since --until --limit --offset ' ;;
        'runs get') valued='  ' ;;
        'runs tail') valued=' --timeout ' ;;
        'runs wait') valued=' --timeout ' ;;
        'runs watch') valued=' -a --agent --timeout ' ;;
        triage) valued='  ' ;;
        'triage list') valued=' --limit -a --agent --min-confidence --min-amount --max-amount --older-than --match --amount-field --sort ' ;;
        'triage show') valued='  ' ;;
        'triage approve') valued=' --note --expect -a --agent --min-confidence --min-amount --max-amount --older-than --match --amount-field --sort ' ;;
        'triage reject') valued=' --reason --expect -a --agent --min-confidence --min-amount --max-amount --older-than --match --amount-field --sort ' ;;
        'triage review') valued=' --grace -a --agent --min-confidence --min-amount --max-amount --older-than --match --amount-field --sort ' ;;
        'triage watch') valued=' --exec --exec-timeout --interval --timeout ' ;;
        'triage export') valued=' -a --agent --min-confidence --min-amount --max-amount --older-than --match --amount-field --sort ' ;;
        'triage apply') valued=' --expect --sheet --delimiter --encoding ' ;;
        webhooks) valued='  ' ;;
        'webhooks list') valued='  ' ;;
        'webhooks create') valued=' --event --secret-file ' ;;
        'webhooks delete') valued=' --expect ' ;;
        'webhooks verify') valued=' --signature --secret-file --secret-env --secret-of --timestamp --tolerance ' ;;
        'webhooks trigger') valued=' --to --secret-file --secret-env --secret-of ' ;;
        'webhooks listen') valued=' --port --secret-file --secret-env --secret-of --tolerance --exec --exec-timeout --exec-at-once --host ' ;;
        'webhooks forward') valued=' --to --since --secret-file --secret-env --secret-of ' ;;
        batches) valued='  ' ;;
        'batches submit') valued=' -a --agent --task --task-column --columns --name --webhook-url --format --sheet --delimiter --encoding --header-row --results --timeout --key --on-duplicate --keep --max-credits --price ' ;;
        'batches list') valued=' --status --limit --offset ' ;;
        'batches get') valued=' --status ' ;;
        'batches results') valued=' --status --results ' ;;
        'batches wait') valued=' --results --timeout ' ;;
        'batches cancel') valued=' --expect ' ;;
        'batches retry') valued=' --file --task --task-column --columns --format --sheet --delimiter --encoding --header-row --status --keep --max-credits --price --timeout ' ;;
        'batches resume') valued=' --keep --max-credits --price --timeout ' ;;
        'batches history') valued='  ' ;;
        usage) valued=' --fail-under ' ;;
        'usage summary') valued=' --fail-under ' ;;
        'usage history') valued='  ' ;;
        'usage members') valued='  ' ;;
        health) valued=' --interval --timeout ' ;;
        status) valued=' --check ' ;;
        find) valued=' --limit ' ;;
        auth) valued='  ' ;;
        'auth login') valued=' --store ' ;;
        'auth logout') valued='  ' ;;
        'auth status') valued='  ' ;;
        'auth list') valued='  ' ;;
        'auth use') valued='  ' ;;
        config) valued='  ' ;;
        'config get') valued='  ' ;;
        'config set') valued='  ' ;;
        'config unset') valued='  ' ;;
        'config list') valued='  ' ;;
        'config path') valued='  ' ;;
        api) valued=' -f --raw-field -F --field --input -X --method -H --header ' ;;
        audit) valued='  ' ;;
        'audit list') valued=' --action --since --until --limit ' ;;
        'audit verify') valued=' --expect-head ' ;;
        'audit export') valued=' --action --since --until ' ;;
        help) valued='  ' ;;
        doctor) valued='  ' ;;
        completion) valued='  ' ;;
        'completion install') valued='  ' ;;
        'completion show') valued='  ' ;;
        sandbox) valued='  ' ;;
        'sandbox serve') valued=' --port --speed --seed --fault ' ;;
        'sandbox reset') valued='  ' ;;
        'sandbox status') valued='  ' ;;
    esac
    valued+=' -p --profile --base-url --api-key-file -o --output --fields --jq --color --request-timeout --max-retries --max-outage '
}

# Offers the options of the command in $path.
_eclips_options() {
    case $path in
        '') _eclips_among --version --help -h ;;
        run) _eclips_among --agent -a --data --data-file --field -f --priority --webhook-url --detach -d --timeout --through-triage --once --again --help -h ;;
        runs) _eclips_among --help -h ;;
        'runs list') _eclips_among --status --agent -a --since --until --needs-triage --limit --all --offset --help -h ;;
        'runs get') _eclips_among --help -h ;;
        'runs tail') _eclips_among --timeout --through-triage --help -h ;;
        'runs wait') _eclips_among --any --timeout --through-triage --help -h ;;
        'runs watch') _eclips_among --agent -a --timeout --help -h ;;
        triage) _eclips_among --help -h ;;
        'triage list') _eclips_among --limit --all --agent -a --min-confidence --min-amount --max-amount --older-than --match --amount-field --sort --oldest-first --details --help -h ;;
        'triage show') _eclips_among --help -h ;;
        'triage approve') _eclips_among --note --all --expect --yes -y --agent -a --min-confidence --min-amount --max-amount --older-than --match --amount-field --sort --oldest-first --details --help -h ;;
        'triage reject') _eclips_among --reason --all --expect --yes -y --agent -a --min-confidence --min-amount --max-amount --older-than --match --amount-field --sort --oldest-first --details --help -h ;;
        'triage review') _eclips_among --grace --agent -a --min-confidence --min-amount --max-amount --older-than --match --amount-field --sort --oldest-first --details --help -h ;;
        'triage watch') _eclips_among --exec --exec-timeout --interval --timeout --backlog --help -h ;;
        'triage export') _eclips_among --overwrite --agent -a --min-confidence --min-amount --max-amount --older-than --match --amount-field --sort --oldest-first --details --help -h ;;
        'triage apply') _eclips_among --expect --any-profile --sheet --delimiter --encoding --yes -y --help -h ;;
        webhooks) _eclips_among --help -h ;;
        'webhooks list') _eclips_among --help -h ;;
        'webhooks create') _eclips_among --event --secret-file --save-secret --help -h ;;
        'webhooks delete') _eclips_among --yes -y --expect --help -h ;;
        'webhooks verify') _eclips_among --signature --secret-file --secret-env --secret-of --timestamp --tolerance --help -h ;;
        'webhooks trigger') _eclips_among --to --secret-file --secret-env --secret-of --help -h ;;
        'webhooks listen') _eclips_among --port --secret-file --secret-env --secret-of --tolerance --exec --exec-timeout --exec-at-once --host --help -h ;;
        'webhooks forward') _eclips_among --to --since --secret-file --secret-env --secret-of --help -h ;;
        batches) _eclips_among --help -h ;;
        'batches submit') _eclips_among --agent -a --task --task-column --columns --name --webhook-url --format --sheet --delimiter --encoding --header-row --visible-only --allow-empty --detach -d --results --excel --timeout --again --key --on-duplicate --rotated-key --keep --max-credits --price --yes -y --help -h ;;
        'batches list') _eclips_among --status --limit --all --offset --help -h ;;
        'batches get') _eclips_among --status --help -h ;;
        'batches results') _eclips_among --status --results --excel --help -h ;;
        'batches wait') _eclips_among --results --excel --timeout --through-triage --rotated-key --help -h ;;
        'batches cancel') _eclips_among --unsent --rotated-key --yes -y --expect --help -h ;;
        'batches retry') _eclips_among --file --task --task-column --columns --format --sheet --delimiter --encoding --header-row --visible-only --allow-empty --status --keep --max-credits --price --detach -d --timeout --yes -y --rotated-key --help -h ;;
        'batches resume') _eclips_among --keep --max-credits --price --detach -d --timeout --rotated-key --help -h ;;
        'batches history') _eclips_among --help -h ;;
        usage) _eclips_among --help -h --fail-under ;;
        'usage summary') _eclips_among --fail-under --help -h ;;
        'usage history') _eclips_among --help -h ;;
        'usage members') _eclips_among --help -h ;;
        health) _eclips_among --watch --interval --timeout --help -h ;;
        status) _eclips_among --check --help -h ;;
        find) _eclips_among --limit --all --help -h ;;
        auth) _eclips_among --help -h ;;
        'auth login') _eclips_among --with-key --store --help -h ;;
        'auth logout') _eclips_among --help -h ;;
        'auth status') _eclips_among --help -h ;;
        'auth list') _eclips_among --help -h ;;
        'auth use') _eclips_among --help -h ;;
        config) _eclips_among --help -h ;;
        'config get') _eclips_among --help -h ;;
        'config set') _eclips_among --help -h ;;
        'config unset') _eclips_among --help -h ;;
        'config list') _eclips_among --help -h ;;
        'config path') _eclips_among --help -h ;;
        api) _eclips_among --raw-field -f --field -F --input --method -X --header -H --include -i --paginate --help -h ;;
        audit) _eclips_among --help -h ;;
        'audit list') _eclips_among --action --since --until --limit --all --help -h ;;
        'audit verify') _eclips_among --expect-head --help -h ;;
        'audit export') _eclips_among --action --since --until --help -h ;;
        help) _eclips_among --tree --help -h ;;
        doctor) _eclips_among --help -h ;;
        completion) _eclips_among --help -h ;;
        'completion install') _eclips_among --help -h ;;
        'completion show') _eclips_among --help -h ;;
        sandbox) _eclips_among --help -h ;;
        'sandbox serve') _eclips_among --port --speed --seed --fault --help -h ;;
        'sandbox reset') _eclips_among --yes -y --help -h ;;
        'sandbox status') _eclips_among --help -h ;;
    esac
    _eclips_among --profile -p --sandbox --base-url --api-key-file --output -o --fields --jq --raw --quiet -q --verbose -v --curl --dry-run --no-input --read-only --color --request-timeout --max-retries --max-outage
}

# Offers the values of the option $1 of the command in $path.
_eclips_value() {
    case "$path:$1" in
        run:--fields) _eclips_listed run run.id run.agent_type run.status run.priority run.task run.data run.created_at run.started_at run.completed_at run.confidence_score run.requires_triage run.error_message run.output triage_item triage_item.id triage_item.run_id triage_item.status triage_item.triage_reason triage_item.created_at triage_item.resolved_at triage_item.agent_runs triage_item.agent_runs.id triage_item.agent_runs.agent_type triage_item.agent_runs.confidence_score ;;
        run:-a|run:--agent) _eclips_live agent ;;
        run:--data) _eclips_files_after_at ;;
        run:--data-file) _eclips_files ;;
        run:--priority) _eclips_among low normal high urgent ;;
        'runs list':--fields) _eclips_listed id agent_type status priority task data created_at started_at completed_at confidence_score requires_triage error_message output ;;
        'runs list':--status) _eclips_among queued running pending_triage completed failed cancelled ;;
        'runs list':-a|'runs list':--agent) _eclips_live agent ;;
        'runs get':--fields) _eclips_listed run run.id run.agent_type run.status run.priority run.task run.data run.created_at run.started_at run.completed_at run.confidence_score run.requires_triage run.error_message run.output triage_item triage_item.id triage_item.run_id triage_item.status triage_item.triage_reason triage_item.created_at triage_item.resolved_at triage_item.agent_runs triage_item.agent_runs.id triage_item.agent_runs.agent_type triage_item.agent_runs.confidence_score ;;
        'runs tail':--fields) _eclips_listed at run_id status confidence result error ;;
        'runs wait':--fields) _eclips_listed run run.id run.agent_type run.status run.priority run.task run.data run.created_at run.started_at run.completed_at run.confidence_score run.requires_triage run.error_message run.output triage_item triage_item.id triage_item.run_id triage_item.status triage_item.triage_reason triage_item.created_at triage_item.resolved_at triage_item.agent_runs triage_item.agent_runs.id triage_item.agent_runs.agent_type triage_item.agent_runs.confidence_score ;;
        'runs watch':--fields) _eclips_listed id agent_type status priority task data created_at started_at completed_at confidence_score requires_triage error_message output ;;
        'runs watch':-a|'runs watch':--agent) _eclips_live agent ;;
        'triage list':--fields) _eclips_listed id run_id status triage_reason created_at resolved_at agent_runs agent_runs.id agent_runs.agent_type agent_runs.confidence_score title about amount amounts ;;
        'triage list':-a|'triage list':--agent) _eclips_live agent ;;
        'triage show':--fields) _eclips_listed run run.id run.agent_type run.status run.priority run.task run.data run.created_at run.started_at run.completed_at run.confidence_score run.requires_triage run.error_message run.output triage_item triage_item.id triage_item.run_id triage_item.status triage_item.triage_reason triage_item.created_at triage_item.resolved_at triage_item.agent_runs triage_item.agent_runs.id triage_item.agent_runs.agent_type triage_item.agent_runs.confidence_score ;;
        'triage approve':--fields) _eclips_listed id status resolved_at ;;
        'triage approve':-a|'triage approve':--agent) _eclips_live agent ;;
        'triage reject':--fields) _eclips_listed id status resolved_at ;;
        'triage reject':-a|'triage reject':--agent) _eclips_live agent ;;
        'triage review':-a|'triage review':--agent) _eclips_live agent ;;
        'triage watch':--fields) _eclips_listed id run_id status triage_reason created_at resolved_at agent_runs agent_runs.id agent_runs.agent_type agent_runs.confidence_score ;;
        'triage export':-a|'triage export':--agent) _eclips_live agent ;;
        'webhooks list':--fields) _eclips_listed id url events is_active secret created_at ;;
        'webhooks create':--fields) _eclips_listed id url events is_active secret created_at ;;
        'webhooks create':--event) _eclips_among run.completed run.failed run.triage_required ;;
        'webhooks create':--secret-file) _eclips_files ;;
        'webhooks delete':--fields) _eclips_listed id success ;;
        'webhooks verify':--secret-file) _eclips_files ;;
        'webhooks verify':--secret-of) _eclips_live webhook ;;
        'webhooks trigger':--secret-file) _eclips_files ;;
        'webhooks trigger':--secret-of) _eclips_live webhook ;;
        'webhooks listen':--fields) _eclips_listed at verdict event run_id what ;;
        'webhooks listen':--secret-file) _eclips_files ;;
        'webhooks listen':--secret-of) _eclips_live webhook ;;
        'webhooks forward':--fields) _eclips_listed at state event run_id answered status ;;
        'webhooks forward':--secret-file) _eclips_files ;;
        'webhooks forward':--secret-of) _eclips_live webhook ;;
        'batches submit':--fields) _eclips_listed id name agent_type status total_rows completed_rows failed_rows created_at ;;
        'batches submit':-a|'batches submit':--agent) _eclips_live agent ;;
        'batches submit':--format) _eclips_among csv tsv jsonl json xlsx ;;
        'batches submit':--results) _eclips_files ;;
        'batches list':--fields) _eclips_listed id name agent_type status total_rows completed_rows failed_rows created_at ;;
        'batches list':--status) _eclips_among pending running completed failed cancelled ;;
        'batches get':--fields) _eclips_listed job job.id job.name job.agent_type job.status job.total_rows job.completed_rows job.failed_rows job.created_at rows ;;
        'batches get':--status) _eclips_among queued running pending_triage completed failed cancelled ;;
        'batches results':-o|'batches results':--output) _eclips_among table tsv json jsonl csv id xlsx ;;
        'batches results':--fields) _eclips_listed line row_index task status result error error_message id run_id ;;
        'batches results':--status) _eclips_among queued running pending_triage completed failed cancelled ;;
        'batches results':--results) _eclips_files ;;
        'batches wait':--fields) _eclips_listed id name agent_type status total_rows completed_rows failed_rows created_at ;;
        'batches wait':--results) _eclips_files ;;
        'batches cancel':--fields) _eclips_listed id name agent_type status total_rows completed_rows failed_rows created_at ;;
        'batches retry':--fields) _eclips_listed id name agent_type status total_rows completed_rows failed_rows created_at ;;
        'batches retry':--file) _eclips_files ;;
        'batches retry':--format) _eclips_among csv tsv jsonl json xlsx ;;
        'batches retry':--status) _eclips_among failed cancelled ;;
        'batches resume':--fields) _eclips_listed id name agent_type status total_rows completed_rows failed_rows created_at ;;
        'batches history':--fields) _eclips_listed key state name rows rows_accepted created_at file agent_type retry_of profile ;;
        usage:--fields) _eclips_listed plan scope period included_credits topup_credits credits_used credits_remaining unlimited topup_price_per_1000_usd ;;
        'usage summary':--fields) _eclips_listed plan scope period included_credits topup_credits credits_used credits_remaining unlimited topup_price_per_1000_usd ;;
        health:--fields) _eclips_listed status version timestamp latency_ms clock_skew_seconds ;;
        'auth login':--store) _eclips_among keyring file ;;
        api:--input) _eclips_files ;;
        api:-X|api:--method) _eclips_among GET HEAD POST PUT PATCH DELETE OPTIONS ;;
        'audit list':--action) _eclips_among run approve reject webhook-create webhook-delete batch-submit batch-cancel other ;;
        'audit export':-o|'audit export':--output) _eclips_among table tsv json jsonl csv id xlsx ;;
        'audit export':--action) _eclips_among run approve reject webhook-create webhook-delete batch-submit batch-cancel other ;;
        'sandbox serve':--fault) _eclips_among rate_limit no_credits status unauthorized scope plan drop_before drop_after drop_inside commit_late hang slow drip html truncated empty wrong_shape huge bare redirect stream_drop stream_silent stream_end ;;
        *:-p|*:--profile) _eclips_live profile ;;
        *:--api-key-file) _eclips_files ;;
        *:-o|*:--output) _eclips_among table tsv json jsonl csv id ;;
        *:--color) _eclips_among auto always never ;;
    esac
}

# Offers what can stand as the word after $count others of the command in $path.
_eclips_argument() {
    case "$path:$count" in
        '':0) 
            _eclips_add run 'Start a run and follow it to its end'
            _eclips_add runs 'List, read and follow runs'
            _eclips_add triage 'Decide what waits for a person'
            _eclips_add webhooks 'Tell a server when runs end: create, receive, check, forward'
            _eclips_add batches 'A spreadsheet becomes runs, each row exactly once'
            _eclips_add usage 'Credits: used, left, and when they run out'
            _eclips_add health 'Is the API up, how fast, and does the clock agree'
            _eclips_add status 'Credits, what waits, what failed, what is unfinished: one look'
            _eclips_add find 'What happened to INV-1001, as far as this machine knows'
            _eclips_add auth 'API keys and profiles'
            _eclips_add config 'Settings of profiles'
            _eclips_add api 'Any request to the API, authenticated'
            _eclips_add audit 'What was changed from this machine: a chained local record'
            _eclips_add help 'Show a command'\''s page of the manual, or a topic'
            _eclips_add doctor 'What is wrong with this installation'
            _eclips_add completion 'Complete commands, options and ids with TAB'
            _eclips_add sandbox 'A local API for trying, testing and demos'
             ;;
        run:0) _eclips_files_after_at ;;
        runs:0) 
            _eclips_add list 'List runs, newest first'
            _eclips_add get 'Show runs with their output and triage item'
            _eclips_add tail 'Print each change of runs until they end'
            _eclips_add wait 'Wait quietly until runs end, then show them'
            _eclips_add watch 'A live table of the runs that are not over yet'
             ;;
        'runs get':*) _eclips_live run ;;
        'runs tail':*) _eclips_live run ;;
        'runs wait':*) _eclips_live run ;;
        triage:0) 
            _eclips_add list 'List what waits for a decision'
            _eclips_add show 'Show items with their run: money, reason, what the agent did'
            _eclips_add approve 'Approve items, which completes their runs'
            _eclips_add reject 'Reject items, which cancels their runs'
            _eclips_add review 'Decide the queue item by item, with one key each'
            _eclips_add watch 'Print new items as they arrive'
            _eclips_add export 'Write what waits into a sheet, to be decided there'
            _eclips_add apply 'Send the decisions of a sheet that a person filled in'
             ;;
        'triage show':*) _eclips_live triage ;;
        'triage approve':*) _eclips_live triage ;;
        'triage reject':*) _eclips_live triage ;;
        'triage export':0) _eclips_files ;;
        'triage apply':0) _eclips_files ;;
        webhooks:0) 
            _eclips_add list 'List the webhooks'
            _eclips_add create 'Create a webhook; its secret is shown once'
            _eclips_add delete 'Delete webhooks'
            _eclips_add verify 'Check the signature of a delivery'
            _eclips_add trigger 'Send one made-up, signed delivery to a URL'
            _eclips_add listen 'Receive deliveries on this machine'
            _eclips_add forward 'Send deliveries of real runs to a local server'
             ;;
        'webhooks delete':*) _eclips_live webhook ;;
        'webhooks verify':0) _eclips_files ;;
        'webhooks trigger':0) _eclips_among run.completed run.failed run.triage_required ;;
        batches:0) 
            _eclips_add submit 'Submit a spreadsheet as runs, each row exactly once, and follow them'
            _eclips_add list 'List batch jobs, newest first'
            _eclips_add get 'Show batch jobs with their rows'
            _eclips_add results 'Each row once, in the file'\''s order, with its outcome'
            _eclips_add wait 'Follow batches to their end as one, then show their jobs'
            _eclips_add cancel 'Cancel batches, sent or not'
            _eclips_add retry 'Submit the failed rows of a batch again'
            _eclips_add resume 'Send what is unsent, and follow it'
            _eclips_add history 'What was submitted from this machine'
             ;;
        'batches submit':0) _eclips_files ;;
        'batches get':*) _eclips_live batch ;;
        'batches results':0) _eclips_live batch ;;
        'batches wait':*) _eclips_live batch ;;
        'batches cancel':*) _eclips_live batch ;;
        'batches retry':0) _eclips_live batch ;;
        usage:0) 
            _eclips_add summary 'Plan, period and credits used and left'
            _eclips_add history 'The last 50 ledger entries, drawn over time'
            _eclips_add members 'Who used how much'
             ;;
        auth:0) 
            _eclips_add login 'Check an API key and store it in the OS keyring'
            _eclips_add logout 'Forget a profile'\''s stored key'
            _eclips_add status 'Which key is used, where it came from, what it can do'
            _eclips_add list 'List the profiles of this machine'
            _eclips_add use 'Make a profile the default'
             ;;
        'auth use':0) _eclips_live profile ;;
        config:0) 
            _eclips_add get 'Print the value of a setting that is in effect'
            _eclips_add set 'Set a value of the profile in use'
            _eclips_add unset 'Take a value out of the profile in use'
            _eclips_add list 'List each setting with its value and where that comes from'
            _eclips_add path 'Print where the configuration is kept'
             ;;
        'config get':0) _eclips_among base_url agent priority amount_field output request_timeout max_retries read_only agents_may_decide ask_from_rows ;;
        'config set':0) _eclips_among base_url agent priority amount_field output request_timeout max_retries read_only agents_may_decide ask_from_rows ;;
        'config unset':0) _eclips_among base_url agent priority amount_field output request_timeout max_retries read_only agents_may_decide ask_from_rows ;;
        audit:0) 
            _eclips_add list 'List the changes made from this machine, newest first'
            _eclips_add verify 'Check that the record is as it was written'
            _eclips_add export 'Every change as one record, for finance and auditors'
             ;;
        help:*) _eclips_among run runs triage webhooks batches usage health status find auth config api audit help doctor completion sandbox containers cron environment exit-codes files guards ids keys output programs sandbox systemd ;;
        completion:0) 
            _eclips_add install 'Make TAB complete commands, options, values and recent ids'
            _eclips_add show 'Print the completion script of a shell'
             ;;
        'completion install':0) _eclips_among bash zsh fish ;;
        'completion show':0) _eclips_among bash zsh fish ;;
        sandbox:0) 
            _eclips_add serve 'Serve the sandbox until Ctrl-C'
            _eclips_add reset 'Forget all that the sandbox holds'
            _eclips_add status 'What the sandbox holds'
             ;;
    esac
}
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
