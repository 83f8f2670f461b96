// The device grant: a device shows a code, a person types it in a browser.

import assert from 'node:assert/strict';
import test from 'node:test';
import { open } from './support/browser.mjs';
import { advance, clients, kemu, post, resource } from './support/kemu.mjs';
import { press, sees, signIn } from './support/people.mjs';

const CODE = 'The code that your device shows';

/** A device that wants to be connected. */
async function device() {
  const { status, body } = await post('/device-authorization/', { client_id: clients.device });
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

/** What the device is told when it asks, after having waited as long as it must. */
async function poll({ device_code, interval }) {
  await advance(`${interval}s`);
  const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
  return post('/token/', { client_id: clients.device, device_code, grant_type });
}

test('a code in lower case with a hyphen connects the device', async (t) => {
  const page = await open(t);
  const asking = await device();
  assert.equal((await poll(asking)).body.error, 'authorization_pending');
  await page.goto(asking.verification_uri);
  await signIn(page);
  const typed = asking.user_code.toLowerCase().replace(/^.{4}/, '$&-');
  await page.getByLabel(CODE).fill(typed);
  await press(page, 'Continue');
  await sees(page, 'Allow demo-device to access your account?');
  await page.getByText(asking.user_code, { exact: true }).waitFor();
  assert.equal((await poll(asking)).body.error, 'authorization_pending', 'showing is not allowing');
  await press(page, 'Allow');
  await sees(page, 'demo-device is connected');
  const { status, body } = await poll(asking);
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal((await resource(body.access_token)).body.clientId, clients.device);
});

test('a person who cancels leaves the device without a token', async (t) => {
  const page = await open(t);
  const asking = await device();
  await page.goto(asking.verification_uri);
  await signIn(page);
  await page.getByLabel(CODE).fill(asking.user_code);
  await press(page, 'Continue');
  await press(page, 'Cancel');
  await sees(page, 'demo-device is not connected');
  const { status, body } = await poll(asking);
  assert.deepEqual([status, body.error], [400, 'access_denied']);
});

test('the address with the code in it only fills the code in, and asks', async (t) => {
  const page = await open(t);
  const asking = await device();
  await page.goto(asking.verification_uri_complete);
  await signIn(page);
  await sees(page, 'Connect a device');
  assert.equal(await page.getByLabel(CODE).inputValue(), asking.user_code);
  assert.equal((await poll(asking)).body.error, 'authorization_pending');
  await press(page, 'Continue');
  await sees(page, 'Allow demo-device');
  assert.equal((await poll(asking)).body.error, 'authorization_pending');
  await press(page, 'Allow');
  await sees(page, 'demo-device is connected');
  assert.equal((await poll(asking)).status, 200);
});

test('a code that no device shows is told, and can be typed again', async (t) => {
  const page = await open(t, { refusals: [400] });
  const asking = await device();
  await page.goto(`${kemu}/device/`);
  await signIn(page);
  await page.getByLabel(CODE).fill('AAAA1111');
  await press(page, 'Continue');
  assert.match(await page.getByRole('alert').textContent(), /No device shows this code/);
  await page.getByLabel(CODE).fill(asking.user_code);
  await press(page, 'Continue');
  await sees(page, 'Allow demo-device');
});
