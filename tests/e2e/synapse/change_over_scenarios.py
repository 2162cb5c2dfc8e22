# SPDX-License-Identifier: Apache-2.0
"""A Synapse whose users, devices and tokens stand in a database as MAS left it."""
from clients import Matrix, device_id
from machine import eventually
from scenario import Scenario


class ChangeOverScenarios(Scenario):
    def test_tokens_that_synapse_once_gave_go_on_working(self):
        name, device = self.user(), device_id()
        user = self.deployment.sql("SELECT user_id FROM users WHERE username = '%s'" % name)
        # The sync that follows on a new user takes away a device that has no session yet.
        eventually(lambda: self.deployment.sql("SELECT count(*) FROM queue_jobs WHERE queue_name = 'sync-devices' AND status = 'completed'") != "0", "the user's devices are synced")
        self.deployment.mas("upsert_device", localpart=name, device_id=device)
        token = "syt_%s_AbCdEfGhIjKlMnOpQrSt_0aBcDe" % "YWxpY2U"
        self.deployment.sql(
            "UPDATE latchkey_settings SET value = 'plain' WHERE name = 'token_storage';"
            "INSERT INTO compat_sessions (compat_session_id, user_id, device_id, created_at, is_synapse_admin) VALUES ('0193a9c0-0000-7000-8000-000000000001', '%s', '%s', now(), false);"
            "INSERT INTO compat_access_tokens (compat_access_token_id, compat_session_id, access_token, created_at) VALUES ('0193a9c0-0000-7000-8000-000000000002', '0193a9c0-0000-7000-8000-000000000001', '%s', now())" % (user, device, token))
        me = Matrix(self.deployment, token)
        self.assertEqual(me.whoami().json(), {"user_id": "@%s:example.com" % name, "is_guest": False, "device_id": device})
        self.assertEqual(me.says("still here"), ["still here"])
        self.assertEqual(me.call("POST", "v3/logout").status_code, 200)
