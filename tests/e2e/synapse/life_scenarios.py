# SPDX-License-Identifier: Apache-2.0
"""Users who are locked, unlocked, deactivated and reactivated. The homeserver keeps what it heard of a token for two minutes, so each
look at it is with a token that it has not seen."""
import time
from urllib.parse import urljoin

from clients import API, DEVICE, Matrix, OAuth, device_id, log_in
from machine import eventually
from scenario import PASSWORD, Scenario


class LifeScenarios(Scenario):
    def token(self, name):
        return Matrix(self.deployment, log_in(self.deployment, name, PASSWORD).json()["access_token"])

    def test_locked_and_unlocked(self):
        name = self.user()
        while_locked, afterwards = self.token(name), self.token(name)
        self.deployment.cli("manage", "lock-user", name)
        self.assertEqual(while_locked.whoami().status_code, 401)
        refused = log_in(self.deployment, name, PASSWORD)
        self.assertEqual((refused.status_code, refused.json()["errcode"]), (401, "M_USER_LOCKED"))
        self.deployment.cli("manage", "unlock-user", name)
        self.assertEqual(afterwards.whoami().status_code, 200)

    def test_deactivated_and_reactivated(self):
        name = self.user()
        seen, unseen = self.token(name), self.token(name)
        self.assertEqual(seen.whoami().status_code, 200)
        self.deployment.cli("manage", "lock-user", "--deactivate", name)
        eventually(lambda: self.at_homeserver(name)["is_deactivated"], "deactivated at the homeserver")
        for each in (seen, unseen):
            eventually(lambda each=each: each.whoami().status_code == 401, "the token is refused")
        self.assertEqual(log_in(self.deployment, name, PASSWORD).status_code, 403)
        self.deployment.cli("manage", "unlock-user", "--reactivate", name)
        eventually(lambda: not self.at_homeserver(name)["is_deactivated"], "active at the homeserver")
        eventually(lambda: log_in(self.deployment, name, PASSWORD).status_code == 200, "may log in again")


class DeactivationOnTheAccountPage(Scenario):
    """What people do themselves, by the page's form."""

    def newly_deactivated(self, **erase):
        """The name of somebody who had a profile and tokens, one of which the homeserver knew, and who is out now; and those tokens."""
        name = self.user()
        person = self.person(name)
        seen, unseen = (Matrix(self.deployment, OAuth(self.deployment).log_in(person, "openid %s %s%s" % (API, DEVICE, device_id()))["access_token"]) for _ in range(2))
        self.assertEqual(seen.call("PUT", "v3/profile/@%s:example.com/displayname" % name, {"displayname": "Somebody"}).status_code, 200)
        page = person.open(urljoin(self.deployment.issuer, "account/deactivate"))
        wrong = person.submit(page, "erase", username=name, password="not the password", **erase)
        self.assertIn('role="alert"', wrong.text)
        self.assertEqual(seen.whoami().status_code, 200)
        begun = time.monotonic()
        done = person.submit(page, "erase", username=name, password=PASSWORD, **erase)
        self.assertIn("@%s:example.com" % name, done.text)
        for what, token in (("a token that the homeserver knew", seen), ("another token", unseen)):
            eventually(lambda token=token: token.whoami().status_code == 401, what + " is refused")
            self.measured("from deactivation until %s is refused" % what, time.monotonic() - begun)
        eventually(lambda: self.at_homeserver(name)["is_deactivated"], "deactivated at the homeserver")
        self.measured("from deactivation until the homeserver has it", time.monotonic() - begun)
        return name, person

    def test_people_who_deactivate_themselves_are_out(self):
        name, person = self.newly_deactivated()
        self.assertEqual(log_in(self.deployment, name, PASSWORD).status_code, 403)
        page = person.log_in(person.open(urljoin(self.deployment.issuer, "login")))
        self.assertIn("This account was deleted", page.text)
        self.assertNotIn("/account/sessions", person.open(urljoin(self.deployment.issuer, "account/")).text)

    def test_people_who_have_themselves_erased_leave_no_profile(self):
        name, _ = self.newly_deactivated(erase="on")
        profile = "v3/profile/@%s:example.com" % name
        eventually(lambda: not Matrix(self.deployment).call("GET", profile).json().get("displayname"), "the profile is gone")
        self.assertEqual(log_in(self.deployment, name, PASSWORD).status_code, 403)
