"""What is there: Poetry, and the keyring that it will use."""

import os
import socket
import sys
from contextlib import closing

from .talk import Problem, describe

TIMEOUTS = (TimeoutError, socket.timeout)  # jeepney gives a bus 2 s to answer; two classes up to Python 3.9


def load_poetry():
    try:
        from poetry.__version__ import __version__
        from poetry.locations import CONFIG_DIR
    except Exception as error:
        raise Problem("no-poetry", detail=describe(error))
    return __version__, str(CONFIG_DIR)


def skip_libraries_of_macos():
    """Python's keyring looks for three of them on every system; on Linux, which has none, each look starts ldconfig, a compiler and a linker."""
    if sys.platform == "linux":
        from ctypes import util

        find = util.find_library
        util.find_library = lambda name: None if name in ("Security", "CoreServices", "Foundation") else find(name)


def load_keyring():
    try:
        import keyring.backend
        import keyring.errors
    except Exception as error:
        raise Problem("no-keyring", detail=describe(error))
    try:
        return keyring.get_keyring()
    except RuntimeError as error:  # a backend chosen by name whose `priority` says it cannot work here
        raise Problem("no-backend", detail=describe(error))
    except TIMEOUTS:
        raise Problem("silent-bus")
    except Exception as error:
        raise Problem("bad-backend", detail=describe(error))


def stores(backend):
    """The backends that are really asked, in order: those of a chain, or the one."""
    return list(backend.backends) if type(backend).__name__ == "ChainerBackend" else [backend]


def path_of(backend):
    return f"{type(backend).__module__}.{type(backend).__name__}"


def refuse_unusable(backend):
    """Poetry's own rule (poetry/utils/password_manager.py, is_available)."""
    import keyring.backend

    def kind(candidate):
        first = candidate.name.split(" ")[0]
        if first in ("chainer", "fail", "null"):
            return first
        return "plaintext" if "plaintext" in candidate.name.lower() else None

    if kind(backend) == "chainer":
        if any(kind(each) is None for each in keyring.backend.get_all_keyring()):
            return
        raise why_absent()
    if kind(backend) == "plaintext":
        raise Problem("plaintext", backend=path_of(backend))
    if kind(backend) == "null" or (kind(backend) == "fail" and chosen_by_name()):
        raise Problem("disabled", backend=path_of(backend))
    if kind(backend) == "fail":
        raise why_absent()


def chosen_by_name():
    from keyring.core import load_config

    return "PYTHON_KEYRING_BACKEND" in os.environ or load_config() is not None


def why_absent():
    if sys.platform in ("win32", "darwin"):
        return Problem("no-backend", detail="")
    if not os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return Problem("no-bus", detail="")
    try:
        import secretstorage

        with closing(secretstorage.dbus_init()) as bus:
            if not secretstorage.check_service_availability(bus):
                return Problem("no-service", detail="")
    except ImportError as error:
        return Problem("no-backend", detail=describe(error))
    except Exception as error:
        return no_bus(error)
    return Problem("no-backend", detail="")


def no_bus(error):
    if isinstance(error, TIMEOUTS):
        return Problem("silent-bus")
    detail = getattr(error, "strerror", None) or describe(error)
    return Problem("lost-bus" if os.environ.get("DBUS_SESSION_BUS_ADDRESS") else "no-bus", detail=detail)
