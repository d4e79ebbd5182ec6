"""Answers requests until the end of stdin."""

import os
import sys
import threading

from .backend import named
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


def main():
    threading.Thread(target=listen, daemon=True).start()
    request = inbox.get()
    keep_out(request["projects"])
    while True:
        answer(request)
        exchange_keys()
        request = inbox.get()


main()
