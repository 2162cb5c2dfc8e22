# SPDX-License-Identifier: Apache-2.0
"""Users who are locked, unlocked, deactivated and reactivated. The homeserver keeps what it heard of a token for two minutes, so each
look at it is with a token that it has not seen."""
from clients import Matrix, log_in
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
