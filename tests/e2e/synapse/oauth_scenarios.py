# SPDX-License-Identifier: Apache-2.0
"""New clients: OAuth found by the homeserver's name, with tokens that the homeserver has introspected."""
from clients import API, DEVICE, Matrix, OAuth, device_id
from scenario import Scenario


class OAuthScenarios(Scenario):
    def user(self):
        # By hand: nothing brings users to the homeserver yet.
        name = "alice"
        self.deployment.cli("manage", "register-user", "--yes", "--password=correct horse battery staple", name)
        self.deployment.mas("provision_user", localpart=name, locked=False)
        return name

    def test_metadata_is_republished_as_we_publish_it(self):
        ours = OAuth(self.deployment).server
        self.assertEqual(ours["issuer"], self.deployment.issuer)
        self.assertNotIn("?", ours["account_management_uri"])

    def test_a_token_opens_the_homeserver(self):
        name, device = self.user(), device_id()
        self.deployment.mas("upsert_device", localpart=name, device_id=device)
        tokens = OAuth(self.deployment).log_in(self.person(name), "openid %s %s%s" % (API, DEVICE, device))
        me = Matrix(self.deployment, tokens["access_token"])
        self.assertEqual(me.whoami().json(), {"user_id": "@%s:example.com" % name, "is_guest": False, "device_id": device})
        self.assertEqual(me.says("hello"), ["hello"])
