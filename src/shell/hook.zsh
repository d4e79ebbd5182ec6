# ca-sync: renews your CodeArtifact tokens in time. For zsh 5.
if [[ -o interactive ]]; then
  typeset -gi __ca_sync_wait=${__ca_sync_wait:-0} __ca_sync_hold=${__ca_sync_hold:-0}
  typeset -g __ca_sync_due=${__ca_sync_due-} __ca_sync_seen=${__ca_sync_seen-} __ca_sync_traced=${__ca_sync_traced-}
  __ca_sync_hook() {
    local code=$?
    emulate -L zsh
    local now=${(%):-%D{%s}} dir= id= text= odd= next= own=${CA_SYNC_STATE_DIR-}
    # The clock may have been set back.
    (( now < __ca_sync_wait && now + 30 >= __ca_sync_wait )) && return $code
    [[ -z ${CA_SYNC_NO_HOOK-} ]] || return $code
    __ca_sync_wait=$(( now + 30 ))
    # A relative path would be another folder in each project.
    dir=${XDG_STATE_HOME-}
    [[ $dir == /* ]] || dir=${HOME-}/.local/state
    [[ ${OSTYPE-} != msys* ]] || dir=${LOCALAPPDATA-} # Git Bash
    dir=$dir/ca-sync
    [[ $own != /* && ( ${OSTYPE-} != msys* || $own != ?:[/\\]* ) ]] || dir=$own
    [[ $dir == /* || ( ${OSTYPE-} == msys* && $dir == ?:[/\\]* ) ]] || return $code
    [[ -n $__ca_sync_traced || ! -d $dir ]] || { __ca_sync_traced=1; : > $dir/hook-zsh } 2>/dev/null
    if [[ -f $dir/notice ]]; then
      { IFS=' ' read -r id text < $dir/notice } 2>/dev/null
      if [[ -n $text && $id != "$__ca_sync_seen" ]]; then
        __ca_sync_seen=$id
        # Letters, digits and ASCII: what turns the direction of writing counts as printable.
        odd='[^][:alnum:] !"#$%&'\''()*+,./:;<=>?@[\\^_`{|}~-]'
        print -ru2 -- "ca-sync: ${text//${~odd}/ }"
      fi
    fi
    [[ -f $dir/next ]] || return $code
    { IFS= read -r next < $dir/next } 2>/dev/null
    [[ $next == <-> && $#next -le 12 ]] || next=0
    (( now >= 10#$next )) || return $code
    # The run moves `next`. Where it cannot, it is not started at every look.
    [[ $next != "$__ca_sync_due" ]] || (( now >= __ca_sync_hold )) || return $code
    __ca_sync_due=$next
    __ca_sync_hold=$(( now + 300 ))
    if [[ -x @node@ && -f @program@ ]]; then
      /bin/sh -c @detach@ sh @node@ @program@ @jobWords@ 2>/dev/null
    else
      print -ru2 -- 'ca-sync: '@gone@
    fi
    return $code
  }
  autoload -Uz add-zsh-hook
  add-zsh-hook precmd __ca_sync_hook
fi
