// oauth4webapi, the steps that openid-client is made of. Plain http: its own switch `allowInsecureRequests`.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as oauth from 'oauth4webapi';
import {
  Person, accountNumber, advance, application, base, decideDevice, graphql, issuer, opensNothing, opensTheAccount,
  redirectUri, scope,
} from './kemu.js';

const plainHttp = { [oauth.allowInsecureRequests]: true };
const authorizationServer = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, plainHttp));

/** A demo application and how it authenticates: with its secret by Basic, without one by its id. */
async function known(name, authenticate = oauth.ClientSecretBasic) {
  const { id, secret } = await application(name);
  return [authorizationServer, { client_id: id }, secret ? authenticate(secret) : oauth.None()];
}

/** Sends a person through the authorization; gives back where they came back, and what the answer is held against. */
async function authorized([server, client], { person = new Person(), decision, usesPkce = true, ...parameters } = {}) {
  const sent = {
    state: oauth.generateRandomState(), nonce: oauth.generateRandomNonce(), verifier: oauth.generateRandomCodeVerifier(),
  };
  const address = new URL(server.authorization_endpoint);
  const challenge = await oauth.calculatePKCECodeChallenge(sent.verifier);
  address.search = new URLSearchParams({
    response_type: 'code', client_id: client.client_id, redirect_uri: redirectUri, scope,
    state: sent.state, nonce: sent.nonce, ...parameters,
    ...(usesPkce && { code_challenge: challenge, code_challenge_method: 'S256' }),
  });
  if (!usesPkce) sent.verifier = oauth.nopkce;
  return { callback: await person.decide(address, decision), sent };
}

/** Exchanges the code that a person came back with, and checks what comes for it, signature included. */
async function exchanged(known, { callback, sent }, { expectedNonce = sent.nonce, maxAge } = {}) {
  const [server, client, authentication] = known;
  const parameters = oauth.validateAuthResponse(server, client, callback, sent.state);
  const response = await oauth.authorizationCodeGrantRequest(
    server, client, authentication, parameters, redirectUri, sent.verifier, plainHttp,
  );
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, { expectedNonce, maxAge });
  if (client.id_token_signed_response_alg !== 'HS256') {
    await oauth.validateApplicationLevelSignature(server, response, plainHttp);
  }
  return tokens;
}

const signedIn = async (known, options) => exchanged(known, await authorized(known, options));

async function renewed([server, client, authentication], token) {
  const response = await oauth.refreshTokenGrantRequest(server, client, authentication, token, plainHttp);
  return oauth.processRefreshTokenResponse(server, client, response);
}

async function revoked([server, client, authentication], token) {
  const response = await oauth.revocationRequest(server, client, authentication, token, plainHttp);
  await oauth.processRevocationResponse(response);
}

async function startedDevice([server, client, authentication]) {
  const response = await oauth.deviceAuthorizationRequest(server, client, authentication, { scope }, plainHttp);
  return oauth.processDeviceAuthorizationResponse(server, client, response);
}

/** Asks once for the tokens of a device. Between polls the tests move kemu's clock. */
async function polled([server, client, authentication], { device_code: code }) {
  const response = await oauth.deviceCodeGrantRequest(server, client, authentication, code, plainHttp);
  const tokens = await oauth.processDeviceCodeResponse(server, client, response);
  await oauth.validateApplicationLevelSignature(server, response, plainHttp);
  return tokens;
}

const refuses = (error) => ({ name: 'ResponseBodyError', error, status: 400 });

describe('oauth4webapi', () => {
  test('discovery by both standards', async () => {
    const byOauth = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...plainHttp });
    assert.deepEqual(await oauth.processDiscoveryResponse(issuer, byOauth), authorizationServer);
    assert.equal(authorizationServer.authorization_response_iss_parameter_supported, true);
  });

  test("discovery refuses the host's own document, as at Kraken: it names another issuer", async () => {
    const response = await oauth.discoveryRequest(new URL(base), plainHttp);
    await assert.rejects(oauth.processDiscoveryResponse(new URL(base), response), {
      code: 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED',
    });
  });

  test('a public client with PKCE: tokens, id_token, userinfo, API', async () => {
    const client = await known('demo-public');
    const tokens = await signedIn(client);
    const { sub } = oauth.getValidatedIdTokenClaims(tokens);
    const response = await oauth.userInfoRequest(client[0], client[1], tokens.access_token, plainHttp);
    assert.deepEqual(await oauth.processUserInfoResponse(client[0], client[1], sub, response), { sub });
    await opensTheAccount(tokens.access_token);
  });

  test('the library asks the API itself', async () => {
    const { access_token: token } = await signedIn(await known('demo-public'));
    const headers = new Headers({ 'content-type': 'application/json' });
    const body = JSON.stringify({ query: '{ viewer { accounts { number } } }' });
    const api = new URL('/v1/graphql/', base);
    const response = await oauth.protectedResourceRequest(token, 'POST', api, headers, body, plainHttp);
    assert.deepEqual((await response.json()).data.viewer.accounts, [{ number: accountNumber }]);
  });

  test('a confidential client with Basic', async () => {
    await opensTheAccount((await signedIn(await known('demo-confidential'))).access_token);
  });

  test('a confidential client with the secret in the body', async () => {
    const client = await known('demo-confidential', oauth.ClientSecretPost);
    await opensTheAccount((await signedIn(client)).access_token);
  });

  test('a confidential client without PKCE', async () => {
    await opensTheAccount((await signedIn(await known('demo-confidential'), { usesPkce: false })).access_token);
  });

  test('id_tokens signed with HS256, to who expects them alone', async () => {
    const client = await known('demo-hs256');
    client[1].id_token_signed_response_alg = 'HS256';
    await opensTheAccount((await signedIn(client)).access_token);
    client[1].id_token_signed_response_alg = 'RS256';
    await assert.rejects(signedIn(client), { code: 'OAUTH_INVALID_RESPONSE' });
  });

  test('state, iss and nonce are held against what was asked', async () => {
    const client = await known('demo-public');
    const back = await authorized(client);
    const invalid = { code: 'OAUTH_INVALID_RESPONSE' };
    await assert.rejects(exchanged(client, { ...back, sent: { ...back.sent, state: 'another' } }), invalid);
    const other = new URL(back.callback);
    other.searchParams.set('iss', 'http://127.0.0.1:1/token/');
    await assert.rejects(exchanged(client, { ...back, callback: other }), invalid);
    await assert.rejects(exchanged(client, back, { expectedNonce: 'another' }), {
      code: 'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
    });
  });

  test('a verifier that is not the one of the request', async () => {
    const client = await known('demo-public');
    const back = await authorized(client);
    const sent = { ...back.sent, verifier: oauth.generateRandomCodeVerifier() };
    await assert.rejects(exchanged(client, { ...back, sent }), refuses('invalid_grant'));
  });

  test('a code that ran out, and one that comes twice', async () => {
    const client = await known('demo-public');
    const late = await authorized(client);
    await advance('61s');
    await assert.rejects(exchanged(client, late), refuses('invalid_grant'));
    const back = await authorized(client);
    const { access_token: token } = await exchanged(client, back);
    await assert.rejects(exchanged(client, back), refuses('invalid_grant'));
    await opensNothing(token, 'KT-CT-1162');
  });

  test('max_age asks again, and auth_time says so', async () => {
    const client = await known('demo-public');
    const person = new Person();
    const { auth_time: first } = oauth.getValidatedIdTokenClaims(await signedIn(client, { person }));
    await advance('2m');
    const tokens = await exchanged(client, await authorized(client, { person, max_age: '60' }), { maxAge: 60 });
    assert.ok(oauth.getValidatedIdTokenClaims(tokens).auth_time >= first + 120);
  });

  test('a refresh token is used once', async () => {
    const client = await known('demo-public');
    const first = await signedIn(client);
    const second = await renewed(client, first.refresh_token);
    assert.equal(oauth.getValidatedIdTokenClaims(second).sub, oauth.getValidatedIdTokenClaims(first).sub);
    await opensTheAccount(second.access_token);
    await assert.rejects(renewed(client, first.refresh_token), refuses('invalid_grant'));
  });

  test('an access token that ran out is renewed', async () => {
    const client = await known('demo-confidential');
    const first = await signedIn(client);
    await advance('61m');
    await opensNothing(first.access_token, 'KT-CT-1124');
    await opensTheAccount((await renewed(client, first.refresh_token)).access_token);
  });

  for (const name of ['demo-public', 'demo-confidential']) {
    test(`revoked tokens of ${name} are dead`, async () => {
      const client = await known(name);
      const { access_token: access, refresh_token: refresh } = await signedIn(client);
      await revoked(client, access);
      await opensNothing(access, 'KT-CT-1162');
      await revoked(client, refresh);
      await assert.rejects(renewed(client, refresh), refuses('invalid_grant'));
    });
  }

  test('client credentials, and a scope that the application may not have', async () => {
    const [server, client, authentication] = await known('demo-machine');
    const ask = async (parameters) => {
      const response = await oauth.clientCredentialsGrantRequest(server, client, authentication, parameters, plainHttp);
      return oauth.processClientCredentialsResponse(server, client, response);
    };
    const tokens = await ask({ scope: 'full-customer-access' });
    const { data } = await graphql(tokens.access_token, `{ account(accountNumber: "${accountNumber}") { number } }`);
    assert.deepEqual(data.account, { number: accountNumber });
    await assert.rejects(ask({ scope: 'openid' }), refuses('invalid_scope'));
  });

  test('device: pending, slow_down, approved', async () => {
    const client = await known('demo-device');
    const device = await startedDevice(client);
    await assert.rejects(polled(client, device), refuses('authorization_pending'));
    await assert.rejects(polled(client, device), refuses('slow_down'));
    await new Person().connectDevice(device.verification_uri_complete, device.user_code);
    await advance(`${device.interval + 5}s`);
    const tokens = await polled(client, device);
    await opensTheAccount(tokens.access_token);
    await opensTheAccount((await renewed(client, tokens.refresh_token)).access_token);
    await advance(`${device.interval}s`);
    await assert.rejects(polled(client, device), refuses('invalid_grant'));
  });

  test('device: denied', async () => {
    const client = await known('demo-device');
    const device = await startedDevice(client);
    await decideDevice('deny', device.user_code);
    await assert.rejects(polled(client, device), refuses('access_denied'));
  });

  test('device: a code that ran out', async () => {
    const client = await known('demo-device');
    const device = await startedDevice(client);
    await advance(`${device.expires_in + 1}s`);
    await assert.rejects(polled(client, device), refuses('expired_token'));
  });

  test('a person who says no', async () => {
    const client = await known('demo-public');
    const back = await authorized(client, { decision: 'deny' });
    await assert.rejects(exchanged(client, back), { name: 'AuthorizationResponseError', error: 'access_denied' });
  });

  test('a wrong secret, and the code lives on', async () => {
    const client = await known('demo-confidential');
    const back = await authorized(client);
    const wrong = await known('demo-confidential', () => oauth.ClientSecretBasic('wrong'));
    const error = await exchanged(wrong, back).catch((thrown) => thrown);
    // The library tells of the challenge; what is wrong is in the body of the response that it hands over.
    assert.deepEqual([error.name, error.cause[0].scheme], ['WWWAuthenticateChallengeError', 'basic']);
    assert.deepEqual([error.status, (await error.response.json()).error], [401, 'invalid_client']);
    await opensTheAccount((await exchanged(client, back)).access_token);
  });
});
