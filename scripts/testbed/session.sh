#!/bin/sh
# session.sh DIR KEYRING: the session bus and the keyring of one box, in the environment of that box. Prints `ready` and the keyring's pid.
# At the end of its stdin, which also is when whoever started it crashed, it ends both and removes DIR.
set -eu
trap '' INT HUP
dir=$1
pids= keyring=
trap 'kill -KILL $pids 2>/dev/null || :; wait $pids 2>/dev/null || :; rm -rf "$dir"' EXIT

# within TRIES COMMAND...: whether it comes true.
within() {
  left=$1
  shift
  until "$@"; do
    left=$((left - 1))
    [ $left -gt 0 ] || return 1
    sleep 0.01
  done
}
wait_for() { within 3000 "$@" || { echo "gave up: $*" >&2; exit 1; }; }

default_collection() {
  dbus-send --session --print-reply=literal --dest=org.freedesktop.secrets /org/freedesktop/secrets \
    org.freedesktop.Secret.Service.ReadAlias string:default 2>/dev/null
}
is_up() { default_collection >/dev/null; }
has_collection() { default_collection | grep -q /collection/; }

start_bus() {
  # No service folders: nothing is started on demand, so a box holds just what it was asked for.
  cat >"$dir/bus.conf" <<EOF
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>$DBUS_SESSION_BUS_ADDRESS</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
EOF
  dbus-daemon --config-file="$dir/bus.conf" --nofork --nopidfile </dev/null >"$dir/bus.log" 2>&1 &
  pids="$pids $!"
  wait_for test -S "$XDG_RUNTIME_DIR/bus"
}

# run_keyring OPTION... &: takes the password on stdin; `exec`, so that $! is the daemon itself.
run_keyring() {
  exec gnome-keyring-daemon --foreground --components=secrets "$@" >"$dir/keyring.log" 2>&1
}

# start_keyring CONDITION INPUT OPTION...: one in thousands never comes to the condition, and another is started in its place.
start_keyring() {
  condition=$1 input=$2
  shift 2
  for attempt in 1 2 3; do
    run_keyring "$@" <"$input" &
    keyring=$!
    pids="$pids $!"
    if within 1000 "$condition"; then return; fi
    { echo "keyring $attempt did not come to: $condition"; cat "$dir/keyring.log"; } >&2
    kill -KILL "$keyring" 2>/dev/null || :
    rm -rf "${XDG_DATA_HOME:-$HOME/.local/share}/keyrings"
  done
  exit 1
}

case $2 in
  no-bus) ;;
  no-service) start_bus ;;
  no-collection)
    start_bus
    start_keyring is_up /dev/null
    ;;
  unlocked)
    start_bus
    printf %s "$BOX_PASSWORD" >"$dir/password"
    start_keyring has_collection "$dir/password" --unlock
    rm "$dir/password"
    ;;
esac
echo "ready $keyring"
while read -r _; do :; done
