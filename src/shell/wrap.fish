# ca-sync: `poetry` is `ca-sync exec -- poetry` in projects with `ca-sync --store exec`. For fish 3 and newer.
function poetry
    set -l dir "$HOME/.local/state/ca-sync"
    string match -q '/*' -- "$XDG_STATE_HOME"; and set dir "$XDG_STATE_HOME/ca-sync"
    string match -q '/*' -- "$CA_SYNC_STATE_DIR"; and set dir "$CA_SYNC_STATE_DIR"
    set -l found
    if test -f "$dir/exec"; and test -x @node@; and test -f @program@
        set -l here (builtin pwd -P)
        while test -n "$here"; and not test -e "$here/pyproject.toml"
            set here (string replace -r '/[^/]*$' '' -- "$here")
        end
        while test -n "$here"; and read -l line
            test "$line" = "$here"; and set found yes
        end <"$dir/exec"
    end
    if test -n "$found"
        @node@ @program@ exec -- poetry $argv
    else
        command poetry $argv
    end
end
