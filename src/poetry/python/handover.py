"""Writing, and reading back as Poetry does."""

from urllib.parse import urlsplit

from .backend import foreign, load_keyring, named, path_of, stores
from .secret_service import listed, sharing, stop_sharing, swap
from .talk import Problem, describe, say, secrets
from .unlock import WINDOWS_LIMIT, open_all, writes_to_windows


def remove(service, username):
    """Removes every such entry from every store of a chain; a store deletes only one of several duplicates at a time."""
    import keyring

    for store in stores(keyring.get_keyring()):
        for _ in range(8):
            if store.get_password(service, username) is None:
                break
            store.delete_password(service, username)


def store_password(service, username, password, limit, alone):
    """`alone`: the entry is asked for neither before nor after. Whether the password got there the look-ups see, and the plain way mends it."""
    import keyring

    held = None if alone else keyring.get_password(service, username)
    if held == password:
        return
    if limit is not None and len(password) > limit:
        raise Problem("too-long", length=len(password), limit=limit)
    try:
        keyring.set_password(service, username, password)
        kept = password if alone else keyring.get_password(service, username)
        if kept != password:  # an older duplicate was found first
            remove(service, username)
            keyring.set_password(service, username, password)
            kept = keyring.get_password(service, username)
    except keyring.errors.KeyringLocked:
        raise
    except Exception as error:
        if not alone:
            remove_half(service, username, (held, password))
        raise refusal(service, username, password, describe(error))
    if kept != password:
        remove_half(service, username, (held, password))
        raise refusal(service, username, password, "it gave back something else than what was stored")


def remove_half(service, username, whole):
    import keyring

    if keyring.get_password(service, username) not in whole:
        remove(service, username)


def refusal(service, username, password, detail):
    """Was it the length? The same backend is asked to hold one character; the plain way, which comes next where it was another, tells."""
    import keyring

    if sharing:
        return Problem("refused", service=service, detail=detail)
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


def asking():
    """Asks Poetry's keyring, and for nothing twice."""
    import keyring

    known = {}

    def ask(how, service, username):
        question = how, service, username
        if question not in known:
            known[question] = getattr(keyring, how)(service, username)
        return known[question]

    return ask


def look_up(name, url, username, ask):
    """What Poetry finds (authenticator.py, get_http_credentials): by name, then by URL, then by host. Gives (service, password)."""
    import keyring

    by_name = "poetry-repository-" + name
    password = ask("get_password", by_name, username)
    if password is not None:
        return by_name, password
    for service in (url, urlsplit(url).netloc):
        try:
            credential = ask("get_credential", service, username)
        except (keyring.errors.KeyringError, RuntimeError):  # as Poetry does: go on
            credential = None
        if credential:
            return service, credential.password
    return None, None


def check(name, url, username, password, ask):
    import keyring

    service, found = look_up(name, url, username, ask)
    if service is None:
        raise Problem("missing", service=urlsplit(url).netloc)
    if found != password:
        everyone = stores(keyring.get_keyring())
        holders = [store for store in everyone if gives(store, service, username, found)]
        store = path_of(holders[0]) if holders else ""
        raise Problem("shadowed", service=service, store=store, rival=foreign(holders[0]) if holders else None)


def gives(store, service, username, found):
    """Some give a login without a password for whatever they are asked, and are taken at their word."""
    credential = store.get_credential(service, username)
    return credential is not None and credential.password == found


def attempt(action, **arguments):
    """One failing entry does not stop the others. Gives the problem's answer, or None."""
    import keyring

    try:
        action(**arguments)
    except Problem as problem:
        return named(problem.answer)
    except keyring.errors.KeyringLocked:
        return Problem("locked").answer
    except Exception as error:
        return named(
            Problem("refused", service=arguments.get("service") or arguments["name"], detail=describe(error)).answer
        )
    finally:
        say(event="alive")
    return None


def apply(request):
    secrets.update(each["password"] for each in request["write"] + request["check"])
    backend = load_keyring()
    open_all(backend, request["unattended"])
    problems = hand_over(backend, request)
    doubtful = [name for name, problem in problems.items() if problem and problem["kind"] != "locked"]
    if doubtful and stop_sharing():
        problems.update(hand_over(backend, only(doubtful, **request)))
    return [{"name": name, "problem": problem} for name, problem in problems.items()]


def hand_over(backend, request):
    """The problem of each name; None where every look-up gave its token back."""
    limit = WINDOWS_LIMIT if writes_to_windows(backend) else None
    left, lost, problems, ask = {}, {}, {}, asking()
    proven = not sharing
    there = {username: listed(backend, username) for username in {entry["username"] for entry in request["remove"]}}
    for entry in request["remove"]:
        services = there[entry["username"]]
        if services is None or entry["service"] in services:
            left[entry["service"]] = attempt(remove, **entry)
    for entry in request["write"]:
        # Nobody has a new token yet.
        problem = attempt(store_password, limit=limit, alone=bool(sharing and request.get("new")), **entry)
        lost[entry["password"]] = lost.get(entry["password"]) or problem
    for each in request["check"]:
        name = each["name"]
        known = problems.get(name) or left.get("poetry-repository-" + name) or lost.get(each["password"])
        problems[name] = known or attempt(check if proven else check_plainly, ask=ask, **each)
        proven = proven or problems[name] is None
    return problems


def check_plainly(**each):
    """What was written over the shared session must also be seen without it: until one look-up has shown it, none is made over that."""
    swap()
    try:
        check(**each)
    finally:
        swap()


def only(names, check, write, remove, **others):
    """A request for some of its names."""
    looks = [look for look in check if look["name"] in names]
    passwords = {look["password"] for look in looks}
    services = {look["url"] for look in looks} | {"poetry-repository-" + name for name in names}
    return dict(
        others,
        check=looks,
        write=[entry for entry in write if entry["password"] in passwords],
        remove=[entry for entry in remove if entry["service"] in services],
    )


def remove_all(request):
    open_all(load_keyring(), request["unattended"])
    problems = {entry["service"]: attempt(remove, **entry) for entry in request["remove"]}
    if any(problems.values()) and stop_sharing():
        return remove_all(request)
    return [{"name": service, "problem": problem} for service, problem in problems.items()]
