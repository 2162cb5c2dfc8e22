// SPDX-License-Identifier: Apache-2.0
import * as oidc from "openid-client";

const auths = {
  client_secret_basic: (secret) => oidc.ClientSecretBasic(secret),
  client_secret_post: (secret) => oidc.ClientSecretPost(secret),
  client_secret_jwt: (secret) => oidc.ClientSecretJwt(secret),
  private_key_jwt: (_, key) => oidc.PrivateKeyJwt(key),
  none: () => oidc.None(),
};
const execute = [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks];

export const openidClient = {
  name: "openid-client",
  discover: async (issuer) => (await oidc.discovery(new URL(issuer), "any", undefined, oidc.None(), { execute })).serverMetadata(),
  register: (issuer, metadata, key) => oidc.dynamicClientRegistration(new URL(issuer), metadata, (...all) => auths[metadata.token_endpoint_auth_method](all[1].client_secret, key)(...all), { execute }),
  known: (issuer, id, secret, method, key) => oidc.discovery(new URL(issuer), id, undefined, auths[method](secret, key), { execute }),
  id: (client) => client.clientMetadata().client_id,
  secret: (client) => client.clientMetadata().client_secret,
  verifier: oidc.randomPKCECodeVerifier,
  challenge: oidc.calculatePKCECodeChallenge,
  authorizationUrl: (client, parameters) => oidc.buildAuthorizationUrl(client, parameters),
  endSessionUrl: (client, parameters) => oidc.buildEndSessionUrl(client, parameters),
  push: (client, parameters) => oidc.buildAuthorizationUrlWithPAR(client, parameters),
  exchange(client, answer, { state, nonce, verifier, maxAge }) {
    const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, maxAge, idTokenExpected: true };
    if (answer.mode === "form_post") return oidc.authorizationCodeGrant(client, new Request(answer.redirectUri, { method: "POST", body: answer.parameters }), checks);
    return oidc.authorizationCodeGrant(client, new URL(`${answer.redirectUri}?${answer.parameters}`), checks);
  },
  claims: (_, tokens) => tokens.claims(),
  refresh: (client, token) => oidc.refreshTokenGrant(client, token),
  clientCredentials: (client, parameters) => oidc.clientCredentialsGrant(client, parameters),
  userinfo: (client, token, subject) => oidc.fetchUserInfo(client, token, subject),
  introspect: (client, token) => oidc.tokenIntrospection(client, token),
  revoke: (client, token) => oidc.tokenRevocation(client, token),
  device: (client, scope) => oidc.initiateDeviceAuthorization(client, { scope }),
  pollDevice: (client, device) => oidc.genericGrantRequest(client, "urn:ietf:params:oauth:grant-type:device_code", { device_code: device.device_code }),
  awaitDevice: (client, device) => oidc.pollDeviceAuthorizationGrant(client, device),
};
