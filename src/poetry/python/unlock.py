"""Locked or open, without a prompt where nobody is to be asked."""

from contextlib import closing

from .backend import load_keyring, load_poetry, no_bus, path_of, refuse_unusable, rival, skip_libraries_of_macos, stores
from .secret_service import share_secret_service, stop_sharing
from .talk import Problem, describe, say

# CRED_MAX_CREDENTIAL_BLOB_SIZE is 2560 bytes, and keyring.backends.Windows stores UTF-16.
WINDOWS_LIMIT = 1280


def open_all(backend, unattended):
    share_secret_service(backend)
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
        if stop_sharing():
            return refuse_unreadable()
        raise Problem("unreadable", detail=describe(error))


def probe(request):
    version, config_dir = load_poetry()
    say(event="started")
    skip_libraries_of_macos()
    backend = load_keyring()
    say(event="alive", rival=rival())
    refuse_unusable(backend)
    open_all(backend, request["unattended"])
    refuse_unreadable()
    limit = WINDOWS_LIMIT if writes_to_windows(backend) else None
    return {"poetryVersion": version, "configDir": config_dir, "backend": path_of(backend), "limit": limit}


def writes_to_windows(backend):
    return type(stores(backend)[0]).__module__ == "keyring.backends.Windows"
