// openid-client, the certified OpenID Connect client. Plain http: its own switch `allowInsecureRequests`.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as client from 'openid-client';
import {
  Person, accountNumber, advance, application, base, decideDevice, graphql, issuer, opensNothing, opensTheAccount,
  redirectUri, scope,
} from './kemu.js';

/** The library set up for a demo application: by discovery, and with the check of signatures that it leaves out. */
async function configured(name, { authentication, metadata, ...options } = {}) {
  const { id, secret } = await application(name);
  const chosen = authentication ?? (secret ? client.ClientSecretBasic : client.None);
  const execute = [client.allowInsecureRequests];
  if (metadata?.id_token_signed_response_alg !== 'HS256') execute.push(client.enableNonRepudiationChecks);
  return client.discovery(issuer, id, metadata, chosen(secret), { execute, ...options });
}

/** Sends a person through the authorization; gives back where they came back, and what the answer is held against. */
async function authorized(config, { person = new Person(), decision, usesPkce = true, ...parameters } = {}) {
  const checks = { expectedState: client.randomState(), expectedNonce: client.randomNonce() };
  const asked = { redirect_uri: redirectUri, scope, state: checks.expectedState, nonce: checks.expectedNonce };
  if (usesPkce) {
    checks.pkceCodeVerifier = client.randomPKCECodeVerifier();
    asked.code_challenge = await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier);
    asked.code_challenge_method = 'S256';
  }
  const address = client.buildAuthorizationUrl(config, { ...asked, ...parameters });
  return { callback: await person.decide(address, decision), checks };
}

async function signedIn(config, options) {
  const { callback, checks } = await authorized(config, options);
  return client.authorizationCodeGrant(config, callback, checks);
}

const refuses = (error, status) => ({ name: 'ResponseBodyError', error, status });

describe('openid-client', () => {
  test('discovery finds what the issuer has', async () => {
    const found = (await configured('demo-public')).serverMetadata();
    assert.equal(found.issuer, issuer.href);
    assert.equal(found.device_authorization_endpoint, `${base}/device-authorization/`);
    assert.ok(found.supportsPKCE());
    const execute = [client.allowInsecureRequests];
    const byOauth = await client.discovery(issuer, 'any', undefined, undefined, { algorithm: 'oauth2', execute });
    assert.equal(byOauth.serverMetadata().token_endpoint, issuer.href);
  });

  test("discovery refuses the host's own document, as at Kraken: it names another issuer", async () => {
    const execute = [client.allowInsecureRequests];
    await assert.rejects(client.discovery(new URL(base), 'any', undefined, undefined, { execute }), {
      code: 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED',
    });
  });

  test('a public client with PKCE: tokens, id_token, userinfo, API', async () => {
    const config = await configured('demo-public');
    const tokens = await signedIn(config);
    const { sub, auth_time: authTime } = tokens.claims();
    assert.equal(typeof authTime, 'number');
    assert.equal(tokens.expiresIn(), 3600);
    assert.deepEqual(await client.fetchUserInfo(config, tokens.access_token, sub), { sub });
    await opensTheAccount(tokens.access_token);
  });

  test('a confidential client with Basic', async () => {
    await opensTheAccount((await signedIn(await configured('demo-confidential'))).access_token);
  });

  test('a confidential client with the secret in the body', async () => {
    const config = await configured('demo-confidential', { authentication: client.ClientSecretPost });
    await opensTheAccount((await signedIn(config)).access_token);
  });

  test('a confidential client without PKCE', async () => {
    const config = await configured('demo-confidential');
    await opensTheAccount((await signedIn(config, { usesPkce: false })).access_token);
  });

  test('id_tokens signed with HS256, to who expects them alone', async () => {
    const config = await configured('demo-hs256', { metadata: { id_token_signed_response_alg: 'HS256' } });
    await opensTheAccount((await signedIn(config)).access_token);
    const expectsRs256 = await configured('demo-hs256', { metadata: { id_token_signed_response_alg: 'RS256' } });
    await assert.rejects(signedIn(expectsRs256), { code: 'OAUTH_INVALID_RESPONSE' });
  });

  test('state, iss and nonce are held against what was asked', async () => {
    const config = await configured('demo-public');
    const { callback, checks } = await authorized(config);
    assert.equal(callback.searchParams.get('iss'), issuer.href);
    const exchange = (url, changes) => client.authorizationCodeGrant(config, url, { ...checks, ...changes });
    const invalid = { code: 'OAUTH_INVALID_RESPONSE' };
    await assert.rejects(exchange(callback, { expectedState: 'another' }), invalid);
    for (const iss of ['http://127.0.0.1:1/token/', undefined]) {
      const changed = new URL(callback);
      iss ? changed.searchParams.set('iss', iss) : changed.searchParams.delete('iss');
      await assert.rejects(exchange(changed, {}), invalid);
    }
    const comparison = { code: 'OAUTH_JWT_CLAIM_COMPARISON_FAILED' };
    await assert.rejects(exchange(callback, { expectedNonce: 'another' }), comparison);
  });

  test('max_age asks again, and auth_time says so', async () => {
    const config = await configured('demo-public');
    const person = new Person();
    const first = await signedIn(config, { person });
    await advance('2m');
    const { callback, checks } = await authorized(config, { person, max_age: '60' });
    const tokens = await client.authorizationCodeGrant(config, callback, { ...checks, maxAge: 60 });
    assert.ok(tokens.claims().auth_time >= first.claims().auth_time + 120);
  });

  test('a refresh token is used once', async () => {
    const config = await configured('demo-public');
    const first = await signedIn(config);
    const second = await client.refreshTokenGrant(config, first.refresh_token);
    assert.notEqual(second.refresh_token, first.refresh_token);
    await opensTheAccount(second.access_token);
    await assert.rejects(client.refreshTokenGrant(config, first.refresh_token), refuses('invalid_grant', 400));
  });

  test('an access token that ran out is renewed', async () => {
    const config = await configured('demo-public');
    const first = await signedIn(config);
    await advance('61m');
    await opensNothing(first.access_token, 'KT-CT-1124');
    await opensTheAccount((await client.refreshTokenGrant(config, first.refresh_token)).access_token);
  });

  for (const name of ['demo-public', 'demo-confidential']) {
    test(`revoked tokens of ${name} are dead`, async () => {
      const config = await configured(name);
      const { access_token: access, refresh_token: refresh } = await signedIn(config);
      await client.tokenRevocation(config, access, { token_type_hint: 'access_token' });
      await opensNothing(access, 'KT-CT-1162');
      await client.tokenRevocation(config, refresh);
      await assert.rejects(client.refreshTokenGrant(config, refresh), refuses('invalid_grant', 400));
    });
  }

  test('client credentials', async () => {
    const tokens = await client.clientCredentialsGrant(await configured('demo-machine'));
    assert.equal(tokens.refresh_token, undefined);
    const { data } = await graphql(tokens.access_token, `{ account(accountNumber: "${accountNumber}") { number } }`);
    assert.deepEqual(data.account, { number: accountNumber });
  });

  /**
   * Starts the library's own polling. It sleeps with `setTimeout`, so its time is the test's: `wait` lets seconds go by
   * for the library, and as many for kemu unless told otherwise, and ends once kemu has answered a poll, if one is due.
   * `answers` has what kemu said to each.
   */
  async function polling(t) {
    const answers = [];
    const config = await configured('demo-device', {
      [client.customFetch]: async (...request) => {
        const answer = await fetch(...request);
        if (request[0] === issuer.href) answers.push((await answer.clone().json()).error ?? 'tokens');
        return answer;
      },
    });
    const device = await client.initiateDeviceAuthorization(config, { scope });
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const done = client.pollDeviceAuthorizationGrant(config, device);
    // Whoever awaits it later sees the failure; until then it is nobody's.
    done.catch(() => {});
    const wait = async (seconds, { kemu = seconds, polls = true } = {}) => {
      await advance(`${kemu}s`);
      const before = answers.length;
      t.mock.timers.tick(seconds * 1000);
      while (polls && answers.length === before) await new Promise(setImmediate);
    };
    return { config, device, done, wait, answers };
  }

  test('device: pending, slow_down, approved', async (t) => {
    const { config, device, done, wait, answers } = await polling(t);
    assert.deepEqual([device.interval, device.verification_uri], [5, `${base}/device`]);
    await wait(5);
    await wait(5, { kemu: 1 });
    await decideDevice('approve', device.user_code);
    // Told to slow down, it waits ten seconds from now on.
    await wait(5, { polls: false });
    await wait(5);
    const tokens = await done;
    assert.deepEqual(answers, ['authorization_pending', 'slow_down', 'tokens']);
    const { sub } = tokens.claims();
    assert.deepEqual(await client.fetchUserInfo(config, tokens.access_token, sub), { sub });
    await opensTheAccount(tokens.access_token);
    await opensTheAccount((await client.refreshTokenGrant(config, tokens.refresh_token)).access_token);
  });

  test('device: the person enters the code and allows it on the pages', async (t) => {
    const { device, done, wait } = await polling(t);
    await new Person().connectDevice(device.verification_uri_complete, device.user_code);
    await wait(5);
    await opensTheAccount((await done).access_token);
  });

  test('device: denied', async (t) => {
    const { device, done, wait } = await polling(t);
    await decideDevice('deny', device.user_code);
    await wait(5);
    await assert.rejects(done, refuses('access_denied', 400));
  });

  test('device: a code that ran out', async (t) => {
    const { done, wait } = await polling(t);
    await wait(5, { kemu: 1801 });
    await assert.rejects(done, refuses('expired_token', 400));
  });

  test('sign-out: back to the application, and the session is over', async () => {
    const config = await configured('demo-public');
    const person = new Person();
    const tokens = await signedIn(config, { person });
    const signedOut = 'http://127.0.0.1:4711/signed-out';
    const address = client.buildEndSessionUrl(config, {
      id_token_hint: tokens.id_token, post_logout_redirect_uri: signedOut, state: 'left',
    });
    assert.equal((await person.open(address)).left.href, `${signedOut}?state=left`);
    const { left } = await person.open(client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri, scope, prompt: 'none', code_challenge_method: 'S256',
      code_challenge: await client.calculatePKCECodeChallenge(client.randomPKCECodeVerifier()),
    }));
    assert.equal(left.searchParams.get('error'), 'login_required');
  });

  test('a person who says no', async () => {
    const config = await configured('demo-public');
    const { callback, checks } = await authorized(config, { decision: 'deny' });
    await assert.rejects(client.authorizationCodeGrant(config, callback, checks), {
      name: 'AuthorizationResponseError', error: 'access_denied',
    });
  });

  test('a wrong secret, and the code lives on', async () => {
    const config = await configured('demo-confidential');
    const { callback, checks } = await authorized(config);
    const wrong = await configured('demo-confidential', { authentication: () => client.ClientSecretPost('wrong') });
    const error = await client.authorizationCodeGrant(wrong, callback, checks).catch((thrown) => thrown);
    // The library tells of the challenge; what is wrong is in the body of the response that it hands over.
    assert.deepEqual([error.name, error.cause[0].scheme], ['WWWAuthenticateChallengeError', 'basic']);
    assert.deepEqual([error.status, (await error.response.json()).error], [401, 'invalid_client']);
    await opensTheAccount((await client.authorizationCodeGrant(config, callback, checks)).access_token);
  });
});
