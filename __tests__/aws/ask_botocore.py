"""What botocore makes of each case on stdin ({home, env, profile}): which credentials, of whom, or which error. Calls nothing."""

import json
import os
import sys

import botocore.session


def describe(credentials):
    if credentials is None:
        return "none"
    fetcher = getattr(getattr(credentials, "_refresh_using", None), "__self__", None)
    role = getattr(fetcher, "_role_arn", None)
    if credentials.method == "assume-role":
        return f"role {role} of {describe(fetcher._source_credentials)}"
    if credentials.method == "assume-role-with-web-identity":
        return f"web {role}"
    if credentials.method == "sso":
        return f"sso {fetcher._account_id} {fetcher._role_name}"
    return f"keys {credentials._access_key if hasattr(credentials, '_access_key') else credentials.access_key}"


def look(case):
    os.environ.clear()
    os.environ.update(case["env"])
    session = botocore.session.Session(profile=case.get("profile"))
    try:
        session.get_scoped_config()
        return describe(session.get_credentials())
    except Exception as error:  # each kind is an answer
        return f"{type(error).__name__}: {error}"


json.dump([look(case) for case in json.load(sys.stdin)], sys.stdout)
