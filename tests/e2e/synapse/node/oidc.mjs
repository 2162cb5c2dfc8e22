// SPDX-License-Identifier: Apache-2.0
// A client of matrix-js-sdk that knows the homeserver's address and nothing else: its own OpenID Connect functions from discovery to revocation.
import assert from "node:assert";
import { eventually, isRefused, kClientUri, kHomeserver, kMatrixId, kPerson, talks } from "./web.mjs";
import { Person } from "./person.mjs";
import * as sdk from "matrix-js-sdk";
import { OidcClient } from "oidc-client-ts";

async function registered(metadata) {
  return sdk.registerOidcClient(metadata, {
    clientName: "Example", clientUri: "https://client.example/", applicationType: "native", redirectUris: [kClientUri],
    contacts: ["admin@client.example"], tosUri: "https://client.example/terms", policyUri: "https://client.example/privacy", logoUri: undefined,
  });
}

async function codeFrom(metadata, clientId) {
  const nonce = "n" + Math.random();
  const url = await sdk.generateOidcAuthorizationUrl({ metadata, redirectUri: kClientUri, clientId, homeserverUrl: kHomeserver, nonce });
  const person = new Person(process.env.ISSUER, kPerson, process.env.PASSWORD_OF_PERSON);
  const { mode, redirectUri, parameters } = await person.authorize(url);
  assert.deepStrictEqual([mode, redirectUri], ["query", kClientUri]);
  assert.strictEqual(parameters.get("iss"), metadata.issuer);
  return parameters;
}

const clientOf = (tokens, more = {}) => sdk.createClient({ baseUrl: kHomeserver, accessToken: tokens.access_token, userId: kMatrixId, ...more });

const metadata = await sdk.createClient({ baseUrl: kHomeserver }).getAuthMetadata();
assert.strictEqual(metadata.issuer, process.env.ISSUER);
assert.ok(metadata.signingKeys.length > 0);
const clientId = await registered(metadata);
const answer = await codeFrom(metadata, clientId);
const grant = await sdk.completeAuthorizationCodeGrant(answer.get("code"), answer.get("state"));
assert.deepStrictEqual([grant.homeserverUrl, grant.oidcClientSettings.clientId, grant.oidcClientSettings.issuer], [kHomeserver, clientId, metadata.issuer]);
await assert.rejects(sdk.completeAuthorizationCodeGrant(answer.get("code"), answer.get("state")), "a second time");

const first = grant.tokenResponse;
const me = clientOf(first);
const { user_id: userId, device_id: device } = await me.whoami();
assert.strictEqual(userId, kMatrixId);
assert.ok(first.scope.split(" ").some((each) => each.endsWith(`device:${device}`)), first.scope);
await talks(me, "hello");

// By itself: a client whose access token is refused refreshes, and asks again.
const refresher = new sdk.OidcTokenRefresher(metadata.issuer, clientId, kClientUri, device, grant.idTokenClaims);
await refresher.oidcClientReady;
let fresh;
refresher.persistTokens = async (tokens) => { fresh = tokens; };
const later = clientOf({ access_token: "mat_expired" }, { deviceId: device, refreshToken: first.refresh_token, tokenRefreshFunction: (token) => refresher.doRefreshAccessToken(token) });
assert.strictEqual((await later.whoami()).device_id, device);
assert.ok(fresh.accessToken !== first.access_token && fresh.refreshToken !== first.refresh_token && fresh.expiry > new Date());
await talks(later, "hello again");

// As clients log out: both tokens are revoked.
const oidc = new OidcClient({ authority: metadata.issuer, metadata, client_id: clientId, redirect_uri: kClientUri, stateStore: { set() {}, get() {}, remove() {}, getAllKeys: () => [] } });
await oidc.revokeToken(fresh.accessToken, "access_token");
await oidc.revokeToken(fresh.refreshToken, "refresh_token");
const after = clientOf({ access_token: fresh.accessToken });
await eventually(() => isRefused(after), "the token is refused");
await assert.rejects(refresher.doRefreshAccessToken(fresh.refreshToken), (error) => error instanceof sdk.TokenRefreshLogoutError);
