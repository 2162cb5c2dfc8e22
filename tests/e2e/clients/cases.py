# SPDX-License-Identifier: Apache-2.0
"""Authlib against the server that ISSUER and the other variables describe."""
import json
import os
import secrets
import sys
import threading
import traceback
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import ClientSecretJWT, PrivateKeyJWT
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from person import Person

ISSUER = os.environ["ISSUER"]
USERNAME = os.environ["USERNAME_OF_PERSON"]
REDIRECT_URI = "http://127.0.0.1:9/cb"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
GRANTS = ["authorization_code", "refresh_token", DEVICE_CODE]
SERVER = requests.get(ISSUER + ".well-known/openid-configuration", timeout=60).json()
TOKEN = SERVER["token_endpoint"]


def person():
    return Person(ISSUER, USERNAME, os.environ["PASSWORD_OF_PERSON"])


def session(client_id, secret, method):
    return OAuth2Session(client_id, secret, token_endpoint_auth_method=method, revocation_endpoint_auth_method=method,
                         redirect_uri=REDIRECT_URI, scope="openid", code_challenge_method="S256", token_endpoint=TOKEN)


def register(method="client_secret_basic", secret=None, **more):
    grants = GRANTS if method == "none" else GRANTS + ["client_credentials"]
    metadata = {"client_name": "A client " + secrets.token_hex(8), "client_uri": "https://client.example/", "application_type": "native",
                "redirect_uris": [REDIRECT_URI], "grant_types": grants, "token_endpoint_auth_method": method, **more}
    answer = requests.post(SERVER["registration_endpoint"], json=metadata, timeout=60)
    assert answer.status_code == 201, answer.text
    return session(answer.json()["client_id"], secret or answer.json().get("client_secret"), method)


def refused(code, use, *arguments, **options):
    try:
        value = use(*arguments, **options)
    except AuthlibBaseError as error:
        assert error.error == code, f"expected {code}, got {error.error}: {error.description}"
        return
    raise AssertionError(f"not refused: {value}")


def ask(client, by=None, decision="consent", **more):
    """An authorization request and its answer; gives what the client needs to go on."""
    verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
    url, state = client.create_authorization_url(SERVER["authorization_endpoint"], code_verifier=verifier, nonce=nonce, **more)
    mode, answer = (by or person()).authorize(url, decision)
    assert answer["iss"] == ISSUER and answer["state"] == state, answer
    return mode, answer, verifier, nonce


def exchange(client, answer, verifier):
    response = REDIRECT_URI + "?" + urlencode(answer)
    return client.fetch_token(TOKEN, authorization_response=response, state=answer["state"], code_verifier=verifier)


def claims_of(client, token, nonce=None, code=None):
    keys = KeySet.import_key_set(requests.get(SERVER["jwks_uri"], timeout=60).json())
    decoded = jwt.decode(token["id_token"], keys, algorithms=["RS256", "ES256"])
    options = {"iss": {"values": [ISSUER]}, "aud": {"values": [client.client_id]}}
    claims = CodeIDToken(decoded.claims, decoded.header, options, {"nonce": nonce, "client_id": client.client_id, "access_token": token["access_token"], "code": code})
    claims.validate()
    return claims


def log_in(client, **more):
    _, answer, verifier, nonce = ask(client, **more)
    token = exchange(client, answer, verifier)
    return token, claims_of(client, token, nonce, answer["code"])


def introspect(client, token):
    return client.introspect_token(SERVER["introspection_endpoint"], token=token).json()


def finds_the_server_by_its_issuer():
    assert SERVER["issuer"] == ISSUER


def logs_a_person_in_with_every_response_mode():
    for mode in ("query", "fragment", "form_post"):
        client = register()
        came, answer, verifier, nonce = ask(client, response_mode=mode)
        assert came == mode, came
        claims_of(client, exchange(client, answer, verifier), nonce, answer["code"])


def logs_a_person_in_at_a_public_client():
    assert log_in(register("none"))[0]["access_token"]


def reads_userinfo_as_json_and_signed():
    client = register()
    _, claims = log_in(client, scope="openid profile")
    told = client.get(SERVER["userinfo_endpoint"]).json()
    assert (told["sub"], told["preferred_username"]) == (claims["sub"], USERNAME), told
    client = register(userinfo_signed_response_alg="ES256")
    log_in(client)
    keys = KeySet.import_key_set(requests.get(SERVER["jwks_uri"], timeout=60).json())
    signed = jwt.decode(client.get(SERVER["userinfo_endpoint"]).text, keys, algorithms=["ES256"]).claims
    assert (signed["iss"], signed["aud"]) == (ISSUER, client.client_id), signed


def refreshes_with_rotation_and_a_replay_ends_the_session():
    client = register()
    first = log_in(client)[0]
    second = client.refresh_token(TOKEN, refresh_token=first["refresh_token"])
    assert second["refresh_token"] != first["refresh_token"]
    third = client.refresh_token(TOKEN, refresh_token=second["refresh_token"])
    refused("invalid_grant", client.refresh_token, TOKEN, refresh_token=first["refresh_token"])
    assert introspect(client, third["access_token"]) == {"active": False}


def introspects_and_revokes():
    client = register()
    token = log_in(client)[0]
    assert introspect(client, token["access_token"])["username"] == USERNAME
    assert client.revoke_token(SERVER["revocation_endpoint"], token=token["refresh_token"]).status_code == 200
    assert introspect(client, token["access_token"]) == {"active": False}


def logs_a_person_in_on_a_device_without_a_browser():
    client = register("none")
    device = requests.post(SERVER["device_authorization_endpoint"], data={"client_id": client.client_id, "scope": "openid"}, timeout=60).json()
    poll = lambda: client.fetch_token(TOKEN, grant_type=DEVICE_CODE, device_code=device["device_code"])
    refused("authorization_pending", poll)
    refused("slow_down", poll)
    assert person().enter_user_code(device["verification_uri"], device["user_code"]).status_code == 200
    claims_of(client, poll())


def pushes_an_authorization_request():
    client = register()
    verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
    url, _ = client.create_authorization_url(SERVER["authorization_endpoint"], code_verifier=verifier, nonce=nonce)
    pushed = client.post(SERVER["pushed_authorization_request_endpoint"], data=dict(parse_qsl(urlsplit(url).query)),
                         auth=client.client_auth("client_secret_basic"), withhold_token=True)
    assert pushed.status_code == 201, pushed.text
    query = urlencode({"client_id": client.client_id, "request_uri": pushed.json()["request_uri"]})
    _, answer = person().authorize(SERVER["authorization_endpoint"] + "?" + query)
    claims_of(client, exchange(client, answer, verifier), nonce, answer["code"])


def asks_without_interaction():
    client, by = register("none"), person()
    assert ask(client, prompt="none")[1]["error"] == "login_required"
    log_in(client, by=by)
    assert ask(client, by=by, prompt="none")[1]["error"] == "consent_required"
    assert by.log_ins == 1


def asks_for_a_recent_log_in():
    client, by = register("none"), person()
    for age, log_ins in ((3600, 1), (3600, 1), (0, 2)):
        _, claims = log_in(client, by=by, max_age=age)
        assert claims["auth_time"] and by.log_ins == log_ins, by.log_ins


def authenticates_by_secrets():
    for method in ("client_secret_basic", "client_secret_post"):
        client = register(method)
        assert client.fetch_token(TOKEN, grant_type="client_credentials", scope="")["access_token"]
        refused("invalid_client", session(client.client_id, "wrong", method).fetch_token, TOKEN, grant_type="client_credentials", scope="")


def authenticates_with_a_secret_of_special_characters():
    client = session(os.environ["SPECIAL_CLIENT_ID"], os.environ["SPECIAL_SECRET"], "client_secret_basic")
    assert client.fetch_token(TOKEN, grant_type="client_credentials", scope="")["access_token"]


def by_assertion(client, signer, expected=None):
    client.register_client_auth_method(signer)
    options = {"grant_type": "client_credentials", "scope": ""}
    if expected:
        return refused(expected, client.fetch_token, TOKEN, **options)
    assert client.fetch_token(TOKEN, **options)["access_token"]


def authenticates_by_client_secret_jwt_for_the_issuer_only():
    client = register("client_secret_jwt", token_endpoint_auth_signing_alg="HS256")
    by_assertion(client, ClientSecretJWT(ISSUER))
    by_assertion(client, ClientSecretJWT(TOKEN), "invalid_client")


def authenticates_by_private_key_jwt_with_keys_and_with_their_uri():
    for key, algorithm in ((RSAKey.generate_key(2048), "RS256"), (ECKey.generate_key("P-256"), "ES256")):
        jwks = {"keys": [{**key.as_dict(private=False), "kid": "a key"}]}
        signer = PrivateKeyJWT(ISSUER, headers={"kid": "a key"}, alg=algorithm)
        by_assertion(register("private_key_jwt", key, jwks=jwks, token_endpoint_auth_signing_alg=algorithm), signer)
        server = serving(jwks)
        uri = f"http://127.0.0.1:{server.server_port}/jwks.json"
        by_assertion(register("private_key_jwt", key, jwks_uri=uri, token_endpoint_auth_signing_alg=algorithm), signer)
        server.shutdown()


def serving(document):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(document).encode())

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def learns_that_a_person_does_not_agree():
    assert ask(register("none"), decision="deny")[1]["error"] == "access_denied"


def gets_nothing_with_a_wrong_verifier_and_can_use_a_code_once():
    client = register()
    refused("invalid_grant", exchange, client, ask(client)[1], secrets.token_urlsafe(48))
    _, answer, verifier, _ = ask(client)
    exchange(client, answer, verifier)
    refused("invalid_grant", exchange, client, answer, verifier)


def gets_no_scope_that_nobody_may_give():
    refused("invalid_scope", register().fetch_token, TOKEN, grant_type="client_credentials", scope="urn:example:unknown")


def main():
    failed = 0
    for name, case in list(globals().items()):
        sentence = name.replace("_", " ")
        if name not in CASES or os.environ.get("ONLY", "") not in sentence:
            continue
        try:
            case()
            print(f"ok Authlib {sentence}")
        except Exception:
            failed += 1
            print(f"FAILED Authlib {sentence}: {traceback.format_exc()}")
    sys.exit(1 if failed else 0)


CASES = {name for name, value in globals().items() if name.split("_")[0] in ("finds", "logs", "reads", "refreshes", "introspects", "pushes", "asks", "authenticates", "learns", "gets")}

if __name__ == "__main__":
    main()
