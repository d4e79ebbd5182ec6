/** What stands where Poetry should be: shell that makes `$1`. */
export interface HostilePoetry {
  readonly title: string
  readonly make: string
}

const script = (title: string, text: string): HostilePoetry => ({
  title,
  make: `printf '%b' '${text.replaceAll("'", "'\\''")}' >"$1"; chmod 755 "$1"`,
})

/** A Poetry whose Python is a program of another kind. */
const python = (title: string, body: string): HostilePoetry => ({
  title: `a Python that ${title}`,
  make: `printf '#!%s.python\\n' "$1" >"$1"; printf '#!/bin/sh\\n%s\\n' '${body.replaceAll("'", "'\\''")}' >"$1.python"; chmod 755 "$1" "$1.python"`,
})

export const hostilePoetries: readonly HostilePoetry[] = [
  { title: 'a pipe', make: 'mkfifo -m 755 "$1"' },
  { title: 'a folder', make: 'mkdir "$1"' },
  { title: 'a link to itself', make: 'ln -s "$1" "$1"' },
  { title: 'a link to nowhere', make: 'ln -s /nowhere "$1"' },
  { title: 'an endless device', make: 'ln -s /dev/zero "$1"' },
  {
    title: 'a socket',
    make: 'python3 -c "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])" "$1"; chmod 755 "$1"',
  },
  script('an empty file', ''),
  script('a file without an end of line', '#!'),
  script('a script of nothing', '#!\\n'),
  script('a script of itself', '#!/usr/bin/env poetry\\n'),
  script('another language', '#!/bin/sh\\nexec sleep 1000\\n'),
  script('zero bytes', '\\0\\0\\0\\0'),
  {
    title: 'a first line of a megabyte',
    make: '{ printf "#!/"; head -c 1048576 /dev/zero | tr "\\0" x; } >"$1"; chmod 755 "$1"',
  },
  { title: 'a gigabyte of nothing', make: 'truncate -s 1G "$1"; chmod 755 "$1"' },
  { title: 'another program', make: 'cp /bin/true "$1"' },
  { title: 'a Python that is the script', make: 'printf "#!%s\\n" "$1" >"$1"; chmod 755 "$1"' },
  { title: 'a file that may not be run', make: 'printf "#!/usr/bin/python3\\n" >"$1"; chmod 644 "$1"' },
  python('says nothing', 'exit 0'),
  python('fails', 'exit 1'),
  python('says 100 MiB', 'head -c 104857600 /dev/zero | tr "\\\\0" x'),
  python('says lines for ever', 'exec yes "{}"'),
  python('says JSON', "echo '{\"event\":\"started\"}'; echo null; echo '[]'; echo '{}'; cat >/dev/null"),
  python('says escapes', "printf '\\\\033[2J\\\\033]0;owned\\\\007' >&2; exit 3"),
  python('never ends', 'exec sleep 1000'),
  python('reads all and never ends', 'cat >/dev/null; exec sleep 1000'),
  python('leaves a child behind', 'sleep 5 & exit 0'),
  python('kills itself', 'kill -KILL $$'),
  python('kills its group', 'kill -TERM 0'),
  python('says what it was given', 'cat; cat >&2'),
]
