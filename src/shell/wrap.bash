# ca-sync: `poetry` is `ca-sync exec -- poetry` in projects with `ca-sync --store exec`. For bash and zsh.
function poetry {
  local dir=${XDG_STATE_HOME-} own=${CA_SYNC_STATE_DIR-} here= line= found=
  [[ $dir == /* ]] || dir=${HOME-}/.local/state
  [[ ${OSTYPE-} != msys* ]] || dir=${LOCALAPPDATA-} # Git Bash
  dir=$dir/ca-sync
  [[ $own != /* && ( ${OSTYPE-} != msys* || $own != ?:[/\\]* ) ]] || dir=$own
  if [[ -f $dir/exec && -x @node@ && -f @program@ ]]; then
    [[ ${OSTYPE-} == msys* ]] && here=$(builtin pwd -W) || here=$(builtin pwd -P)
    while [[ $here == */* && ! -e $here/pyproject.toml ]]; do here=${here%/*}; done
    while [[ $here == */* ]] && IFS= read -r line; do
      [[ ${OSTYPE-} != msys* ]] || line=${line//\\//}
      [[ $line != "$here" ]] || found=1
    done < "$dir/exec"
  fi
  if [[ -n $found ]]; then @node@ @program@ exec -- poetry "$@"; else command poetry "$@"; fi
}
