# Completion of ca-sync, for bash 3.2 and newer. Node is started for the names of sources and profiles only.
_ca_sync() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} at= dir= skip= kind= list= word i
  COMPREPLY=()
  # bash takes = for a word of its own.
  if [ "$cur" = = ]; then cur=; elif [ "$prev" = = ]; then prev=${COMP_WORDS[COMP_CWORD - 2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [ "$word" = -- ]; then
      [ "$at" = exec ] && _ca_sync_command $((i + 1))
      return
    fi
    if [ "$word" = = ]; then continue; fi
    if [ -n "$skip" ]; then
      [ "$skip" = -C ] || [ "$skip" = --project ] && dir=$word
      skip=
      continue
    fi
@cases@
  case $kind in
    folder | file)
      compopt -o filenames 2>/dev/null
      list=$(compgen -"$([ $kind = folder ] && echo d || echo f)" -- "$cur")
      ;;
    source | profile) list=$(ca-sync completion --offer "$kind" "$dir" 2>/dev/null) ;;
  esac
  while IFS= read -r word; do
    case $word in '') ;; "$cur"*) COMPREPLY[${#COMPREPLY[@]}]=$(printf %q "$word") ;; esac
  done <<<"$list"
}
# What stands after -- completes as it would alone.
_ca_sync_command() {
  if type _comp_command_offset >/dev/null 2>&1; then _comp_command_offset "$1"
  elif type _command_offset >/dev/null 2>&1; then _command_offset "$1"
  else
    local word how=-f
    [ "$COMP_CWORD" = "$1" ] && how=-c || compopt -o filenames 2>/dev/null
    while IFS= read -r word; do
      [ -z "$word" ] || COMPREPLY[${#COMPREPLY[@]}]=$word
    done <<<"$(compgen $how -- "${COMP_WORDS[COMP_CWORD]}")"
  fi
}
complete -F _ca_sync ca-sync
