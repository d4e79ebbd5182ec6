# The keyring of what `ca-sync exec` starts: tokens out of the environment, each for its own URLs. All else is asked of the user's own keyring.

import json
import os

from keyring import backend, core
from keyring.credentials import SimpleCredential


class Keyring(backend.KeyringBackend):
    priority = -1  # chosen by name only

    def __init__(self):
        super().__init__()
        # The names end in something that no file can guess: some tools put variables that a file names into URLs.
        tokens = [json.loads(value) for name, value in os.environ.items() if name.startswith("CA_SYNC_TOKEN_")]
        self._tokens = {url: each["token"] for each in tokens for url in each["urls"]}
        self._settings = json.loads(os.environ.get("CA_SYNC_KEYRING") or "{}")
        self._own = None

    def get_credential(self, service, username):
        token = self._token(service)
        if token is not None and username in (None, "", "aws"):
            return SimpleCredential("aws", token)
        return self._ask(service, lambda own: own.get_credential(service, username))

    def get_password(self, service, username):
        token = self._token(service)
        if token is not None and username == "aws":
            return token
        return self._ask(service, lambda own: own.get_password(service, username))

    def set_password(self, service, username, password):
        self._users().set_password(service, username, password)

    def delete_password(self, service, username):
        self._users().delete_password(service, username)

    def _token(self, service):
        """Only for a URL that lies below one of ours, the scheme included; the longest wins. A bare host or name gets nothing."""
        url = service.rstrip("/") + "/"
        above = ((ours, token) for ours, token in self._tokens.items() if url.startswith(ours))
        return max(above, default=(0, None))[1]

    def _ask(self, service, question):
        if not self._settings.get("own") or service in self._settings.get("ours", ()):
            return None
        try:
            return question(self._users())
        except Exception:  # locked, or not there: Poetry would not ask it again either
            self._settings["own"] = False
            return None

    def _users(self):
        if self._own is None:
            chosen = self._settings.get("backend")
            others = (each for each in backend.get_all_keyring() if not isinstance(each, Keyring))
            self._own = core.load_keyring(chosen) if chosen else core.load_config()
            self._own = self._own or max(others, key=backend.by_priority)
        return self._own
