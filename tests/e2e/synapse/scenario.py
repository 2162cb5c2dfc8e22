# SPDX-License-Identifier: Apache-2.0
"""What all scenarios have: one PostgreSQL for all of them, one deployment for each class, users."""
import os
import secrets
import sys
import unittest

from clients import Matrix, Person
from deployment import Deployment
from machine import eventually
from postgres import Postgres

PASSWORD = "correct horse battery staple"
postgres = None


def shared_postgres():
    global postgres
    if postgres is None:
        os.makedirs(os.environ["LOGS"], exist_ok=True)
        postgres = Postgres(os.environ["LOGS"])
    return postgres


def stop_postgres():
    if postgres is not None:
        postgres.stop()


class Scenario(unittest.TestCase):
    below, server_count, worker_count = None, 1, 0

    @classmethod
    def setUpClass(cls):
        logs = "%s/%s" % (os.environ["LOGS"], cls.__name__)
        cls.deployment = Deployment(shared_postgres(), logs, cls.below, cls.server_count, cls.worker_count)
        cls.addClassCleanup(cls.end)
        cls.deployment.start()

    @classmethod
    def end(cls):
        assert cls.deployment.stop(), "something did not end by itself, see " + cls.deployment.directory
        assert not (found := cls.deployment.logged_secrets(PASSWORD)), "secrets stand in the log: " + "".join(found[:10])

    def user(self):
        """A new user with PASSWORD, whom the homeserver knows."""
        name = "user" + secrets.token_hex(4)
        self.deployment.cli("manage", "register-user", "--yes", "--password=" + PASSWORD, name)
        eventually(lambda: self.known(name), "the homeserver knows " + name)
        return name

    def known(self, name):
        return Matrix(self.deployment).call("GET", "v3/profile/@%s:example.com" % name).status_code == 200

    def at_homeserver(self, name):
        return self.deployment.ask("query_user", localpart=name)

    def measured(self, what, seconds):
        print("measured: %s: %.0f ms" % (what, seconds * 1000), file=sys.stderr)

    def person(self, name):
        return Person(self.deployment.issuer, name, PASSWORD)
