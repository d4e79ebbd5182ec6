# Completion of ca-sync. Node is started for the names of sources and profiles only.
function __ca_sync_at
    set -l at ''
    set -l skip ''
    for word in (commandline -opc)[2..-1]
        if test -n "$skip"
            set skip ''
            continue
        end
        switch $word
            case @valued@
                set skip $word
            case --
                set at "$at --"
                break
            case '-*'
            case '*'
                contains -- "$at $word" @paths@; and set at (string trim -- "$at $word")
        end
    end
    echo -- "$at"
end
function __ca_sync_is
    set -l at (__ca_sync_at)
    contains -- "$at" $argv
end
function __ca_sync_offer
    set -l dir ''
    set -l before ''
    for word in (commandline -opc)
        contains -- "$before" -C --project; and set dir $word
        set before $word
    end
    ca-sync completion --offer $argv[1] "$dir" 2>/dev/null
end
# What stands after -- completes as it would alone.
function __ca_sync_command
    set -l line (string replace -r '^.*? -- +' '' -- (commandline -cp))
    complete -C "$line"
end
complete -c ca-sync -e
complete -c ca-sync -f
complete -c ca-sync -n '__ca_sync_is "exec --"' -a '(__ca_sync_command)'
@lines@
