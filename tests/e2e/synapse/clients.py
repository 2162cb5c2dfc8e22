# SPDX-License-Identifier: Apache-2.0
"""Clients: one that speaks OAuth, as new Matrix clients do, and the calls of the Matrix client API that tests need."""
import base64
import hashlib
import os
import secrets
import sys
from urllib.parse import urlencode

import requests

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "clients"))
from person import Person  # noqa: E402

PATIENCE = 60
REDIRECT_URI = "http://127.0.0.1:9/cb"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
API = "urn:matrix:client:api:*"
DEVICE = "urn:matrix:client:device:"
OLD_API = "urn:matrix:org.matrix.msc2967.client:api:*"
OLD_DEVICE = "urn:matrix:org.matrix.msc2967.client:device:"


def device_id():
    return secrets.token_hex(6).upper()


class Matrix:
    """One access token at the homeserver's public name."""

    def __init__(self, deployment, token=None):
        self.url, self.token = deployment.url + "_matrix/client/", token

    def call(self, method, path, body=None):
        headers = {"Authorization": "Bearer " + self.token} if self.token else {}
        return requests.request(method, self.url + path, json=body, headers=headers, timeout=PATIENCE)

    def whoami(self):
        return self.call("GET", "v3/account/whoami")

    def devices(self):
        return {each["device_id"]: each.get("display_name") for each in self.call("GET", "v3/devices").json()["devices"]}

    def says(self, text):
        """Makes a room, sends a message into it and reads it there."""
        room = self.call("POST", "v3/createRoom", {"preset": "private_chat"}).json()["room_id"]
        sent = self.call("PUT", "v3/rooms/%s/send/m.room.message/%s" % (room, secrets.token_hex(8)), {"msgtype": "m.text", "body": text})
        assert sent.status_code == 200, sent.text
        read = self.call("GET", "v3/rooms/%s/messages?dir=b&limit=5" % room).json()["chunk"]
        return [each["content"]["body"] for each in read if each["event_id"] == sent.json()["event_id"]]


def log_in(deployment, name, password, **more):
    """By Matrix's own API, from before OAuth."""
    return Matrix(deployment).call("POST", "v3/login", {"type": "m.login.password", "identifier": {"type": "m.id.user", "user": name}, "password": password, **more})


class OAuth:
    """A public client that registers itself, knowing the homeserver's name only."""

    def __init__(self, deployment, name="Example Client"):
        self.deployment = deployment
        self.server = Matrix(deployment).call("GET", "v1/auth_metadata").json()
        metadata = {"client_name": name, "client_uri": "https://client.example/", "application_type": "native", "redirect_uris": [REDIRECT_URI],
                    "grant_types": ["authorization_code", "refresh_token", DEVICE_CODE], "response_types": ["code"], "token_endpoint_auth_method": "none"}
        answer = requests.post(self.server["registration_endpoint"], json=metadata, timeout=PATIENCE)
        assert answer.status_code == 201, answer.text
        self.client_id = answer.json()["client_id"]

    def code_for(self, person, scope):
        """Lets the person log in and consent; what a token request then needs."""
        verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        query = {"response_type": "code", "client_id": self.client_id, "redirect_uri": REDIRECT_URI, "scope": scope, "state": state,
                 "code_challenge": challenge, "code_challenge_method": "S256"}
        _, answer = person.authorize(self.server["authorization_endpoint"] + "?" + urlencode(query))
        assert answer["state"] == state and "code" in answer, answer
        return {"grant_type": "authorization_code", "code": answer["code"], "redirect_uri": REDIRECT_URI, "code_verifier": verifier}

    def token(self, **form):
        return requests.post(self.server["token_endpoint"], data={"client_id": self.client_id, **form}, timeout=PATIENCE)

    def log_in(self, person, scope):
        answer = self.token(**self.code_for(person, scope))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refresh(self, tokens):
        return self.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])

    def revoke(self, token):
        return requests.post(self.server["revocation_endpoint"], data={"client_id": self.client_id, "token": token}, timeout=PATIENCE)

    def log_in_elsewhere(self, person, scope):
        """The device flow: the person types the code in on another screen."""
        device = requests.post(self.server["device_authorization_endpoint"], data={"client_id": self.client_id, "scope": scope}, timeout=PATIENCE).json()
        pending = self.token(grant_type=DEVICE_CODE, device_code=device["device_code"])
        assert pending.json()["error"] == "authorization_pending", pending.text
        assert person.enter_user_code(device["verification_uri"], device["user_code"]).status_code == 200
        return self.token(grant_type=DEVICE_CODE, device_code=device["device_code"])


__all__ = ["API", "DEVICE", "OLD_API", "OLD_DEVICE", "Matrix", "OAuth", "Person", "device_id", "log_in"]
