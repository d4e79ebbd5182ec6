"""What is there: Poetry, and the keyring that it will use."""

import os
import re
import socket
import sys
from contextlib import closing, contextmanager

from .talk import Problem, describe

TIMEOUTS = (TimeoutError, socket.timeout)  # jeepney gives a bus 2 s to answer; two classes up to Python 3.9


def load_poetry():
    try:
        from poetry import locations

        return version_beside(locations.__file__), str(locations.CONFIG_DIR)
    except Exception as error:
        raise Problem("no-poetry", detail=describe(error))


def version_beside(module):
    """Poetry's own way to its version imports much; where one Poetry is installed beside the module, its name tells."""
    names = os.listdir(os.path.dirname(os.path.dirname(module)))
    found = [re.fullmatch(r"poetry-(\d[^-]*)\.dist-info", name) for name in names]
    versions = [match.group(1) for match in found if match]
    if len(versions) == 1:
        return versions[0]
    from poetry.__version__ import __version__

    return __version__


def skip_libraries_of_macos():
    """Python's keyring looks for three of them on every system; on Linux, which has none, each look starts ldconfig, a compiler and a linker."""
    if sys.platform == "linux":
        from ctypes import util

        find = util.find_library
        util.find_library = lambda name: None if name in ("Security", "CoreServices", "Foundation") else find(name)


class Later:
    """Of what keyring's helpers import, these take as long as all the rest of it, and nobody needs them: each is loaded when it is used."""

    names = ("inspect", "more_itertools", "urllib.request")

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name not in cls.names:
            return None
        from importlib.machinery import PathFinder
        from importlib.util import LazyLoader

        spec = PathFinder.find_spec(name, path)
        if hasattr(spec and spec.loader, "exec_module"):
            spec.loader = LazyLoader(spec.loader)
        return spec


@contextmanager
def importing_less():
    sys.meta_path.insert(0, Later)
    try:
        yield
    finally:
        sys.meta_path.remove(Later)


def load_keyring():
    try:
        import keyring.backend
        import keyring.errors
    except Exception as error:
        raise Problem("no-keyring", detail=describe(error))
    try:
        return keyring.get_keyring()
    except RuntimeError as error:  # a backend chosen by name whose `priority` says it cannot work here
        raise Problem("unfit-backend", detail=describe(error))
    except TIMEOUTS:
        raise Problem("silent-bus")
    except Exception as error:
        raise Problem("bad-backend", detail=describe(error))


def stores(backend):
    """The backends that are really asked, in order: those of a chain, or the one."""
    return list(backend.backends) if type(backend).__name__ == "ChainerBackend" else [backend]


def path_of(backend):
    return f"{type(backend).__module__}.{type(backend).__name__}"


def foreign(store):
    """Which package a backend is of that was not chosen by name, and is not keyring's own; None for all others."""
    module = type(store).__module__
    if module.startswith("keyring.backends.") or chosen_by_name():
        return None
    for package in distributions():
        for entry in package.entry_points:
            if entry.group == "keyring.backends" and (module + ".").startswith(entry.value.split(":")[0] + "."):
                return {"package": package.metadata["Name"], "backend": path_of(store), "instead": usual_backend()}
    return None


def usual_backend():
    """The best of keyring's own that would work here; None where there is none."""
    import keyring.backend

    own = [each for each in keyring.backend.get_all_keyring() if type(each).__module__.startswith("keyring.backends.")]
    stores_of_people = [each for each in own if each.priority >= 1 and type(each).__name__ != "ChainerBackend"]
    return path_of(max(stores_of_people, key=lambda each: each.priority)) if stores_of_people else None


def distributions():
    try:
        from importlib import metadata
    except ImportError:  # Python 3.7, where Poetry brings it along
        import importlib_metadata as metadata
    return metadata.distributions()


def rival():
    """Who answers before the keyring that people have: whatever goes wrong is likely theirs."""
    try:
        import keyring

        return foreign(stores(keyring.get_keyring())[0])
    except Exception:
        return None


def named(answer):
    """A problem with who is likely to be behind it."""
    return answer if "rival" in answer or "keyring" not in sys.modules else dict(answer, rival=rival())


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
    address = os.environ.get("DBUS_SESSION_BUS_ADDRESS", "")
    if "/dev/null" in address or (address and "=" not in address and not address.startswith("autolaunch")):
        return Problem("bus-off", detail=address)
    detail = getattr(error, "strerror", None) or describe(error)
    return Problem("lost-bus" if os.environ.get("DBUS_SESSION_BUS_ADDRESS") else "no-bus", detail=detail)
