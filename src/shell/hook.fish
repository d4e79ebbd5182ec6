# ca-sync: renews your CodeArtifact tokens in time. For fish 3 and newer.
if status is-interactive
    # fish has no clock, but from 3.6 it tells how old a file is without a process.
    set -g __ca_sync_clock (builtin -n | string match path)
    set -q __ca_sync_looked; or set -g __ca_sync_looked 0
    set -q __ca_sync_wait; or set -g __ca_sync_wait 0
    set -q __ca_sync_hold; or set -g __ca_sync_hold 0
    set -q __ca_sync_due; or set -g __ca_sync_due ''
    set -q __ca_sync_seen; or set -g __ca_sync_seen ''
    set -q __ca_sync_traced; or set -g __ca_sync_traced ''
    function __ca_sync_hook --on-event fish_prompt
        test -z "$CA_SYNC_NO_HOOK"; or return
        set -l age
        test -n "$__ca_sync_clock"; and set age (path mtime -R / 2>/dev/null)
        set -l now (test -n "$age"; and math $age + (path mtime /); or /bin/date +%s)
        # The clock may have been set back.
        test $now -lt $__ca_sync_wait; and test $now -ge $__ca_sync_looked; and return
        set -g __ca_sync_looked $now
        set -g __ca_sync_wait (math $now + 30)
        set -l dir "$HOME/.local/state/ca-sync"
        # A relative path would be another folder in each project.
        string match -q '/*' -- "$XDG_STATE_HOME"; and set dir "$XDG_STATE_HOME/ca-sync"
        string match -q '/*' -- "$CA_SYNC_STATE_DIR"; and set dir "$CA_SYNC_STATE_DIR"
        string match -q '/*' -- "$dir"; or return
        test -z "$__ca_sync_traced"; and test -w "$dir"; and set -g __ca_sync_traced 1; and echo >"$dir/hook-fish"
        if test -f "$dir/notice"
            set -l id
            set -l text
            begin; read -d ' ' id text <"$dir/notice"; end 2>/dev/null
            if test -n "$text"; and test "$id" != "$__ca_sync_seen"
                set -g __ca_sync_seen "$id"
                printf 'ca-sync: %s\n' (string replace -ra '[\p{C}\p{Zl}\p{Zp}]' ' ' -- "$text") >&2
            end
        end
        test -f "$dir/next"; or return
        set -l next
        begin; read next <"$dir/next"; end 2>/dev/null
        string match -qr '^[0-9]{1,12}$' -- "$next"; or set next 0
        test $now -ge $next; or return
        # The run moves `next`. Where it cannot, it is not started at every look.
        test $next != "$__ca_sync_due"; or test $now -ge $__ca_sync_hold; or return
        set -g __ca_sync_due $next
        set -g __ca_sync_hold (math $now + 300)
        if test -x @node@; and test -f @program@
            /bin/sh -c @detach@ sh @node@ @program@ @jobWords@ 2>/dev/null
        else
            printf 'ca-sync: %s\n' @gone@ >&2
        end
    end
end
