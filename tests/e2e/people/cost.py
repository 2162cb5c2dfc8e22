#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""cost.py [TIMES]: what each request to the pages of registration and recovery costs in CPU, of Latchkey and of PostgreSQL. Without a
worker, so that mails cost nothing here, and with the cheapest hash (0.9 ms); the figures of a few times say nothing. By hand, on a machine that is quiet:
    MAS_CLI=build/bin/mas-cli PLUGINS=build/lib/latchkey/plugins tests/e2e/people/cost.py 300
"""
import hashlib
import sys
from urllib.parse import urljoin

from browser import Browser
from service import Service, binaries

PASSWORD = "nine unlikely purple otters"


class Visitor:
    """One person, and the page that is open."""

    def __init__(self, service, number):
        self.service, self.name = service, "person%d" % number
        self.address = self.name + "@example.org"
        self.ticket = hashlib.md5(self.address.encode()).hexdigest()  # 32 characters that SQL can make, too
        self.browser = Browser(service.base)
        self.page = None

    def get(self, path):
        self.page = self.browser.request(urljoin(self.service.base, path))

    def go_on(self):
        """To where the last answer leads."""
        self.page = self.browser.request(urljoin(self.page.url, self.page.location))

    def send(self, part, **fields):
        self.page = self.browser.send(self.page, part, **fields)

    def register(self, **wrong):
        self.send("password_confirm", **{"username": self.name, "email": self.address, "password": PASSWORD, "password_confirm": PASSWORD, **wrong})


def codes(service):
    """Without a worker nobody mailed any."""
    service.sql("INSERT INTO user_email_authentication_codes (user_email_authentication_code_id, user_email_authentication_id, code, created_at, expires_at)"
                " SELECT gen_random_uuid(), user_email_authentication_id, '123456', now(), now() + interval '1 h' FROM user_email_authentications")


def tickets(service):
    """Links as the worker mails them, for all who are registered."""
    service.sql("INSERT INTO user_recovery_sessions (user_recovery_session_id, email, user_agent, locale, created_at) SELECT user_email_id, email, 'people', 'en', now() FROM user_emails;"
                "INSERT INTO user_recovery_tickets (user_recovery_ticket_id, user_recovery_session_id, user_email_id, ticket, created_at, expires_at)"
                " SELECT gen_random_uuid(), user_email_id, user_email_id, md5(email), now(), now() + interval '1 h' FROM user_emails")


REGISTRATION = [
    ("GET /register", lambda v: v.get("register"), 303),
    ("GET /register/password", lambda v: v.go_on(), 200),
    ("POST /register/password, refused", lambda v: v.register(password_confirm="another"), 200),
    ("POST /register/password", lambda v: v.register(), 303),
    ("GET …/finish, which leads on", lambda v: v.go_on(), 303),
    ("GET …/verify-email", lambda v: v.go_on(), 200),
]
PROOF = [
    ("POST …/verify-email, wrong code", lambda v: v.send("code", code="654321"), 200),
    ("POST …/verify-email", lambda v: v.send("code", code="123456"), 303),
    ("GET …/finish, which leads on again", lambda v: v.go_on(), 303),
    ("GET …/display-name", lambda v: v.go_on(), 200),
    ("POST …/display-name", lambda v: v.send("display_name", action="set", display_name="Somebody"), 303),
    ("GET …/finish, which makes the user", lambda v: v.go_on(), 303),
]
RECOVERY = [
    ("GET /recover", lambda v: v.get("recover"), 200),
    ("POST /recover, no address", lambda v: v.send("email", email="nobody"), 200),
    ("POST /recover", lambda v: v.send("email", email=v.address), 303),
    ("GET /recover/progress", lambda v: v.go_on(), 200),
    ("POST /recover/progress", lambda v: v.send(None), 303),
    ("GET /account/password/recovery", lambda v: v.get("account/password/recovery?ticket=" + v.ticket), 200),
    ("POST /account/password/recovery, refused", lambda v: v.send("password_confirm", password=PASSWORD, password_confirm="another"), 200),
    ("POST /account/password/recovery", lambda v: v.send("password_confirm", password=PASSWORD + "!", password_confirm=PASSWORD + "!"), 200),
    ("GET /account/password/recovery, used", lambda v: v.get("account/password/recovery?ticket=" + v.ticket), 200),
]


def measure(service, visitors, steps):
    for name, step, status in steps:
        before = service.cpu()
        for each in visitors:
            step(each)
            assert each.page.status == status, (name, each.page.status, each.page.text)
        print("%-42s %8.2f %8.2f" % (name, *(1000 * (now - then) / len(visitors) for now, then in zip(service.cpu(), before))), flush=True)


def main(times):
    service = Service()
    try:
        visitors = [Visitor(service, number) for number in range(times)]
        print("%-42s %8s %8s" % ("ms of CPU for a request", "server", "database"))
        measure(service, visitors[:20], [("(the first of all: caches)", lambda v: v.get("register/password"), 200)])
        measure(service, visitors, REGISTRATION)
        codes(service)
        measure(service, visitors, PROOF)
        tickets(service)
        for each in visitors:
            each.browser.cookies.clear()
        measure(service, visitors, RECOVERY)
    finally:
        service.stop()


if __name__ == "__main__":
    if not binaries():
        print("SKIPPED: what pages cost: PostgreSQL is not installed", file=sys.stderr)
        sys.exit(77)
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
