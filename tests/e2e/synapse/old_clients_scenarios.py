# SPDX-License-Identifier: Apache-2.0
"""Clients from before OAuth: Matrix's own log-in API, at the homeserver's public name."""
import time
from concurrent.futures import ThreadPoolExecutor

import requests

from clients import Matrix, device_id, log_in
from machine import eventually
from scenario import PASSWORD, Scenario


class OldClientScenarios(Scenario):
    def test_logs_in_talks_and_logs_out(self):
        name, device = self.user(), device_id()
        answer = log_in(self.deployment, name, PASSWORD, device_id=device, initial_device_display_name="My old client").json()
        self.assertEqual((answer["user_id"], answer["device_id"]), ("@%s:example.com" % name, device))
        me = Matrix(self.deployment, answer["access_token"])
        self.assertEqual(me.whoami().json(), {"user_id": "@%s:example.com" % name, "is_guest": False, "device_id": device})
        self.assertEqual(me.devices(), {device: "My old client"})
        self.assertEqual(me.says("hello"), ["hello"])
        begun = time.monotonic()
        self.assertEqual(me.call("POST", "v3/logout").status_code, 200)
        eventually(lambda: me.whoami().status_code == 401, "the token is refused")
        self.measured("from log-out to the homeserver's refusal", time.monotonic() - begun)
        self.assertEqual(me.whoami().json()["errcode"], "M_UNKNOWN_TOKEN")

    def test_a_wrong_password_and_a_made_up_user_are_refused_alike(self):
        for name in (self.user(), "nobody-of-that-name"):
            answer = log_in(self.deployment, name, "wrong")
            self.assertEqual((answer.status_code, answer.json()["errcode"]), (403, "M_FORBIDDEN"))

    def test_refreshes(self):
        answer = log_in(self.deployment, self.user(), PASSWORD, refresh_token=True).json()
        me = Matrix(self.deployment)
        fresh = me.call("POST", "v3/refresh", {"refresh_token": answer["refresh_token"]}).json()
        self.assertNotEqual(fresh["access_token"], answer["access_token"])
        self.assertEqual(Matrix(self.deployment, fresh["access_token"]).whoami().json()["device_id"], answer["device_id"])
        again = me.call("POST", "v3/refresh", {"refresh_token": answer["refresh_token"]})
        self.assertEqual((again.status_code, again.json()["errcode"]), (401, "M_UNKNOWN_TOKEN"))

    def test_two_devices_live_and_end_on_their_own(self):
        name = self.user()
        first, second = (Matrix(self.deployment, log_in(self.deployment, name, PASSWORD).json()["access_token"]) for _ in range(2))
        self.assertEqual(len(first.devices()), 2)
        first.call("POST", "v3/logout")
        eventually(lambda: first.whoami().status_code == 401, "the first is refused")
        eventually(lambda: len(second.devices()) == 1, "its device is gone")
        self.assertEqual(second.whoami().status_code, 200)

    def test_logs_out_everywhere(self):
        name = self.user()
        all_of_them = [Matrix(self.deployment, log_in(self.deployment, name, PASSWORD).json()["access_token"]) for _ in range(3)]
        refused = all_of_them[0].call("POST", "v3/logout/all")
        self.assertEqual((refused.status_code, refused.json()["errcode"]), (404, "M_UNRECOGNIZED"))
        self.assertEqual(all_of_them[0].call("POST", "v3/logout/all", {"io.element.only_compat_is_fine": True}).status_code, 200)
        for each in all_of_them:
            eventually(lambda each=each: each.whoami().status_code == 401, "all are refused")

    def test_many_log_in_at_once(self):
        name, count = self.user(), 40
        begun = time.monotonic()
        with ThreadPoolExecutor(4) as threads:
            answers = list(threads.map(lambda _: log_in(self.deployment, name, PASSWORD).status_code, range(count)))
        self.assertEqual(answers, [200] * count)
        self.measured("a log-in by password, on average of %d by 4 clients" % count, (time.monotonic() - begun) / count)

    def test_the_same_device_again_ends_the_session_before(self):
        name, device = self.user(), device_id()
        first = log_in(self.deployment, name, PASSWORD, device_id=device).json()["access_token"]
        second = log_in(self.deployment, name, PASSWORD, device_id=device).json()["access_token"]
        self.assertEqual(Matrix(self.deployment, first).whoami().status_code, 401)
        self.assertEqual(Matrix(self.deployment, second).whoami().json()["device_id"], device)


    def test_clients_in_browsers_may_call_from_anywhere(self):
        for path, method, status in (("login", "GET", 200), ("login", "POST", 400), ("logout", "POST", 401), ("logout/all", "POST", 401), ("refresh", "POST", 400)):
            for version in ("r0", "v3", "unstable"):
                url = "%s_matrix/client/%s/%s" % (self.deployment.url, version, path)
                asked = {"Origin": "https://app.example", "Access-Control-Request-Method": method, "Access-Control-Request-Headers": "authorization,content-type"}
                allowed = requests.options(url, headers=asked, timeout=60)
                self.assertEqual((allowed.status_code, allowed.headers["Access-Control-Allow-Origin"]), (200, "*"), url)
                self.assertTrue({"authorization", "content-type"} <= set(allowed.headers["Access-Control-Allow-Headers"].split(", ")), url)
                self.assertIn(allowed.headers["Access-Control-Allow-Methods"], ("*", method), url)
                answer = requests.request(method, url, headers={"Origin": "https://app.example"}, timeout=60)
                self.assertEqual((answer.status_code, answer.headers["Access-Control-Allow-Origin"]), (status, "*"), url)

    def test_application_services_are_told_to_use_their_own_token(self):
        answer = Matrix(self.deployment, "as_token").call("POST", "v3/login", {"type": "m.login.application_service", "identifier": {"type": "m.id.user", "user": "_bridge_alice"}})
        self.assertEqual((answer.status_code, answer.json()["errcode"]), (400, "M_APPSERVICE_LOGIN_UNSUPPORTED"))
        self.assertNotIn("m.login.application_service", [each["type"] for each in Matrix(self.deployment).call("GET", "v3/login").json()["flows"]])


class OldClientsBelowAPath(OldClientScenarios):
    """Latchkey at /auth/, the log-in API at the root as always."""

    below = "/auth/"
