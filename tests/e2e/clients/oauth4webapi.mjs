// SPDX-License-Identifier: Apache-2.0
import * as oauth from "oauth4webapi";

const insecure = { [oauth.allowInsecureRequests]: true };
const auths = {
  client_secret_basic: (secret) => oauth.ClientSecretBasic(secret),
  client_secret_post: (secret) => oauth.ClientSecretPost(secret),
  client_secret_jwt: (secret) => oauth.ClientSecretJwt(secret),
  private_key_jwt: (_, key) => oauth.PrivateKeyJwt(key),
  none: () => oauth.None(),
};

async function discover(issuer) {
  const url = new URL(issuer);
  return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, insecure));
}

async function signed(client, tokens, response) {
  if (tokens.id_token) await oauth.validateApplicationLevelSignature(client.as, response, insecure);
  return tokens;
}

export const oauth4webapi = {
  name: "oauth4webapi",
  discover,
  async register(issuer, metadata, key) {
    const as = await discover(issuer);
    const client = await oauth.processDynamicClientRegistrationResponse(await oauth.dynamicClientRegistrationRequest(as, metadata, insecure));
    return { as, client, auth: auths[metadata.token_endpoint_auth_method](client.client_secret, key) };
  },
  async known(issuer, id, secret, method, key) {
    return { as: await discover(issuer), client: { client_id: id }, auth: auths[method](secret, key) };
  },
  id: ({ client }) => client.client_id,
  secret: ({ client }) => client.client_secret,
  verifier: oauth.generateRandomCodeVerifier,
  challenge: oauth.calculatePKCECodeChallenge,
  endSessionUrl({ as, client }, parameters) {
    const url = new URL(as.end_session_endpoint);
    url.search = new URLSearchParams({ client_id: client.client_id, ...parameters });
    return url;
  },
  authorizationUrl({ as, client }, parameters) {
    const url = new URL(as.authorization_endpoint);
    url.search = new URLSearchParams({ client_id: client.client_id, response_type: "code", ...parameters });
    return url;
  },
  async push({ as, client, auth }, parameters) {
    const response = await oauth.pushedAuthorizationRequest(as, client, auth, new URLSearchParams({ response_type: "code", ...parameters }), insecure);
    const { request_uri } = await oauth.processPushedAuthorizationResponse(as, client, response);
    const url = new URL(as.authorization_endpoint);
    url.search = new URLSearchParams({ client_id: client.client_id, request_uri });
    return url;
  },
  async exchange(all, answer, { state, nonce, verifier, maxAge }) {
    const { as, client, auth } = all;
    const parameters = oauth.validateAuthResponse(as, client, answer.parameters, state);
    const response = await oauth.authorizationCodeGrantRequest(as, client, auth, parameters, answer.redirectUri, verifier ?? oauth.nopkce, insecure);
    const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, { expectedNonce: nonce, maxAge, requireIdToken: true });
    return signed(all, tokens, response);
  },
  claims: (_, tokens) => oauth.getValidatedIdTokenClaims(tokens),
  async refresh({ as, client, auth }, token) {
    return oauth.processRefreshTokenResponse(as, client, await oauth.refreshTokenGrantRequest(as, client, auth, token, insecure));
  },
  async clientCredentials({ as, client, auth }, parameters = {}) {
    return oauth.processClientCredentialsResponse(as, client, await oauth.clientCredentialsGrantRequest(as, client, auth, new URLSearchParams(parameters), insecure));
  },
  async userinfo({ as, client }, token, subject) {
    const response = await oauth.userInfoRequest(as, client, token, insecure);
    const claims = await oauth.processUserInfoResponse(as, client, subject, response);
    if (client.userinfo_signed_response_alg) await oauth.validateApplicationLevelSignature(as, response, insecure);
    return claims;
  },
  async introspect({ as, client, auth }, token) {
    return oauth.processIntrospectionResponse(as, client, await oauth.introspectionRequest(as, client, auth, token, insecure));
  },
  async revoke({ as, client, auth }, token) {
    return oauth.processRevocationResponse(await oauth.revocationRequest(as, client, auth, token, insecure));
  },
  async device({ as, client, auth }, scope) {
    return oauth.processDeviceAuthorizationResponse(as, client, await oauth.deviceAuthorizationRequest(as, client, auth, new URLSearchParams({ scope }), insecure));
  },
  async pollDevice(all, device) {
    const { as, client, auth } = all;
    const response = await oauth.deviceCodeGrantRequest(as, client, auth, device.device_code, insecure);
    return signed(all, await oauth.processDeviceCodeResponse(as, client, response), response);
  },
  awaitDevice: (all, device) => oauth4webapi.pollDevice(all, device),
};
