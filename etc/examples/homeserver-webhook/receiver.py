#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A homeserver behind Latchkey's webhook contract (docs/homeserver-webhook.md), as an example to begin with.

    receiver.py --secret-file FILE [--state FILE] [--port 8008] [--server-name example.com] [--service URL]

It keeps users and devices in memory, and in the state file if one is named. What a real homeserver does with them goes into the
class Homeserver; the rest (signature, time, repetitions, limits, errors) can stay as it is. Standard library only.
"""
import argparse
import collections
import contextlib
import hashlib
import hmac
import http.server
import json
import os
import pathlib
import re
import socket
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

PREFIX = "/latchkey/v1/"
LARGEST_BODY = 1 << 20
LARGEST_SKEW = 300  # seconds
NEW_NAME = re.compile(r"[a-z0-9=_./+-]+")


class Refused(Exception):
    def __init__(self, status, errcode, error):
        super().__init__(error)
        self.status, self.errcode, self.error = status, errcode, error


def member(body, name, kind):
    """A member that must be there; bool is no int here."""
    value = body.get(name)
    if not isinstance(value, kind):
        raise Refused(400, "M_BAD_JSON", f"`{name}` must be {kind.__name__}")
    return value


class Homeserver:
    """Replace what is in here. Each call may come twice and must do no harm then."""

    def __init__(self, server_name, service, secret, state):
        self.server_name, self.service, self.secret, self.state = server_name, service, secret, state
        self.users = json.loads(state.read_text()) if state and state.exists() else {}

    def save(self):
        if self.state:
            new = self.state.with_suffix(".new")
            new.write_text(json.dumps(self.users))
            os.replace(new, self.state)

    def user(self, body):
        found = self.users.get(member(body, "localpart", str))
        if found is None:
            raise Refused(404, "M_NOT_FOUND", "there is no such user")
        return found

    def device(self, body):
        return self.user(body)["devices"], member(body, "device_id", str)

    def why_not(self, name):
        """Why a user cannot get this name; nothing if it can."""
        if not NEW_NAME.fullmatch(name) or name.startswith("_") or name.isdigit() or len(f"@{name}:{self.server_name}") > 255:
            return "invalid"
        return "reserved" if name.startswith("irc-") else "taken" if name in self.users else None

    def ping(self, _):
        answer = {"server_name": self.server_name}
        return answer | {"introspection": self.introspection()} if self.service else answer

    def introspection(self):
        """Whether the service answers when it is asked about a token, as a homeserver does for each of its clients' requests."""
        request = urllib.request.Request(urllib.parse.urljoin(self.service, "oauth2/introspect"), b"token=ping&token_type_hint=access_token",
                                         {"Authorization": f"Bearer {self.secret}", "Content-Type": "application/x-www-form-urlencoded"})
        try:
            with urllib.request.urlopen(request, timeout=3) as answer:
                return "ok" if json.load(answer) == {"active": False} else "it says that a made-up token is active"
        except (OSError, ValueError) as error:
            return str(error)

    def query_user(self, body):
        user = self.user(body)
        return {"user_id": f"@{body['localpart']}:{self.server_name}", "display_name": user["display_name"], "avatar_url": user["avatar_url"],
                "suspended": False, "deactivated": user["deactivated"]}

    def is_localpart_available(self, body):
        reason = self.why_not(member(body, "localpart", str))
        return {"available": False, "reason": reason} if reason else {"available": True}

    def provision_user(self, body):
        name = member(body, "localpart", str)
        created = name not in self.users
        if created and (reason := self.why_not(name)):
            raise Refused(400, "M_INVALID_USERNAME", f"this name is {reason}")
        user = self.users.setdefault(name, {"display_name": name, "avatar_url": None, "emails": [], "devices": {}, "locked": False,
                                            "deactivated": False, "erased": False, "reset_allowed": False})
        user.update({key: body[key] for key in ("display_name", "avatar_url", "emails", "locked") if key in body})
        return {"created": created}

    def delete_user(self, body):
        user = self.user(body)
        user.update(deactivated=True, devices={}, emails=[], erased=user["erased"] or member(body, "erase", bool))
        return {}

    def reactivate_user(self, body):
        self.user(body).update(deactivated=False, erased=False)
        return {}

    def set_display_name(self, body):
        self.user(body)["display_name"] = body.get("display_name")
        return {}

    def upsert_device(self, body):
        devices, device = self.device(body)
        devices[device] = body.get("display_name") or devices.get(device, "")
        return {}

    def set_device_name(self, body):
        devices, device = self.device(body)
        if device not in devices:
            raise Refused(404, "M_NOT_FOUND", "there is no such device")
        devices[device] = member(body, "display_name", str)
        return {}

    def delete_device(self, body):
        devices, device = self.device(body)
        devices.pop(device, None)
        return {}

    def sync_devices(self, body):
        user = self.user(body)
        user["devices"] = {device: user["devices"].get(device, "") for device in member(body, "devices", list)}
        return {}

    def allow_cross_signing_reset(self, body):
        self.user(body)["reset_allowed"] = True
        return {}


CALLS = {name for name in vars(Homeserver) if not name.startswith("_")} - {"save", "user", "device", "why_not", "introspection"}

QUESTIONS = {"ping", "query_user", "is_localpart_available"}


class Receiver:
    """What does not depend on the homeserver: who asks, and what was answered before."""

    def __init__(self, homeserver, secret):
        self.homeserver, self.secret, self.lock = homeserver, secret.encode(), threading.Lock()
        self.answered = collections.OrderedDict()  # (call, key) → digest of the body, answer

    def check(self, call, headers, body):
        stamp, key = headers.get("Latchkey-Timestamp", ""), headers.get("Idempotency-Key", "")
        text = b"\n".join([b"latchkey-v1", stamp.encode(), call.encode(), key.encode(), body])
        expected = "v1=" + hmac.new(self.secret, text, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected.encode(), headers.get("Latchkey-Signature", "").encode()):
            raise Refused(401, "M_UNAUTHORIZED", "the signature is wrong: are both secrets the same?")
        if not stamp.isdigit() or abs(time.time() - int(stamp)) > LARGEST_SKEW:
            raise Refused(401, "M_UNAUTHORIZED", f"the time of the call is more than {LARGEST_SKEW} s off: look at both clocks")
        return key

    def answer(self, call, headers, body):
        if call not in CALLS:
            raise Refused(404, "M_UNRECOGNIZED", "there is no such call")
        key, digest = (call, self.check(call, headers, body)), hashlib.sha256(body).digest()
        try:
            parsed = json.loads(body)
        except (ValueError, RecursionError):
            parsed = None
        if not isinstance(parsed, dict):
            raise Refused(400, "M_NOT_JSON", "the body must be a JSON object")
        if call in QUESTIONS:  # each has its answer of now
            return getattr(self.homeserver, call)(parsed)
        with self.lock:
            before = self.answered.get(key)
            if before and before[0] == digest:
                return before[1]
            made = getattr(self.homeserver, call)(parsed)
            self.homeserver.save()
            self.answered[key] = digest, made
            if len(self.answered) > 10_000:
                self.answered.popitem(last=False)
            return made


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60

    def do_POST(self):
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > LARGEST_BODY:
            self.reply(413, {"errcode": "M_TOO_LARGE", "error": f"the body must have a length, of at most {LARGEST_BODY}"})
            return self.hang_up()
        body = self.rfile.read(int(length))
        try:
            if not self.path.startswith(PREFIX):
                raise Refused(404, "M_UNRECOGNIZED", f"calls begin with {PREFIX}")
            self.reply(200, self.server.receiver.answer(self.path.removeprefix(PREFIX), self.headers, body))
        except Refused as refused:
            self.reply(refused.status, {"errcode": refused.errcode, "error": refused.error})

    def hang_up(self):
        """Ends a connection whose request was not read. What is left of it is taken first, for a moment: else the system
        resets the connection, and the answer may be lost."""
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_WR)
        self.connection.settimeout(2)
        left = 16 * LARGEST_BODY
        with contextlib.suppress(OSError):
            while left > 0 and (taken := self.connection.recv(1 << 16)):
                left -= len(taken)

    def reply(self, status, answer):
        text = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True


def main():
    parser = argparse.ArgumentParser(description="A homeserver behind Latchkey's webhook contract")
    parser.add_argument("--secret-file", required=True, type=pathlib.Path, help="holds what matrix.secret is")
    parser.add_argument("--state", type=pathlib.Path, help="where users and devices are kept")
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8008, help="0: any free one")
    parser.add_argument("--server-name", default="example.com")
    parser.add_argument("--service", help="where this service is reached, http.public_base say, to see that it answers")
    options = parser.parse_args()
    secret = options.secret_file.read_text().strip()
    server = Server((options.address, options.port), Handler)
    server.receiver = Receiver(Homeserver(options.server_name, options.service, secret, options.state), secret)
    print(f"listening on http://{options.address}:{server.server_port}/", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
