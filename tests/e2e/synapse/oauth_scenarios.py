# SPDX-License-Identifier: Apache-2.0
"""New clients: OAuth found by the homeserver's name, with tokens that the homeserver has introspected."""
from clients import API, DEVICE, OLD_API, OLD_DEVICE, Matrix, OAuth, device_id
from machine import eventually
from scenario import Scenario


class OAuthScenarios(Scenario):
    def logged_in(self, name, client, scope=None):
        tokens = client.log_in(self.person(name), scope or "openid %s %s%s" % (API, DEVICE, device_id()))
        return tokens, Matrix(self.deployment, tokens["access_token"])

    def test_metadata_is_republished_as_we_publish_it(self):
        ours = OAuth(self.deployment).server
        self.assertEqual(ours["issuer"], self.deployment.issuer)
        self.assertNotIn("?", ours["account_management_uri"])

    def test_a_token_opens_the_homeserver_and_talks(self):
        name = self.user()
        for api, prefix in ((API, DEVICE), (OLD_API, OLD_DEVICE)):
            device = device_id()
            _, me = self.logged_in(name, OAuth(self.deployment, "Example"), "openid %s %s%s" % (api, prefix, device))
            self.assertEqual(me.whoami().json(), {"user_id": "@%s:example.com" % name, "is_guest": False, "device_id": device})
            self.assertEqual(me.devices()[device], "Example")
            self.assertEqual(me.says("hello"), ["hello"])

    def test_a_device_without_a_browser_logs_in(self):
        name, device = self.user(), device_id()
        answer = OAuth(self.deployment).log_in_elsewhere(self.person(name), "openid %s %s%s" % (API, DEVICE, device))
        self.assertEqual(answer.status_code, 200, answer.text)
        self.assertEqual(Matrix(self.deployment, answer.json()["access_token"]).whoami().json()["device_id"], device)

    def test_refreshes_for_the_same_device(self):
        client = OAuth(self.deployment)
        tokens, before = self.logged_in(self.user(), client)
        me = before.whoami().json()
        after = Matrix(self.deployment, client.refresh(tokens).json()["access_token"])
        self.assertEqual(after.whoami().json(), me)

    def test_a_refresh_token_never_opens_the_homeserver(self):
        tokens, _ = self.logged_in(self.user(), OAuth(self.deployment))
        self.assertEqual(Matrix(self.deployment, tokens["refresh_token"]).whoami().status_code, 401)

    def test_revoking_ends_this_device_and_no_other(self):
        name, client = self.user(), OAuth(self.deployment)
        first, mine = self.logged_in(name, client)
        _, other = self.logged_in(name, client)
        self.assertEqual((mine.whoami().status_code, len(other.devices())), (200, 2))
        self.assertEqual(client.revoke(first["refresh_token"]).status_code, 200)
        eventually(lambda: mine.whoami().status_code == 401, "the token is refused")
        eventually(lambda: len(other.devices()) == 1, "the device is gone")
        self.assertEqual(other.whoami().status_code, 200)


class BelowAPath(OAuthScenarios):
    """The same with Latchkey at /auth/ of the homeserver's name."""

    below = "/auth/"
