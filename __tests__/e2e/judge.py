"""Real Poetry as a judge: imported once, and forked for each command line, which then runs as if it had been typed.

One JSON document a line: {"cwd", "env", "words"} in, {"code", "said"} out.
"""

import io
import json
import os
import sys
import tempfile

from poetry.console.application import Application


def run(case, log):
    os.chdir(case["cwd"])
    os.environ.clear()
    os.environ.update(case["env"])
    os.dup2(log, 1)
    os.dup2(log, 2)
    sys.stdout = io.TextIOWrapper(os.fdopen(1, "wb"), write_through=True)
    sys.stderr = io.TextIOWrapper(os.fdopen(2, "wb"), write_through=True)
    sys.argv = ["poetry", *case["words"]]
    code = 1
    try:
        code = Application().run()
    except SystemExit as end:
        code = end.code or 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 1)


for line in sys.stdin:
    case = json.loads(line)
    with tempfile.TemporaryFile() as log:
        child = os.fork()
        if child == 0:
            run(case, log.fileno())
        _, status = os.waitpid(child, 0)
        log.seek(0)
        said = log.read().decode(errors="replace")
    print(json.dumps({"code": os.waitstatus_to_exitcode(status), "said": said}), flush=True)
