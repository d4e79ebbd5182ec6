# For `ca-sync doctor`: the same look-ups as the handover, and nothing is changed.

PLUGIN_GROUPS = ("poetry.plugin", "poetry.application.plugin", "keyring.backends")
INDEX_SECONDS = (5, 10)  # to connect, to answer


def describe_installation(request):
    version, config_dir = load_poetry()
    say(event="started")
    return {"poetryVersion": version, "configDir": config_dir, "plugins": sorted(plugins())}


def plugins():
    """Names of the installed packages that add to Poetry or to its keyring."""
    try:
        from importlib import metadata
    except ImportError:  # Python 3.7, where Poetry brings it along
        import importlib_metadata as metadata
    for package in metadata.distributions():
        if any(entry.group in PLUGIN_GROUPS for entry in package.entry_points):
            yield package.metadata["Name"]


def look(request):
    """What Poetry's keyring has for each source, and what the index says to the token; the two side by side."""
    secrets.update(each["password"] for each in request["looks"] if each["password"])
    asking = [ask_in_background(index) for index in request["indexes"]]
    found = [look_at(**each) for each in request["looks"]]
    return {"found": found, "answers": [wait_for(*each) for each in asking]}


def look_at(name, url, username, password):
    import keyring

    service, kept = look_up(name, url, username)
    say(event="alive")
    by_name = "poetry-repository-" + name
    pypi_token = keyring.get_password(by_name, "__token__") is not None
    return {"name": name, "service": service, "isOurs": kept is not None and kept == password, "pypiToken": pypi_token}


def ask_in_background(index):
    answer = {}
    thread = threading.Thread(target=lambda: answer.update(ask_index(**index)), daemon=True)
    thread.start()
    return thread, answer


def wait_for(thread, answer):
    while thread.is_alive():
        thread.join(2)
        say(event="alive")
    return answer


def ask_index(name, url, username, password):
    """As Poetry asks: with its own HTTP library, proxies and certificates. No redirect is followed: the token is for this host."""
    try:
        import requests

        answer = requests.get(url, auth=(username, password), allow_redirects=False, timeout=INDEX_SECONDS)
    except Exception as error:
        return {"name": name, "status": None, "detail": describe(error)}
    return {"name": name, "status": answer.status_code, "detail": ""}
