# SPDX-License-Identifier: Apache-2.0
"""People who lost the keys that vouch for their devices: the homeserver takes new ones after they approved that at Latchkey, once."""
from signedjson.key import encode_verify_key_base64, generate_signing_key, get_verify_key
from signedjson.sign import sign_json

from clients import API, DEVICE, Matrix, OAuth, device_id, log_in
from scenario import PASSWORD, Scenario

STAGES = ("m.oauth", "org.matrix.cross_signing_reset")


def new_keys(user_id):
    """A set of cross-signing keys as a client uploads it (Matrix client API, cross-signing)."""
    keys = {usage: generate_signing_key("0") for usage in ("master", "self_signing", "user_signing")}
    for key in keys.values():
        key.version = encode_verify_key_base64(get_verify_key(key))

    def described(usage):
        public = keys[usage].version
        described = {"user_id": user_id, "usage": [usage], "keys": {"ed25519:" + public: public}}
        return described if usage == "master" else sign_json(described, user_id, keys["master"])
    return {usage + "_key": described(usage) for usage in keys}


class CrossSigningScenarios(Scenario):
    def uploads(self, me, keys, **more):
        return me.call("POST", "v3/keys/device_signing/upload", {**keys, **more})

    def where_to_approve(self, refused):
        """What the homeserver tells a client that may not replace keys."""
        self.assertEqual(refused.status_code, 401, refused.text)
        urls = {refused.json()["params"][stage]["url"] for stage in STAGES}
        self.assertEqual(len(urls), 1)
        return urls.pop()

    def resets(self, me, name):
        user_id = "@%s:example.com" % name
        self.assertEqual(self.uploads(me, new_keys(user_id)).status_code, 200)
        keys = new_keys(user_id)
        refused = self.uploads(me, keys)
        url = self.where_to_approve(refused)
        self.assertEqual(url, self.deployment.issuer + "account/?action=org.matrix.cross_signing_reset")
        person = self.person(name)
        page = person.log_in(person.open(url))
        cancelled = person.submit(page, "reset", action="cancel")
        self.assertEqual(cancelled.status_code, 200)
        self.where_to_approve(self.uploads(me, keys))
        self.assertEqual(person.submit(person.open(url), "reset", action="reset").status_code, 200)
        done = self.uploads(me, keys, auth={"session": refused.json()["session"]})
        self.assertEqual(done.status_code, 200, done.text)
        known = me.call("POST", "v3/keys/query", {"device_keys": {user_id: []}}).json()["master_keys"][user_id]
        self.assertEqual(known["keys"], keys["master_key"]["keys"])
        self.where_to_approve(self.uploads(me, new_keys(user_id)))

    def test_with_a_new_client(self):
        name = self.user()
        tokens = OAuth(self.deployment).log_in(self.person(name), "openid %s %s%s" % (API, DEVICE, device_id()))
        self.resets(Matrix(self.deployment, tokens["access_token"]), name)

    def test_with_a_client_from_before_oauth(self):
        name = self.user()
        self.resets(Matrix(self.deployment, log_in(self.deployment, name, PASSWORD).json()["access_token"]), name)


class CrossSigningBelowAPath(CrossSigningScenarios):
    """The same with Latchkey at /auth/ of the homeserver's name."""

    below = "/auth/"
