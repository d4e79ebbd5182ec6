"""Answers requests until the end of stdin."""

import os
import sys
import threading
from contextlib import suppress

from __main__ import early, projects

from .backend import importing_less, load_keyring, load_poetry, named, skip_libraries_of_macos
from .handover import apply, remove_all
from .inspect import describe_installation, look
from .secret_service import exchange_keys
from .talk import Problem, describe, inbox, keep_out, listen, say
from .unlock import probe

ASKING_AFTER = 2.0  # seconds by hand after which a silent backend is taken to be asking the person

verbs = {"probe": probe, "apply": apply, "remove": remove_all, "describe": describe_installation, "look": look}


def notice_asking(request):
    """By hand, a backend that we cannot ask (Keychain, a terminal prompt) may be asking the person: the limit is theirs then."""
    keyring = sys.modules.get("keyring")
    backend = keyring and getattr(keyring.core, "_keyring_backend", None)
    known = backend is None or type(backend).__module__ == "keyring.backends.SecretService"
    if not request["unattended"] and not known:
        say(event="waiting")


def answer(request):
    deadline = threading.Timer(request["seconds"], os._exit, [124])
    asking = threading.Timer(ASKING_AFTER, notice_asking, [request])
    for timer in (deadline, asking):
        timer.daemon = True
        timer.start()
    try:
        say(result=verbs[request["do"]](request))
    except Problem as problem:
        say(problem=named(problem.answer))
    except Exception as error:
        say(problem=named(Problem("unreadable", detail=describe(error)).answer))
    finally:
        deadline.cancel()
        asking.cancel()


def import_early():
    """What the first request is about to need; what goes wrong shows then."""
    with suppress(Problem), importing_less():
        load_poetry()
        say(event="started")
        skip_libraries_of_macos()
        load_keyring()


def main():
    threading.Thread(target=listen, daemon=True).start()
    keep_out(projects)
    if early:
        import_early()
    while True:
        answer(inbox.get())
        exchange_keys()


main()
