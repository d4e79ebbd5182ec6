"""Real Poetry as a judge: imported once, and forked for each command line, which then runs as if it had been typed.

What a command line had to import, the next one finds imported. One JSON document a line: {"cwd", "env", "words"} in, {"code", "said"} out.
A document without words empties the keyring.
"""

import contextlib
import importlib
import io
import json
import os
import sys
import tempfile

import secretstorage
from poetry.console.application import Application


def run(case, log, learned):
    os.chdir(case["cwd"])
    os.environ.clear()
    os.environ.update(case["env"])
    os.dup2(log, 1)
    os.dup2(log, 2)
    sys.stdout = io.TextIOWrapper(os.fdopen(1, "wb"), write_through=True)
    sys.stderr = io.TextIOWrapper(os.fdopen(2, "wb"), write_through=True)
    sys.argv = ["poetry", *case["words"]]
    code = 1
    known = set(sys.modules)
    try:
        code = Application().run()
    except SystemExit as end:
        code = end.code or 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os.write(learned, json.dumps([name for name in sys.modules if name not in known]).encode())
        os._exit(code if isinstance(code, int) else 1)


def empty_keyring():
    with contextlib.closing(secretstorage.dbus_init()) as bus:
        for item in secretstorage.get_default_collection(bus).get_all_items():
            item.delete()


def text_of(file):
    file.seek(0)
    return file.read().decode(errors="replace")


for line in sys.stdin:
    case = json.loads(line)
    if not case:
        empty_keyring()
        print("{}", flush=True)
        continue
    with tempfile.TemporaryFile() as log, tempfile.TemporaryFile() as learned:
        child = os.fork()
        if child == 0:
            run(case, log.fileno(), learned.fileno())
        _, status = os.waitpid(child, 0)
        said = text_of(log)
        for name in json.loads(text_of(learned) or "[]"):
            with contextlib.suppress(Exception):
                importlib.import_module(name)
    print(json.dumps({"code": os.waitstatus_to_exitcode(status), "said": said}), flush=True)
