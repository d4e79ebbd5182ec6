"""The Secret Service over one connection and one session.

Python's keyring opens both anew for each call, and the key exchange of a session takes longer than all the rest. The calls stay those of the
package that Poetry asks with; only what it opens is shared.
"""

from contextlib import suppress

from .backend import stores

sharing = {}  # functions that are in place of secretstorage's own, or those themselves, by module and name; empty where nothing is shared


def share_secret_service(backend):
    """Whatever is not as secretstorage 3.2 to 3.5 have it leaves everything as it is."""
    if sharing or not any(type(each).__module__ == "keyring.backends.SecretService" for each in stores(backend)):
        return
    try:
        import secretstorage.collection
        import secretstorage.item

        open_session = secretstorage.item.open_session
        bus = secretstorage.dbus_init()
        bus.close = lambda: None
        opened = []

        def session(connection):
            if connection is not bus:
                return open_session(connection)
            opened[:] = opened or [open_session(bus)]
            return opened[0]

        ours = {(secretstorage, "dbus_init"): lambda: bus}
        ours.update({(module, "open_session"): session for module in (secretstorage.collection, secretstorage.item)})
        for module, name in ours:
            getattr(module, name)
    except Exception:
        return
    sharing.update(ours)
    swap()


def swap():
    """Puts secretstorage's own functions back; the next time, ours again."""
    for (module, name), function in list(sharing.items()):
        sharing[module, name] = getattr(module, name)
        setattr(module, name, function)


def exchange_keys():
    """The slow part of a session, done while nobody waits; whatever goes wrong shows when it is needed."""
    if sharing:
        with suppress(Exception):
            import secretstorage.item
            from secretstorage.util import format_secret

            # The library of ciphers takes long for its first.
            format_secret(secretstorage.item.open_session(secretstorage.dbus_init()), b"", "text/plain")


def stop_sharing():
    """From here on all is done in the plain way. Gives whether it was not before."""
    was = bool(sharing)
    swap()
    sharing.clear()
    return was


def listed(backend, username):
    """The services of a user's entries, where one search tells; None where each must be asked for."""
    store = stores(backend)[0]
    if not sharing or store is not backend:
        return None
    try:
        names = store.schemes[store.scheme]
        items = store.get_preferred_collection().search_items({names["username"]: username})
        return {item.get_attributes().get(names["service"]) for item in items}
    except Exception:
        return None
