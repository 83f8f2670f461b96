// Every page of the auth site can be read by everybody: WCAG 2.2 AA as far as axe can tell, on small screens, in the
// dark.

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import test from 'node:test';
import { application } from './support/application.mjs';
import { assertFits, axe, open, picture } from './support/browser.mjs';
import { clients, kemu, post } from './support/kemu.mjs';
import { press, sees, signIn, signInWith } from './support/people.mjs';

const templates = new URL('../../crates/api/src/http/oauth/pages/', import.meta.url);

/** Goes by every page, and has `look` look at each. Names are those of the templates: none may be left out. */
async function everyPage(t, options, look) {
  const app = await application(t);
  const page = await open(t, { others: [app.origin], refusals: [400, 400, 400, 400], ...options });
  const seen = new Set(['base.html']);
  const shown = async (template, heading, which = '') => {
    await sees(page, heading);
    await look(page, `${template}${which}`);
    seen.add(`${template}.html`);
  };
  await page.goto(kemu);
  await shown('landing', 'Welcome to the OAuth server');
  await press(page, 'Register');
  await page.getByRole('alert').waitFor();
  await shown('register', 'Welcome to the OAuth server');
  await page.getByLabel('A short description of the application').fill(`pages ${t.name}`);
  await page.getByLabel('confidential').check();
  await page.getByLabel('client-credentials').first().check();
  await page.getByLabel('full-customer-access').check();
  await page.getByLabel('Organisation that it acts for').selectOption('usage-reader');
  await press(page, 'Register');
  await shown('registered', 'is registered');
  await page.goto(app.authorizationUrl());
  await shown('sign_in', 'Sign in');
  await signInWith(page, 'nobody@example.com', 'wrong');
  await page.getByRole('alert').waitFor();
  await shown('sign_in', 'Sign in', ' again');
  await signIn(page);
  await shown('consent', 'Allow demo-public');
  await page.goto(app.authorizationUrl({ client_id: 'nobody' }));
  await shown('refused', 'This request cannot be answered');
  for (const [decision, heading] of [['Allow', 'is connected'], ['Cancel', 'is not connected']]) {
    const { body } = await post('/device-authorization/', { client_id: clients.device });
    await page.goto(body.verification_uri_complete);
    await shown('device_code', 'Connect a device');
    await press(page, 'Continue');
    await shown('device_confirm', 'Allow demo-device');
    await press(page, decision);
    await shown('device_done', heading, ` ${decision}`);
  }
  await page.goto(`${kemu}/device/`);
  await press(page, 'Continue');
  await page.getByRole('alert').waitFor();
  await shown('device_code', 'Connect a device', ' again');
  await page.goto(`${kemu}/logout/`);
  await shown('sign_out', 'Sign out?');
  await press(page, 'Sign out');
  await shown('signed_out', 'You are signed out');
  assert.deepEqual([...seen].sort(), (await readdir(templates)).sort(), 'each template was looked at');
}

test('on a desk', (t) =>
  everyPage(t, {}, async (page, name) => {
    await picture(page, `wide ${name}`);
    await axe(page);
  }));

// 320 px is what WCAG 1.4.10 asks for, 360 px is a small telephone.
test('on a telephone', (t) =>
  everyPage(t, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }, async (page, name) => {
    await picture(page, `narrow ${name}`);
    await axe(page);
    await assertFits(page);
    await page.setViewportSize({ width: 320, height: 640 });
    await assertFits(page);
    await page.setViewportSize({ width: 360, height: 740 });
  }));

test('in the dark', (t) =>
  everyPage(t, { colorScheme: 'dark' }, async (page, name) => {
    await picture(page, `dark ${name}`);
    const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.equal(background, 'rgb(21, 16, 31)');
    await axe(page);
  }));
