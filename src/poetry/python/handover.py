# Writing, and reading back as Poetry does.


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
