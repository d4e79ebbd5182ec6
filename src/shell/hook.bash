# ca-sync: renews your CodeArtifact tokens in time. For bash 3.2 and newer.
if [[ $- == *i* ]]; then
  : "${__ca_sync_wait:=0}" "${__ca_sync_hold:=0}" "${__ca_sync_due:=}" "${__ca_sync_seen:=}" "${__ca_sync_traced:=}"
  __ca_sync_hook() {
    # SECONDS, not the time of day, which costs a process before bash 4.2; it may have been set back.
    local code=$? clock=${SECONDS:-0} dir= id= text= odd= next= now= own=${CA_SYNC_STATE_DIR-}
    (( clock < __ca_sync_wait && clock + 30 >= __ca_sync_wait )) && return "$code"
    [[ -z ${CA_SYNC_NO_HOOK-} ]] || return "$code"
    __ca_sync_wait=$(( clock + 30 ))
    # A relative path would be another folder in each project.
    dir=${XDG_STATE_HOME-}
    [[ $dir == /* ]] || dir=${HOME-}/.local/state
    [[ ${OSTYPE-} != msys* ]] || dir=${LOCALAPPDATA-} # Git Bash
    dir=$dir/ca-sync
    [[ $own != /* && ( ${OSTYPE-} != msys* || $own != ?:[/\\]* ) ]] || dir=$own
    [[ $dir == /* || ( ${OSTYPE-} == msys* && $dir == ?:[/\\]* ) ]] || return "$code"
    [[ -n $__ca_sync_traced || ! -d $dir ]] || { __ca_sync_traced=1; : >| "$dir/hook-bash"; } 2>/dev/null || :
    if [[ -f $dir/notice ]]; then
      { IFS=' ' read -r id text < "$dir/notice"; } 2>/dev/null || :
      if [[ -n $text && $id != "$__ca_sync_seen" ]]; then
        __ca_sync_seen=$id
        # Letters, digits and ASCII: what turns the direction of writing counts as printable.
        odd='[^][:alnum:] !"#$%&'\''()*+,./:;<=>?@[\\^_`{|}~-]'
        printf 'ca-sync: %s\n' "${text//$odd/ }" >&2
      fi
    fi
    [[ -f $dir/next ]] || return "$code"
    { IFS= read -r next < "$dir/next"; } 2>/dev/null || :
    case $next in ''|*[!0-9]*|?????????????*) next=0 ;; esac
    now=${EPOCHSECONDS-}
    [[ -n $now ]] || printf -v now '%(%s)T' -1 2>/dev/null || now=$(/bin/date +%s)
    (( now >= 10#$next )) || return "$code"
    # The run moves `next`. Where it cannot, it is not started at every look.
    [[ $next != "$__ca_sync_due" ]] || (( now >= __ca_sync_hold )) || return "$code"
    __ca_sync_due=$next __ca_sync_hold=$(( now + 300 ))
    if [[ -x @node@ && -f @program@ ]]; then
      /bin/sh -c @detach@ sh @node@ @program@ @jobWords@ 2>/dev/null || :
    else
      printf 'ca-sync: %s\n' @gone@ >&2
    fi
    return "$code"
  }
  # Last, so that the others see $? and PIPESTATUS; from bash 5.1 on as one of several, each of which sees them. Not by an assignment: one to a
  # read-only variable would end ~/.bashrc.
  if [[ ${PROMPT_COMMAND[*]-} != *__ca_sync_hook* ]]; then
    if (( BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 501 )) && [[ -n ${PROMPT_COMMAND[*]-} ]]; then
      printf -v "PROMPT_COMMAND[${#PROMPT_COMMAND[@]}]" %s __ca_sync_hook
    else
      printf -v PROMPT_COMMAND %s "${PROMPT_COMMAND:+$PROMPT_COMMAND$'\n'}__ca_sync_hook"
    fi 2>/dev/null || :
  fi
fi
