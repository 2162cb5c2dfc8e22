# SPDX-License-Identifier: Apache-2.0
"""A homeserver that is away, hangs, drips or answers 500: what does not need it goes on, nothing is lost, jobs catch up."""
import time
from concurrent.futures import ThreadPoolExecutor

import requests

from clients import API, DEVICE, Matrix, OAuth, device_id, log_in
from machine import eventually
from scenario import PASSWORD, Scenario

AT_ONCE = 10  # seconds; no homeserver is waited for that short


class FaultScenarios(Scenario):
    def tearDown(self):
        self.deployment.to_synapse.fail(None)

    def around(self, fault, fails_at_once=True):
        """One log-out, a web log-in, and a token exchange, with a homeserver in that state; then it is well again."""
        name, device = self.user(), device_id()
        old = Matrix(self.deployment, log_in(self.deployment, name, PASSWORD).json()["access_token"])
        self.assertEqual(old.whoami().status_code, 200)
        client = OAuth(self.deployment)
        self.deployment.to_synapse.fail(fault)
        begun = time.monotonic()
        self.assertEqual(old.call("POST", "v3/logout").status_code, 200)
        form = client.code_for(self.person(name), "openid %s %s%s" % (API, DEVICE, device))
        self.assertEqual(requests.get(self.deployment.issuer + "health", timeout=60).status_code, 200)
        self.assertLess(time.monotonic() - begun, AT_ONCE)
        if fails_at_once:
            failed = client.token(**form)
            self.assertIn(failed.status_code, (500, 503), failed.text)
            self.assertIn(log_in(self.deployment, name, PASSWORD).status_code, (500, 503))
        self.deployment.to_synapse.fail(None)
        tokens = eventually(lambda: self.given(client.token(**form)), "the code is still good")
        self.assertEqual(Matrix(self.deployment, tokens["access_token"]).whoami().json()["device_id"], device)
        eventually(lambda: old.whoami().status_code == 401, "the log-out came through")
        eventually(lambda: log_in(self.deployment, name, PASSWORD).status_code == 200, "old clients log in again")

    @staticmethod
    def given(answer):
        assert answer.status_code in (200, 500, 503), (answer.status_code, answer.text)
        return answer.json() if answer.status_code == 200 else None

    def test_unreachable(self):
        self.around("refuse")

    def test_answering_500(self):
        self.around("error")

    def test_dripping(self):
        self.around("drip", fails_at_once=False)

    def test_hanging(self):
        """More clients than the server has threads want devices; who wants none does not notice."""
        name, count = self.user(), 24
        old, client = Matrix(self.deployment, log_in(self.deployment, name, PASSWORD).json()["access_token"]), OAuth(self.deployment)
        forms = [client.code_for(self.person(name), "openid %s %s%s" % (API, DEVICE, device_id())) for _ in range(count)]
        refreshable = client.log_in(self.person(name), "openid")
        self.deployment.to_synapse.fail("hang")
        with ThreadPoolExecutor(count) as threads:
            answers = [threads.submit(client.token, **form) for form in forms]
            eventually(lambda: sum(each.done() for each in answers) >= 8, "some are turned away")
            self.assertTrue(all(self.turned_away(each.result()) for each in answers if each.done()))
            self.assertFalse(all(each.done() for each in answers), "none waits for the homeserver")
            begun = time.monotonic()
            self.assertEqual(requests.get(self.deployment.issuer + "health", timeout=60).status_code, 200)
            self.assertEqual(requests.get(self.deployment.issuer + "login", timeout=60).status_code, 200)
            self.assertEqual(client.refresh(refreshable).status_code, 200)
            self.assertEqual(old.call("POST", "v3/logout").status_code, 200)
            self.assertLess(time.monotonic() - begun, AT_ONCE / 2)
            self.measured("health, log-in page, refresh and log-out while 8 wait for a homeserver that hangs", time.monotonic() - begun)
            self.assertTrue(all(each.result().status_code in (500, 503) for each in answers))
        self.deployment.to_synapse.fail(None)
        for form in forms:
            eventually(lambda form=form: self.given(client.token(**form)), "the codes are still good")

    @staticmethod
    def turned_away(answer):
        return (answer.status_code, answer.json()["error"]) == (503, "temporarily_unavailable") and int(answer.headers["Retry-After"]) > 0

    def test_stopped_and_started_again(self):
        name = self.user()
        token = log_in(self.deployment, name, PASSWORD).json()["access_token"]
        self.deployment.synapse.stop()
        self.addCleanup(lambda: self.deployment.synapse.process.child.poll() is None or self.deployment.synapse.start())
        me = Matrix(self.deployment, token)
        self.assertEqual(me.call("POST", "v3/logout").status_code, 200)
        self.deployment.synapse.start()
        self.assertEqual(me.whoami().status_code, 401)
        eventually(lambda: self.open_jobs() == "0", "all jobs are done")

    def open_jobs(self):
        return self.deployment.sql("SELECT count(*) FROM queue_jobs WHERE queue_name IN ('sync-devices', 'provision-user') AND status NOT IN ('completed', 'failed')")
