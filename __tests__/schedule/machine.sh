#!/bin/sh
# machine.sh cron|systemd DIR UID GID: a cron daemon, or a user's systemd, of a machine of its own. Started by root in new mount and
# process namespaces: it sees this machine's files, but /run, the crontabs (none) and the home of the user UID are of its own, in DIR, and all that it
# starts ends with it. Prints `ready` and its process id as seen from outside; it ends at the end of its stdin.
set -eu
kind=$1 dir=$2 uid=$3 gid=$4

# In the namespaces of the user manager alone.
if [ "$kind" = manager ]; then
  mount -t cgroup2 cgroup2 /sys/fs/cgroup
  systemd=/usr/lib/systemd/systemd
  [ -x $systemd ] || systemd=/lib/systemd/systemd
  exec setpriv --reuid "$uid" --regid "$gid" --clear-groups env -i \
    HOME="$dir/home" PATH=/usr/bin:/bin LANG=C.UTF-8 XDG_RUNTIME_DIR="$dir/run" $systemd --user
fi

[ $$ = 1 ] || { echo 'this is no machine of its own' >&2; exit 1; }
read -r pid _ </proc/self/stat

# In a chroot the root folder is no mount, and only what is mounted in it can be made private.
mount --make-rprivate / 2>/dev/null || ! grep -q ' shared:' /proc/self/mountinfo || { echo 'mounts here would be seen outside' >&2; exit 1; }
mount -t proc proc /proc
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/user
ln -s "$dir/run" "/run/user/$uid"

# The list of users, which cron goes by.
awk -F: -v OFS=: -v uid="$uid" -v home="$dir/home" '$3 == uid { $6 = home; $7 = "/bin/sh" } { print }' /etc/passwd >"$dir/passwd"
mount --bind "$dir/passwd" /etc/passwd

# Nobody has a crontab.
mount -t tmpfs -o mode=755 tmpfs /var/spool/cron
mkdir -m 1730 /var/spool/cron/crontabs
chgrp crontab /var/spool/cron/crontabs

start_cron() {
  : >"$dir/none"
  mount --bind "$dir/none" /etc/crontab
  mount -t tmpfs tmpfs /etc/cron.d
  cron -f >"$dir/cron.log" 2>&1 &
}

# A user manager moves every process of the control groups that it sees into groups of its own, so it must see its own group only.
start_systemd() {
  mkdir -p /run/systemd/system "$dir/run/systemd/user"
  ln -s /dev/null "$dir/run/systemd/user/sockets.target" # the box has a bus already
  [ -d /sys/fs/cgroup ] || mount -t sysfs sysfs /sys
  mkdir "$dir/cgroup"
  mount -t cgroup2 cgroup2 "$dir/cgroup"
  group=$dir/cgroup/ca-sync-test-$pid
  mkdir "$group"
  chown -R "$uid:$gid" "$group"
  sh -c 'echo 0 >"$1/cgroup.procs" && exec unshare --cgroup --mount --propagation unchanged "$0" manager "$2" "$3" "$4"' \
    "$0" "$group" "$dir" "$uid" "$gid" >"$dir/systemd.log" 2>&1 &
  tries=0
  until [ -S "$dir/run/systemd/private" ]; do
    tries=$((tries + 1))
    [ $tries -lt 1200 ] || { cat "$dir/systemd.log" >&2; exit 1; }
    sleep 0.05
  done
}

# A folder of control groups can only be removed when all that was in it has ended.
end() {
  kill -KILL -1 2>/dev/null || :
  [ -z "${group-}" ] || while ! find "$group" -depth -type d -exec rmdir {} + 2>/dev/null; do sleep 0.05; done
}

trap end EXIT
"start_$kind"
echo "ready $pid"
while read -r _; do :; done
