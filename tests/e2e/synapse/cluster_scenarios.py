# SPDX-License-Identifier: Apache-2.0
"""Two servers and two workers on one database behind a plain TCP balancer; either may be killed at any moment."""
from clients import API, DEVICE, Matrix, OAuth, device_id, log_in
from machine import eventually
from scenario import PASSWORD, Scenario


class ClusterScenarios(Scenario):
    server_count, worker_count = 2, 2

    def everything(self):
        """What people do, from the first day to the log-out."""
        name, device = self.user(), device_id()
        old = Matrix(self.deployment, log_in(self.deployment, name, PASSWORD).json()["access_token"])
        tokens = OAuth(self.deployment).log_in(self.person(name), "openid %s %s%s" % (API, DEVICE, device))
        new = Matrix(self.deployment, tokens["access_token"])
        self.assertEqual((old.says("old"), new.says("new"), len(new.devices())), (["old"], ["new"], 2))
        self.assertEqual(old.call("POST", "v3/logout").status_code, 200)
        eventually(lambda: old.whoami().status_code == 401, "the old token is refused")
        self.assertEqual(new.whoami().status_code, 200)

    def test_works_with_all_and_after_either_was_killed(self):
        self.everything()
        for number in range(2):
            self.deployment.servers[number].kill()
            self.deployment.workers[number].kill()
            self.everything()
            self.deployment.start_server(number)
            self.deployment.start_worker(number)
        self.everything()
