#!/bin/sh
# session.sh DIR KEYRING: the session bus and the keyring of one box, in the environment of that box. Prints `ready` and the keyring's pid.
# At the end of its stdin, which also is when whoever started it crashed, it ends both and removes DIR.
set -eu
trap '' INT HUP
dir=$1
pids= keyring=
trap 'kill -KILL $pids 2>/dev/null || :; rm -rf "$dir"' EXIT

wait_for() {
  tries=0
  until "$@"; do
    tries=$((tries + 1))
    [ $tries -lt 3000 ] || { echo "gave up: $*" >&2; exit 1; }
    sleep 0.01
  done
}

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

# start_keyring OPTION... &: takes the password on stdin; `exec`, so that $! is the daemon itself.
start_keyring() {
  exec gnome-keyring-daemon --foreground --components=secrets "$@" >"$dir/keyring.log" 2>&1
}

case $2 in
  no-bus) ;;
  no-service) start_bus ;;
  no-collection)
    start_bus
    start_keyring </dev/null &
    keyring=$!
    pids="$pids $!"
    wait_for is_up
    ;;
  unlocked)
    start_bus
    printf %s "$BOX_PASSWORD" >"$dir/password"
    start_keyring --unlock <"$dir/password" &
    keyring=$!
    pids="$pids $!"
    wait_for has_collection
    rm "$dir/password"
    ;;
esac
echo "ready $keyring"
while read -r _; do :; done
