"""For `ca-sync doctor`: the same look-ups as the handover, and nothing is changed."""

import threading
import time
from urllib.parse import urlsplit

from .backend import distributions, load_poetry
from .handover import asking, look_up
from .talk import describe, say, secrets

PLUGIN_GROUPS = ("poetry.plugin", "poetry.application.plugin", "keyring.backends")
INDEX_SECONDS = (5, 10)  # to connect (to one address), to answer
ALL_SECONDS = 15


def describe_installation(request):
    version, config_dir = load_poetry()
    say(event="started")
    return {"poetryVersion": version, "configDir": config_dir, "plugins": sorted(plugins())}


def plugins():
    """Names of the installed packages that add to Poetry or to its keyring."""
    for package in distributions():
        if any(entry.group in PLUGIN_GROUPS for entry in package.entry_points):
            yield package.metadata["Name"]


def look(request):
    """What Poetry's keyring has for each source, and what the index says to the token; the two side by side."""
    secrets.update(each["password"] for each in request["looks"] + request["indexes"] if each["password"])
    calls = [ask_in_background(index) for index in map(with_password, request["indexes"]) if index["password"]]
    ask = asking()
    found = [look_at(ask=ask, **each) for each in request["looks"]]
    deadline = time.monotonic() + ALL_SECONDS
    return {"found": found, "answers": [wait_for(deadline, *each) for each in calls]}


def with_password(index):
    """Without a copy of the token, the entry's own: it is bound to this host. One by name may be for another."""
    import keyring

    if index["password"]:
        return index
    for service in (index["url"], urlsplit(index["url"]).netloc):
        password = keyring.get_password(service, index["username"])
        if password:
            secrets.add(password)
            return dict(index, password=password)
    return index


def look_at(name, url, username, password, ask):
    service, kept = look_up(name, url, username, ask)
    say(event="alive")
    by_name = "poetry-repository-" + name
    pypi_token = ask("get_password", by_name, "__token__") is not None
    return {"name": name, "service": service, "isOurs": kept is not None and kept == password, "pypiToken": pypi_token}


def ask_in_background(index):
    answer = {"name": index["name"], "status": None, "detail": f"no answer within {ALL_SECONDS} s"}
    thread = threading.Thread(target=lambda: answer.update(ask_index(**index)), daemon=True)
    thread.start()
    return thread, answer


def wait_for(deadline, thread, answer):
    while thread.is_alive() and time.monotonic() < deadline:
        thread.join(1)
        say(event="alive")
    return dict(answer)


def ask_index(name, url, username, password):
    """As Poetry asks: with its own HTTP library, proxies and certificates. No redirect is followed: the token is for this host."""
    try:
        import requests

        answer = requests.get(url, auth=(username, password), allow_redirects=False, timeout=INDEX_SECONDS)
    except Exception as error:
        return {"name": name, "status": None, "detail": describe(error)}
    return {"name": name, "status": answer.status_code, "detail": ""}
