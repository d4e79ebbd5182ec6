"""What Poetry's own Python runs: it writes keyring entries with the keyring that Poetry will read them with, and looks at them.

The files of this folder are the modules of a package that is in no folder there: keyring/child.ts hands over their texts.

Requests come as JSON lines in `requests` (opened by the starter there), answers go out as JSON lines. Standard output and input
are taken away from everybody else: a backend that prints, or that reads a password from stdin, must not disturb them.
Runs on every Python that Poetry 1.3 to 2.5 runs on (3.7 and later).
"""

import json
import os
import queue
import site
import sys
import threading

from __main__ import mark, requests

answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
inbox = queue.Queue()
speaking = threading.Lock()
secrets = set()


class Problem(Exception):
    """What went wrong, as a kind that the other side puts into words, and its facts."""

    def __init__(self, kind, **facts):
        super().__init__(kind)
        self.answer = dict(facts, kind=kind)


def say(**message):
    with speaking:
        answers.write(f"\n{mark}{json.dumps(message)}\n")
        answers.flush()


def listen():
    for line in requests:
        inbox.put(json.loads(line.decode("utf-8")))
    os._exit(0)


def describe(error):
    text = f"{type(error).__name__}: {error}"
    for secret in secrets:
        text = text.replace(secret, "****")
    return text[:300]


def inside(path, folder):
    return path == folder or path.startswith(os.path.join(folder, ""))


def real(path):
    return os.path.normcase(os.path.realpath(path))


def keep_out(projects):
    """Nothing is imported from a project, except where Poetry itself is installed inside it."""
    own = [real(folder) for folder in (sys.prefix, sys.base_prefix, site.getusersitepackages())]
    folders = [real(project) for project in projects]

    def is_foreign(path, project):
        return inside(path, project) and not any(inside(path, each) for each in own if inside(each, project))

    sys.path[:] = [
        p for p, path in [(p, real(p)) for p in sys.path] if not any(is_foreign(path, project) for project in folders)
    ]
