"""The handover, run by Poetry's own Python: writes keyring entries with the keyring that Poetry will read them with.

Requests come as JSON lines in `requests` (opened by the starter), answers go out as JSON lines. Standard output and input
are taken away from everybody else: a backend that prints, or that reads a password from stdin, must not disturb them.
Runs on every Python that Poetry 1.3 to 2.5 runs on (3.7 and later).
"""
import json
import os
import queue
import site
import socket
import sys
import threading
from contextlib import closing
from urllib.parse import urlsplit

answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
inbox = queue.Queue()
speaking = threading.Lock()
secrets = set()

# CRED_MAX_CREDENTIAL_BLOB_SIZE is 2560 bytes, and keyring.backends.Windows stores UTF-16.
WINDOWS_LIMIT = 1280
TIMEOUTS = (TimeoutError, socket.timeout)  # jeepney gives a bus 2 s to answer; two classes up to Python 3.9
ASKING_AFTER = 2.0  # seconds by hand after which a silent backend is taken to be asking the person


class Problem(Exception):
    """What went wrong, as a kind that the other side puts into words, and its facts."""

    def __init__(self, kind, **facts):
        super().__init__(kind)
        self.answer = dict(facts, kind=kind)


def say(**message):
    with speaking:
        answers.write(json.dumps(message) + "\n")
        answers.flush()


def listen():
    for line in requests:  # opened by the starter (handover-child.ts)
        inbox.put(json.loads(line.decode("utf-8")))
    os._exit(0)


def describe(error):
    text = "%s: %s" % (type(error).__name__, error)
    for secret in secrets:
        text = text.replace(secret, "****")
    return text[:300]


def inside(path, folder):
    path, folder = (os.path.normcase(os.path.realpath(p)) for p in (path, folder))
    return path == folder or path.startswith(os.path.join(folder, ""))


def keep_out(project):
    """Nothing is imported from the project, except where Poetry itself is installed inside it."""
    own = [sys.prefix, sys.base_prefix, site.getusersitepackages()]
    own = [folder for folder in own if inside(folder, project)]
    sys.path[:] = [p for p in sys.path if not inside(p, project) or any(inside(p, folder) for folder in own)]


# ---- what is there


def load_poetry():
    try:
        from poetry.__version__ import __version__
        from poetry.locations import CONFIG_DIR
    except Exception as error:
        raise Problem("no-poetry", detail=describe(error))
    return __version__, str(CONFIG_DIR)


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
    return "%s.%s" % (type(backend).__module__, type(backend).__name__)


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


# ---- locked or open, without a prompt


def open_all(backend, unattended):
    for store in stores(backend):
        module = type(store).__module__
        if module in ("keyring.backends.SecretService", "keyring.backends.libsecret"):
            open_secret_service(store, unattended)
        elif module == "keyring.backends.kwallet":
            open_kwallet(store, unattended)
        elif module == "keyring.backends.macOS" and unattended:
            forbid_macos_dialogs()


def open_secret_service(store, unattended):
    """`secretstorage.get_default_collection` would create a missing collection, with a prompt; `Collection` only looks."""
    import secretstorage

    try:
        bus = secretstorage.dbus_init()
    except (secretstorage.SecretServiceNotAvailableException, OSError) as error:
        raise no_bus(error)
    with closing(bus):
        path = getattr(store, "preferred_collection", None)
        try:
            collection = secretstorage.Collection(bus, path) if path else secretstorage.Collection(bus)
        except secretstorage.SecretServiceNotAvailableException as error:
            raise Problem("no-service", detail=describe(error))
        except secretstorage.ItemNotFoundException:
            collection = None
        if collection is None or collection.is_locked():
            ask_to_open(secretstorage, bus, collection, unattended)


def ask_to_open(secretstorage, bus, collection, unattended):
    if unattended:
        raise Problem("no-collection" if collection is None else "locked")
    say(event="waiting")
    refused = Problem("not-made" if collection is None else "dismissed")
    try:
        if collection is None:
            secretstorage.create_collection(bus, "Default", "default")
        elif collection.unlock() or collection.is_locked():
            raise refused
    except secretstorage.SecretStorageException:
        raise refused


def open_kwallet(store, unattended):
    """KWallet's `isOpen` prompts for nothing; opening, which the next look-up does, may."""
    import dbus

    bus = dbus.SessionBus()
    wallets = dbus.Interface(bus.get_object(store.bus_name, store.object_path), "org.kde.KWallet")
    if wallets.get_dbus_method("isOpen")(wallets.networkWallet(), signature="s"):
        return
    if unattended:
        raise Problem("locked")
    say(event="waiting")


def forbid_macos_dialogs():
    """From here on the keychain gives an error (-25308) where it would open a dialog."""
    import ctypes

    security = ctypes.CDLL("/System/Library/Frameworks/Security.framework/Security")
    security.SecKeychainSetUserInteractionAllowed(ctypes.c_ubyte(0))


def refuse_unreadable():
    """The look-up that Poetry 2.1 and later make to see whether the keyring works."""
    import keyring

    try:
        keyring.get_password("python-poetry-check", "python-poetry")
    except keyring.errors.KeyringLocked:
        raise Problem("locked")
    except Exception as error:
        raise Problem("unreadable", detail=describe(error))


def probe(request):
    version, config_dir = load_poetry()
    say(event="started")
    backend = load_keyring()
    refuse_unusable(backend)
    open_all(backend, request["unattended"])
    refuse_unreadable()
    limit = WINDOWS_LIMIT if writes_to_windows(backend) else None
    return {"poetryVersion": version, "configDir": config_dir, "backend": path_of(backend), "limit": limit}


def writes_to_windows(backend):
    return type(stores(backend)[0]).__module__ == "keyring.backends.Windows"


# ---- writing and reading back


def remove(service, username):
    """Removes every such entry from every store of a chain; a store deletes only one of several duplicates at a time."""
    import keyring

    for store in stores(keyring.get_keyring()):
        for _ in range(8):
            if store.get_password(service, username) is None:
                break
            store.delete_password(service, username)


def store_password(service, username, password, limit):
    import keyring

    held = keyring.get_password(service, username)
    if held == password:
        return
    if limit is not None and len(password) > limit:
        raise Problem("too-long", length=len(password), limit=limit)
    try:
        keyring.set_password(service, username, password)
        if keyring.get_password(service, username) != password:  # an older duplicate was found first
            remove(service, username)
            keyring.set_password(service, username, password)
    except keyring.errors.KeyringLocked:
        raise
    except Exception as error:
        remove_half(service, username, (held, password))
        raise refusal(service, username, password, describe(error))
    kept = keyring.get_password(service, username)
    if kept != password:
        remove_half(service, username, (held, password))
        raise refusal(service, username, password, "it gave back something else than what was stored")


def remove_half(service, username, whole):
    import keyring

    if keyring.get_password(service, username) not in whole:
        remove(service, username)


def refusal(service, username, password, detail):
    """Was it the length? The same backend is asked to hold one character."""
    import keyring

    trial = service + "/ca-sync-length-check"
    try:
        keyring.set_password(trial, username, "x")
        fits = keyring.get_password(trial, username) == "x"
        remove(trial, username)
    except Exception:
        fits = False
    if fits:
        return Problem("too-long", length=len(password), limit=None, detail=detail)
    return Problem("refused", service=service, detail=detail)


def look_up(name, url, username):
    """What Poetry finds (authenticator.py, get_http_credentials): by name, then by URL, then by host. Gives (service, password)."""
    import keyring

    by_name = "poetry-repository-" + name
    password = keyring.get_password(by_name, username)
    if password is not None:
        return by_name, password
    for service in (url, urlsplit(url).netloc):
        try:
            credential = keyring.get_credential(service, username)
        except (keyring.errors.KeyringError, RuntimeError):  # as Poetry does: go on
            credential = None
        if credential:
            return service, credential.password
    return None, None


def check(name, url, username, password):
    import keyring

    service, found = look_up(name, url, username)
    if service is None:
        raise Problem("missing", service=urlsplit(url).netloc)
    if found != password:
        holders = [path_of(s) for s in stores(keyring.get_keyring()) if s.get_password(service, username) == found]
        raise Problem("shadowed", service=service, store=holders[0] if holders else "")


def attempt(action, **arguments):
    """One failing entry does not stop the others. Gives the problem's answer, or None."""
    import keyring

    try:
        action(**arguments)
    except Problem as problem:
        return problem.answer
    except keyring.errors.KeyringLocked:
        return Problem("locked").answer
    except Exception as error:
        return Problem("refused", service=arguments.get("service") or arguments["name"], detail=describe(error)).answer
    finally:
        say(event="alive")
    return None


def apply(request):
    secrets.update(entry["password"] for entry in request["write"])
    backend = load_keyring()
    open_all(backend, request["unattended"])
    limit = WINDOWS_LIMIT if writes_to_windows(backend) else None
    left, lost = {}, {}
    for entry in request["remove"]:
        left[entry["service"]] = attempt(remove, **entry)
    for entry in request["write"]:
        problem = attempt(store_password, limit=limit, **entry)
        lost[entry["password"]] = lost.get(entry["password"]) or problem
    return [dict(name=each["name"], problem=outcome(each, left, lost)) for each in request["check"]]


def remove_all(request):
    open_all(load_keyring(), request["unattended"])
    return [dict(name=entry["service"], problem=attempt(remove, **entry)) for entry in request["remove"]]


def outcome(look, left, lost):
    secrets.add(look["password"])
    return left.get("poetry-repository-" + look["name"]) or lost.get(look["password"]) or attempt(check, **look)


verbs = {"probe": probe, "apply": apply, "remove": remove_all}


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
        say(problem=problem.answer)
    except Exception as error:
        say(problem=Problem("unreadable", detail=describe(error)).answer)
    finally:
        deadline.cancel()
        asking.cancel()


def main():
    threading.Thread(target=listen, daemon=True).start()
    request = inbox.get()
    keep_out(request["project"])
    while True:
        answer(request)
        request = inbox.get()
