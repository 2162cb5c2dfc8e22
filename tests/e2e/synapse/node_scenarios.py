# SPDX-License-Identifier: Apache-2.0
"""Clients that are not ours: matrix-js-sdk's own functions, and a real browser. The programs are in node/."""
import os
import unittest

from machine import run
from scenario import PASSWORD, Scenario

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


@unittest.skipUnless(os.environ.get("NODE_PROGRAMS"), "Node.js' packages could not be installed")
class NodeScenarios(Scenario):
    def program(self, file):
        """Ends with an assertion, and its text, if something is not as it should be."""
        environment = {**os.environ, "HOMESERVER_URL": self.deployment.url, "ISSUER": self.deployment.issuer, "USERNAME_OF_PERSON": self.user(), "PASSWORD_OF_PERSON": PASSWORD, "CHROMIUM": CHROMIUM}
        run(["node", os.path.join(os.environ["NODE_PROGRAMS"], file)], env=environment)

    def test_matrix_js_sdk_logs_in_talks_refreshes_and_logs_out(self):
        self.program("oidc.mjs")

    @unittest.skipUnless(os.path.exists(CHROMIUM), CHROMIUM + " is not installed")
    def test_a_client_from_before_oauth_logs_in_by_sso_in_a_browser(self):
        self.program("sso.mjs")

    @unittest.skipUnless(os.path.exists(CHROMIUM), CHROMIUM + " is not installed")
    def test_somebody_new_registers_on_the_way_through_sso(self):
        self.program("sso_register.mjs")


class NodeBelowAPath(NodeScenarios):
    """The same with Latchkey at /auth/ of the homeserver's name."""

    below = "/auth/"
