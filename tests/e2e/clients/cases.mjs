// SPDX-License-Identifier: Apache-2.0
// ISSUER, USERNAME_OF_PERSON, PASSWORD_OF_PERSON, SPECIAL_CLIENT_ID and SPECIAL_SECRET describe a server that runs.
import assert from "node:assert";
import crypto from "node:crypto";
import http from "node:http";
import { oauth4webapi } from "./oauth4webapi.mjs";
import { openidClient } from "./openid_client.mjs";
import { Person } from "./person.mjs";

const issuer = process.env.ISSUER;
const redirectUri = "http://127.0.0.1:9/cb";
const person = () => new Person(issuer, process.env.USERNAME_OF_PERSON, process.env.PASSWORD_OF_PERSON);
const unguessable = () => crypto.randomBytes(16).toString("base64url");
const kGrants = ["authorization_code", "refresh_token", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code"];

function metadata(method, more = {}) {
  return {
    client_name: `A client ${unguessable()}`, client_uri: "https://client.example/", application_type: "native", redirect_uris: [redirectUri], response_types: ["code"],
    grant_types: method === "none" ? kGrants.filter((each) => each !== "client_credentials") : kGrants, token_endpoint_auth_method: method, ...more,
  };
}

// The error code that the server sent. Of an answer with WWW-Authenticate the libraries show nothing but the challenge.
const codeOf = (error) => error.error ?? (error.cause?.[0]?.scheme === "basic" ? "invalid_client" : undefined);
async function refused(promise, code) {
  const error = await promise.then((value) => assert.fail(`not refused: ${JSON.stringify(value)}`), (reason) => reason);
  if (codeOf(error) !== code) throw new Error(`expected ${code}, got ${codeOf(error)}`, { cause: error });
}

// One authorization request: its parameters, and what checks the answer.
async function request(library, more = {}) {
  const checks = { state: unguessable(), nonce: unguessable(), verifier: library.verifier() };
  const { state, nonce } = checks;
  const challenge = { code_challenge: await library.challenge(checks.verifier), code_challenge_method: "S256" };
  return { checks, parameters: { redirect_uri: redirectUri, scope: "openid", state, nonce, ...challenge, ...more } };
}

async function codeFlow(library, client, { by = person(), ...more } = {}) {
  const { checks, parameters } = await request(library, more);
  const answer = await by.authorize(library.authorizationUrl(client, parameters));
  if (more.max_age !== undefined) checks.maxAge = Number(more.max_age);
  return { answer, checks, exchange: (changed = {}) => library.exchange(client, answer, { ...checks, ...changed }) };
}

async function loggedIn(library, client, options) {
  return (await codeFlow(library, client, options)).exchange();
}

async function privateKey(algorithm) {
  const parameters = algorithm === "RS256" ? { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) } : { name: "ECDSA", namedCurve: "P-256" };
  const pair = await crypto.subtle.generateKey(parameters, true, ["sign", "verify"]);
  const { kty, n, e, crv, x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  return { key: { key: pair.privateKey, kid: "a key" }, jwks: { keys: [JSON.parse(JSON.stringify({ kty, n, e, crv, x, y, kid: "a key", alg: algorithm, use: "sig" }))] } };
}

async function serving(document, use) {
  const server = http.createServer((_, response) => response.setHeader("Content-Type", "application/json").end(JSON.stringify(document)));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await use(`http://127.0.0.1:${server.address().port}/jwks.json`);
  } finally {
    server.close();
  }
}

const responseModes = Object.fromEntries(["query", "fragment", "form_post"].map((mode) => [`logs a person in with the response mode ${mode}`, async (library) => {
  const client = await library.register(issuer, metadata("client_secret_basic"));
  const { answer, checks, exchange } = await codeFlow(library, client, { response_mode: mode });
  assert.strictEqual(answer.parameters.get("iss"), issuer);
  assert.strictEqual(answer.parameters.get("state"), checks.state);
  assert.strictEqual(answer.redirectUri, redirectUri);
  assert.strictEqual(answer.mode, mode);
  const claims = library.claims(client, await exchange());
  assert.strictEqual(claims.nonce, checks.nonce);
  assert.strictEqual(claims.aud, library.id(client));
}]));

const secretMethods = Object.fromEntries(["client_secret_basic", "client_secret_post", "client_secret_jwt"].map((method) => [`authenticates a client by ${method}`, async (library) => {
  const more = method === "client_secret_jwt" ? { token_endpoint_auth_signing_alg: "HS256" } : {};
  const client = await library.register(issuer, metadata(method, more));
  assert.ok((await library.clientCredentials(client)).access_token);
  await refused(library.clientCredentials(await library.known(issuer, library.id(client), "w".repeat(64), method)), "invalid_client");
}]));

const keyMethods = Object.fromEntries(["RS256", "ES256"].map((algorithm) => [`authenticates a client by private_key_jwt with ${algorithm}, with registered keys and with keys at a URI`, async (library) => {
  const { key, jwks } = await privateKey(algorithm);
  const signing = { token_endpoint_auth_signing_alg: algorithm };
  assert.ok((await library.clientCredentials(await library.register(issuer, metadata("private_key_jwt", { jwks, ...signing }), key))).access_token);
  await serving(jwks, async (uri) => {
    const client = await library.register(issuer, metadata("private_key_jwt", { jwks_uri: uri, ...signing }), key);
    assert.ok((await library.clientCredentials(client)).access_token);
    const other = await privateKey(algorithm);
    await refused(library.clientCredentials(await library.known(issuer, library.id(client), undefined, "private_key_jwt", other.key)), "invalid_client");
  });
}]));

const cases = {
  "finds the server by its issuer": async (library) => {
    const server = await library.discover(issuer);
    assert.strictEqual(server.issuer, issuer);
    assert.strictEqual(server.authorization_response_iss_parameter_supported, true);
  },
  "registers a confidential and a public client": async (library) => {
    assert.ok(library.secret(await library.register(issuer, metadata("client_secret_basic"))));
    assert.strictEqual(library.secret(await library.register(issuer, metadata("none"))), undefined);
  },
  "is told why a registration is refused": async (library) => {
    await refused(library.register(issuer, metadata("none", { redirect_uris: ["javascript:alert(1)"] })), "invalid_redirect_uri");
  },
  ...responseModes,
  "logs a person in at a public client": async (library) => {
    const client = await library.register(issuer, metadata("none"));
    assert.ok((await loggedIn(library, client)).access_token);
  },
  "reads userinfo, as JSON and signed": async (library) => {
    for (const more of [{}, { userinfo_signed_response_alg: "RS256" }]) {
      const client = await library.register(issuer, metadata("client_secret_basic", more));
      const tokens = await loggedIn(library, client, { scope: "openid profile" });
      const claims = await library.userinfo(client, tokens.access_token, library.claims(client, tokens).sub);
      assert.strictEqual(claims.preferred_username, process.env.USERNAME_OF_PERSON);
    }
  },
  "gets ID tokens by the algorithm that it registered": async (library) => {
    const client = await library.register(issuer, metadata("none", { id_token_signed_response_alg: "ES256" }));
    assert.strictEqual(library.claims(client, await loggedIn(library, client)).iss, issuer);
  },
  "refreshes with rotation; a replayed refresh token ends the session": async (library) => {
    const client = await library.register(issuer, metadata("client_secret_basic"));
    const first = await loggedIn(library, client);
    const second = await library.refresh(client, first.refresh_token);
    assert.notStrictEqual(second.refresh_token, first.refresh_token);
    assert.strictEqual((await library.introspect(client, first.access_token)).active, false);
    const third = await library.refresh(client, second.refresh_token);
    await refused(library.refresh(client, first.refresh_token), "invalid_grant");
    assert.strictEqual((await library.introspect(client, third.access_token)).active, false);
    await refused(library.refresh(client, third.refresh_token), "invalid_grant");
  },
  "introspects and revokes": async (library) => {
    const client = await library.register(issuer, metadata("client_secret_basic"));
    const tokens = await loggedIn(library, client);
    const before = await library.introspect(client, tokens.access_token);
    assert.deepStrictEqual([before.active, before.username, before.client_id], [true, process.env.USERNAME_OF_PERSON, library.id(client)]);
    await library.revoke(client, tokens.refresh_token);
    assert.strictEqual((await library.introspect(client, tokens.access_token)).active, false);
    await refused(library.refresh(client, tokens.refresh_token), "invalid_grant");
  },
  "gets tokens by its own credentials": async (library) => {
    const tokens = await library.clientCredentials(await library.register(issuer, metadata("client_secret_post")));
    assert.deepStrictEqual([tokens.token_type.toLowerCase(), tokens.refresh_token, tokens.id_token], ["bearer", undefined, undefined]);
  },
  "logs a person in on a device without a browser": async (library) => {
    const client = await library.register(issuer, metadata("none"));
    const device = await library.device(client, "openid");
    await refused(library.pollDevice(client, device), "authorization_pending");
    await refused(library.pollDevice(client, device), "slow_down");
    assert.strictEqual((await person().enterUserCode(device.verification_uri, device.user_code)).status, 200);
    const tokens = await library.awaitDevice(client, device);
    assert.strictEqual(library.claims(client, tokens).iss, issuer);
    await refused(library.pollDevice(client, device), "invalid_grant");
  },
  "is told that a person refused a device": async (library) => {
    const client = await library.register(issuer, metadata("none"));
    const device = await library.device(client, "openid");
    await person().enterUserCode(device.verification_uri, device.user_code, "reject");
    await refused(library.pollDevice(client, device), "access_denied");
  },
  "pushes an authorization request, which works once": async (library) => {
    const client = await library.register(issuer, metadata("client_secret_basic"));
    const { checks, parameters } = await request(library);
    const url = await library.push(client, parameters);
    assert.match(url.searchParams.get("request_uri"), /^urn:ietf:params:oauth:request_uri:/);
    const answer = await person().authorize(url);
    assert.ok((await library.exchange(client, answer, checks)).id_token);
    assert.strictEqual((await person().open(String(url))).status, 400);
  },
  "asks without interaction (prompt=none)": async (library) => {
    const client = await library.register(issuer, metadata("none"));
    await refused(loggedIn(library, client, { prompt: "none" }), "login_required");
    const by = person();
    await loggedIn(library, client, { by });
    await refused(loggedIn(library, client, { by, prompt: "none" }), "consent_required");
    assert.strictEqual(by.logIns, 1);
  },
  "is answered without interaction when the person agreed before": async (library) => {
    const client = await library.known(issuer, process.env.SPECIAL_CLIENT_ID, process.env.SPECIAL_SECRET, "client_secret_basic");
    const by = person();
    const { id_token } = await loggedIn(library, client, { by });
    assert.ok((await loggedIn(library, client, { by, prompt: "none" })).id_token);
    assert.ok((await loggedIn(library, client, { by, prompt: "none", id_token_hint: id_token })).id_token);
    await refused(loggedIn(library, client, { by, prompt: "none", id_token_hint: `${id_token}x` }), "login_required");
    assert.strictEqual(by.logIns, 1);
  },
  "asks for a recent log-in (max_age, prompt=login)": async (library) => {
    const client = await library.register(issuer, metadata("none"));
    const by = person();
    await loggedIn(library, client, { by, max_age: "3600" });
    await loggedIn(library, client, { by, max_age: "3600" });
    assert.strictEqual(by.logIns, 1);
    await loggedIn(library, client, { by, max_age: "0" });
    await loggedIn(library, client, { by, prompt: "login" });
    assert.strictEqual(by.logIns, 3);
  },
  "sends the person to log out, who comes back (RP-initiated logout)": async (library) => {
    const out = "http://127.0.0.1:9/out";
    const client = await library.register(issuer, metadata("client_secret_basic", { post_logout_redirect_uris: [out] }));
    const by = person();
    const tokens = await loggedIn(library, client, { by });
    const logOut = (more) => by.open(library.endSessionUrl(client, { post_logout_redirect_uri: out, ...more }).href);
    const asked = await logOut({});
    assert.match(asked.html, /value="sign-out"/);
    assert.strictEqual((await by.submit(asked, 'value="sign-out"', { action: "stay" })).url, issuer);
    assert.strictEqual((await logOut({ post_logout_redirect_uri: "http://127.0.0.1:9/elsewhere", id_token_hint: tokens.id_token })).status, 400);
    await refused(loggedIn(library, client, { by, prompt: "none" }), "consent_required");
    const state = unguessable();
    const gone = new URL((await logOut({ id_token_hint: tokens.id_token, state })).url);
    assert.deepStrictEqual([gone.origin + gone.pathname, gone.search], [out, `?state=${state}`]);
    await refused(loggedIn(library, client, { by, prompt: "none" }), "login_required");
    assert.ok((await library.refresh(client, tokens.refresh_token)).access_token);
  },
  ...secretMethods,
  ...keyMethods,
  "authenticates with a secret of special characters": async (library) => {
    const client = await library.known(issuer, process.env.SPECIAL_CLIENT_ID, process.env.SPECIAL_SECRET, "client_secret_basic");
    assert.ok((await library.clientCredentials(client)).access_token);
  },
  "learns that a person does not agree": async (library) => {
    const client = await library.register(issuer, metadata("none"));
    const { checks, parameters } = await request(library, { prompt: "consent" });
    const answer = await person().authorize(library.authorizationUrl(client, parameters), "deny");
    assert.strictEqual(answer.parameters.get("iss"), issuer);
    await refused((async () => library.exchange(client, answer, checks))(), "access_denied");
  },
  "is not served for a redirect URI that it did not register": async (library) => {
    const client = await library.register(issuer, metadata("none"));
    const { parameters } = await request(library, { redirect_uri: "https://elsewhere.example/cb" });
    const page = await person().open(String(library.authorizationUrl(client, parameters)));
    assert.deepStrictEqual([page.status, page.url.startsWith(issuer)], [400, true]);
  },
  "must use PKCE as a public client": async (library) => {
    const client = await library.register(issuer, metadata("none"));
    const { checks, parameters } = await request(library);
    delete parameters.code_challenge;
    delete parameters.code_challenge_method;
    const answer = await person().authorize(library.authorizationUrl(client, parameters));
    await refused((async () => library.exchange(client, answer, checks))(), "invalid_request");
  },
  "gets nothing with a wrong verifier, or without one": async (library) => {
    const client = await library.register(issuer, metadata("client_secret_basic"));
    await refused((await codeFlow(library, client)).exchange({ verifier: library.verifier() }), "invalid_grant");
    await refused((await codeFlow(library, client)).exchange({ verifier: undefined }), "invalid_request");
  },
  "can use a code once": async (library) => {
    const { exchange } = await codeFlow(library, await library.register(issuer, metadata("none")));
    await exchange();
    await refused(exchange(), "invalid_grant");
  },
  "cannot use the code of another client": async (library) => {
    const { answer, checks } = await codeFlow(library, await library.register(issuer, metadata("none")));
    await refused(library.exchange(await library.register(issuer, metadata("none")), answer, checks), "invalid_grant");
  },
  "gets no scope that nobody may give": async (library) => {
    const client = await library.register(issuer, metadata("client_secret_basic"));
    await refused(library.clientCredentials(client, { scope: "urn:example:unknown" }), "invalid_scope");
    const { checks, parameters } = await request(library, { scope: "openid urn:example:unknown" });
    const answer = await person().authorize(library.authorizationUrl(client, parameters), "deny");
    await refused((async () => library.exchange(client, answer, checks))(), "access_denied");
  },
};

let failed = 0;
for (const library of [openidClient, oauth4webapi]) {
  for (const [sentence, run] of Object.entries(cases)) {
    if (process.env.ONLY && !sentence.includes(process.env.ONLY)) continue;
    try {
      await run(library);
      console.log(`ok ${library.name} ${sentence}`);
    } catch (error) {
      ++failed;
      console.log(`FAILED ${library.name} ${sentence}: ${error.stack}${error.cause ? `\n  because of ${JSON.stringify(error.cause)} ${error.cause.stack ?? ""}` : ""}`);
    }
  }
}
process.exit(failed === 0 ? 0 : 1);
