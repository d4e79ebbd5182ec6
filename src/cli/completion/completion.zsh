#compdef ca-sync
# Completion of ca-sync. Node is started for the names of sources and profiles only.
_ca_sync() {
  local cur=$words[CURRENT] prev=$words[CURRENT-1] at= dir= skip= kind= word i
  local -a list
  if [[ $cur == --*=* ]]; then
    prev=${cur%%=*}
    compset -P '*='
  fi
  for ((i = 2; i < CURRENT; i++)); do
    word=$words[i]
    if [[ $word == -- ]]; then
      [[ $at == exec ]] || return 1
      shift $i words
      (( CURRENT -= i ))
      _normal
      return
    fi
    if [[ -n $skip ]]; then
      [[ $skip == (-C|--project) ]] && dir=$word
      skip=
      continue
    fi
@cases@
  case $kind in
    folder) _files -/ ;;
    file) _files ;;
    source | profile)
      list=(${(f)"$(ca-sync completion --offer $kind "$dir" 2>/dev/null)"})
      compadd -a list
      ;;
    *) _describe ca-sync list ;;
  esac
}
# A plain ~/.zshrc has no completion at all until compinit runs.
if (( ! $+functions[compdef] )); then
  autoload -Uz compinit
  compinit -i
fi
compdef _ca_sync ca-sync
