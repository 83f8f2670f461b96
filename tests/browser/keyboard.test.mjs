// Everything can be done by keyboard alone, and the focus is seen all the way.

import assert from 'node:assert/strict';
import test from 'node:test';
import { application } from './support/application.mjs';
import { open } from './support/browser.mjs';
import { clients, kemu, person, post } from './support/kemu.mjs';
import { tabTo } from './support/keyboard.mjs';
import { sees } from './support/people.mjs';

const button = (page, name) => page.getByRole('button', { name, exact: true });

test('signing in with a password and consent', async (t) => {
  const app = await application(t);
  const page = await open(t, { others: [app.origin] });
  await page.goto(app.authorizationUrl());
  await tabTo(page, page.getByLabel('E-mail address'));
  await page.keyboard.type(person.email);
  await tabTo(page, page.getByLabel('Password', { exact: true }));
  await page.keyboard.type(person.password);
  await page.keyboard.press('Enter');
  await sees(page, 'Allow demo-public');
  await tabTo(page, button(page, 'Allow'));
  await page.keyboard.press('Space');
  assert.ok((await app.answer(page)).code);
});

test('signing in as a demo person, and out', async (t) => {
  const app = await application(t);
  const page = await open(t, { others: [app.origin] });
  await page.goto(app.authorizationUrl());
  await tabTo(page, button(page, person.name));
  await page.keyboard.press('Enter');
  await sees(page, 'Allow demo-public');
  await tabTo(page, button(page, 'Cancel'));
  await page.keyboard.press('Enter');
  assert.equal((await app.answer(page)).error, 'access_denied');
  await page.goto(`${kemu}/logout/`);
  await tabTo(page, button(page, 'Sign out'));
  await page.keyboard.press('Enter');
  await sees(page, 'You are signed out');
});

test('connecting a device', async (t) => {
  const page = await open(t);
  const { body: device } = await post('/device-authorization/', { client_id: clients.device });
  await page.goto(device.verification_uri);
  await tabTo(page, button(page, person.name));
  await page.keyboard.press('Space');
  await sees(page, 'Connect a device');
  await tabTo(page, page.getByLabel('The code that your device shows'));
  await page.keyboard.type(device.user_code);
  await tabTo(page, button(page, 'Continue'));
  await page.keyboard.press('Space');
  await sees(page, 'Allow demo-device');
  await tabTo(page, button(page, 'Allow'));
  await page.keyboard.press('Enter');
  await sees(page, 'demo-device is connected');
});
