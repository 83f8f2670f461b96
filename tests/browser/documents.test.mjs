// The three examples of Kraken's own auth page, run as they are printed there: only what stands in capitals is filled
// in. `documents/pkce.js` is its script, to the letter.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { application } from './support/application.mjs';
import { open } from './support/browser.mjs';
import { advance, clients, kemu, machineSecret } from './support/kemu.mjs';
import { press, sees, signIn } from './support/people.mjs';

const AUTHORIZE =
  '/authorize/?response_type=code&client_id=YOUR_CLIENT_ID&redirect_uri=YOUR_REDIRECT_URI&code_challenge=CODE_CHALLENGE&code_challenge_method=S256';
const CODE_FOR_TOKEN =
  'grant_type=authorization_code&code=AUTH_CODE&redirect_uri=YOUR_REDIRECT_URI&client_id=YOUR_CLIENT_ID&code_verifier=YOUR_CODE_VERIFIER';
const CREDENTIALS_FOR_TOKEN = 'grant_type=client_credentials';
const DEVICE = 'client_id=YOUR_CLIENT_ID';
const DEVICE_CODE_FOR_TOKEN =
  'client_id=YOUR_CLIENT_ID&device_code=DEVICE_CODE&grant_type=urn:ietf:params:oauth:grant-type:device_code';

/** The text with what stands in capitals filled in, and nothing escaped. */
function filled(text, values) {
  return Object.entries(values).reduce((all, [name, value]) => {
    assert.ok(all.includes(name), `${name} is not in ${text}`);
    return all.replace(name, value);
  }, text);
}

/** A request from the page that is open, so from another origin than kemu's. Gives status and JSON. */
function ask(page, path, options) {
  return page.evaluate(async ([url, init]) => {
    const answer = await fetch(url, init);
    return { status: answer.status, body: await answer.json() };
  }, [kemu + path, options]);
}

const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
const post = (page, path, body, headers = {}) =>
  ask(page, path, { method: 'POST', headers: { ...form, ...headers }, body });

/** The last step of all three: the bare token opens the resource. */
async function opensTheResource(page, { status, body }, clientId) {
  assert.equal(status, 200, JSON.stringify(body));
  const opened = await ask(page, '/resource/', { headers: { Authorization: body.access_token } });
  assert.equal(opened.status, 200, JSON.stringify(opened.body));
  assert.equal(opened.body.clientId, clientId);
}

test('authorization', async (t) => {
  const app = await application(t);
  const page = await open(t, { others: [app.origin] });
  await page.goto(app.origin);
  const script = await readFile(new URL('documents/pkce.js', import.meta.url), 'utf8');
  const { codeVerifier, codeChallenge } = await page.evaluate(
    `(async () => { ${script}; return { codeVerifier, codeChallenge }; })()`,
  );
  assert.match(codeVerifier, /^[0-9a-f]{32}$/, 'shorter than RFC 7636 wants it');
  await page.goto(kemu + filled(AUTHORIZE, {
    YOUR_CLIENT_ID: clients.public,
    YOUR_REDIRECT_URI: app.redirectUri,
    CODE_CHALLENGE: codeChallenge,
  }));
  await signIn(page);
  await press(page, 'Allow');
  const { code } = await app.answer(page);
  const tokens = await post(page, '/token/', filled(CODE_FOR_TOKEN, {
    AUTH_CODE: code,
    YOUR_REDIRECT_URI: app.redirectUri,
    YOUR_CLIENT_ID: clients.public,
    YOUR_CODE_VERIFIER: codeVerifier,
  }));
  await opensTheResource(page, tokens, clients.public);
});

test('client credentials', async (t) => {
  const app = await application(t);
  const page = await open(t, { others: [app.origin] });
  await page.goto(app.origin);
  const basic = Buffer.from(`${clients.machine}:${machineSecret}`).toString('base64');
  const tokens = await post(page, '/token/', CREDENTIALS_FOR_TOKEN, { Authorization: `Basic ${basic}` });
  await opensTheResource(page, tokens, clients.machine);
});

test('device', async (t) => {
  const app = await application(t);
  const page = await open(t, { others: [app.origin] });
  const phone = await open(t);
  await page.goto(app.origin);
  const client = { YOUR_CLIENT_ID: clients.device };
  const { body: device } = await post(page, '/device-authorization/', filled(DEVICE, client));
  const exchange = filled(DEVICE_CODE_FOR_TOKEN, { ...client, DEVICE_CODE: device.device_code });
  const poll = async () => {
    await advance(`${device.interval}s`);
    // A refused poll is an error in the browser's console; so the device asks from outside of it.
    const answer = await fetch(`${kemu}/token/`, { method: 'POST', headers: form, body: exchange });
    return { status: answer.status, body: await answer.json() };
  };
  assert.equal((await poll()).body.error, 'authorization_pending');
  await phone.goto(device.verification_uri);
  await signIn(phone);
  await phone.getByLabel('The code that your device shows').fill(device.user_code);
  await press(phone, 'Continue');
  await press(phone, 'Allow');
  await sees(phone, 'demo-device is connected');
  await opensTheResource(page, await poll(), clients.device);
});
