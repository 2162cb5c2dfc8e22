# SPDX-License-Identifier: Apache-2.0
"""People who register, and are at the homeserver when they have finished."""
import secrets
import time
from urllib.parse import urljoin

from clients import API, DEVICE, Matrix, OAuth, Person, device_id, log_in
from machine import eventually
from scenario import PASSWORD, Scenario


class RegistrationScenarios(Scenario):
    def begun(self, name):
        """A person who has chosen name and password, and the page that asks for a display name."""
        person = Person(self.deployment.issuer, name, PASSWORD)
        page = person.open(urljoin(self.deployment.issuer, "register"))
        return person, person.submit(page, "password_confirm", username=name, password=PASSWORD, password_confirm=PASSWORD)

    def test_newly_registered_people_are_at_the_homeserver_at_once(self):
        name = "new" + secrets.token_hex(4)
        person, page = self.begun(name)
        begun = time.monotonic()
        self.assertIn("@%s:example.com" % name, person.submit(page, "display_name", action="set", display_name="Newly Arrived").text)
        finished = time.monotonic()
        eventually(lambda: self.known(name), "the homeserver knows " + name)
        self.measured("from the last step's form to the page", finished - begun)
        self.measured("from finished registration to the homeserver's profile", time.monotonic() - finished)
        eventually(lambda: Matrix(self.deployment).call("GET", "v3/profile/@%s:example.com" % name).json().get("displayname") == "Newly Arrived", "the display name")
        tokens = OAuth(self.deployment).log_in(person, "openid %s %s%s" % (API, DEVICE, device_id()))
        me = Matrix(self.deployment, tokens["access_token"])
        self.assertEqual(me.says("hello"), ["hello"])
        self.measured("from finished registration to a message in a room", time.monotonic() - finished)

    def test_newly_registered_people_are_in_a_room_within_a_second(self):
        """As far as a test can say: it prints the time, and only a hang fails it."""
        host = Matrix(self.deployment, log_in(self.deployment, self.user(), PASSWORD).json()["access_token"])
        room = host.call("POST", "v3/createRoom", {"preset": "public_chat"}).json()["room_id"]
        name, client = "new" + secrets.token_hex(4), OAuth(self.deployment)
        person, page = self.begun(name)
        begun = time.monotonic()
        person.submit(page, "display_name", action="skip")
        tokens = client.log_in(person, "openid %s %s%s" % (API, DEVICE, device_id()))
        joined = Matrix(self.deployment, tokens["access_token"]).call("POST", "v3/join/" + room)
        seconds = time.monotonic() - begun
        self.assertEqual((joined.status_code, joined.json().get("room_id")), (200, room), joined.text)
        self.measured("from the last step's form to the room joined, by way of consent and tokens", seconds)
        self.assertLess(seconds, 10)

    def test_names_that_the_homeserver_has_are_refused(self):
        name = "theirs" + secrets.token_hex(4)
        self.deployment.mas("provision_user", localpart=name)
        _, page = self.begun(name)
        self.assertIn("This name is taken", page.text)

    def test_a_name_that_the_homeserver_gave_away_meanwhile_is_replaced(self):
        name, other = "late" + secrets.token_hex(4), "other" + secrets.token_hex(4)
        person, page = self.begun(name)
        self.deployment.mas("provision_user", localpart=name)
        page = person.submit(page, "display_name", action="skip")
        self.assertIn("Somebody else has taken " + name, page.text)
        page = person.submit(page, "username", username=other)
        self.assertIn("@%s:example.com" % other, page.text)
        eventually(lambda: self.known(other), "the homeserver knows " + other)
