// The authorization code grant, as a person sees it in a browser.

import assert from 'node:assert/strict';
import test from 'node:test';
import { application } from './support/application.mjs';
import { open } from './support/browser.mjs';
import { clients, kemu, person, resource } from './support/kemu.mjs';
import { press, sees, signIn, signInWith } from './support/people.mjs';

const issuer = `${kemu}/token/`;

test('one click signs in, one allows, and the application gets tokens', async (t) => {
  const app = await application(t);
  const page = await open(t, { others: [app.origin] });
  await page.goto(app.authorizationUrl());
  await signIn(page);
  await sees(page, 'Allow demo-public to access your account?');
  await page.getByText(person.email).waitFor();
  await press(page, 'Allow');
  const { code, ...rest } = await app.answer(page);
  assert.deepEqual(rest, { state: app.state, iss: issuer });
  const tokens = await app.tokens(code);
  assert.ok(tokens.id_token && tokens.refresh_token, JSON.stringify(tokens));
  const { status, body } = await resource(tokens.access_token);
  assert.equal(status, 200);
  assert.equal(body.clientId, clients.public);
  assert.equal(body.scope, 'openid full-customer-access');
});

test('who has signed in is asked for consent alone the next time', async (t) => {
  const app = await application(t);
  const page = await open(t, { others: [app.origin] });
  for (const isFirst of [true, false]) {
    await page.goto(app.authorizationUrl());
    if (isFirst) {
      await signIn(page);
    }
    await press(page, 'Allow');
    assert.ok((await app.answer(page)).code);
  }
});

test('a wrong password is told, the right one signs in, and a refusal reaches the application', async (t) => {
  const app = await application(t);
  const page = await open(t, { others: [app.origin], refusals: [400] });
  await page.goto(app.authorizationUrl());
  await signInWith(page, person.email, 'not-the-password');
  const alert = page.getByRole('alert');
  await alert.waitFor();
  assert.match(await alert.textContent(), /address and password do not fit/);
  assert.equal(await page.getByLabel('E-mail address').inputValue(), person.email);
  assert.equal(await page.getByLabel('Password', { exact: true }).inputValue(), '');
  await signInWith(page, person.email, person.password);
  await sees(page, 'Allow demo-public');
  await press(page, 'Cancel');
  assert.deepEqual(await app.answer(page), { error: 'access_denied', state: app.state, iss: issuer });
});

test('"Log out" on the page that asks lets another person sign in', async (t) => {
  const app = await application(t);
  const page = await open(t, { others: [app.origin] });
  await page.goto(app.authorizationUrl());
  await signIn(page, 'flat-base');
  await press(page, 'Log out');
  await signIn(page, 'two-accounts');
  await page.getByText('two-accounts@example.com').waitFor();
});

test('an unknown application is a page that says so, and leads nowhere', async (t) => {
  const app = await application(t);
  const page = await open(t, { others: [app.origin], refusals: [400] });
  await page.goto(app.authorizationUrl({ client_id: 'nobody' }));
  await sees(page, 'This request cannot be answered');
  const told = await page.locator('main').innerText();
  assert.match(told, /Expected\s+the id of a registered client/);
  assert.match(told, /Came\s+nobody/);
  assert.ok(page.url().startsWith(kemu));
  assert.deepEqual(app.visits, []);
});

test('a redirect URI that is not registered is a page that tells those that are', async (t) => {
  const app = await application(t);
  const page = await open(t, { others: [app.origin], refusals: [400] });
  await page.goto(app.authorizationUrl({ redirect_uri: `${app.origin}/elsewhere` }));
  await sees(page, 'This request cannot be answered');
  const told = await page.locator('main').innerText();
  assert.match(told, /Expected\s.*http:\/\/127\.0\.0\.1\/callback/);
  assert.match(told, new RegExp(`Came\\s+${app.origin}/elsewhere`));
  assert.ok(page.url().startsWith(kemu));
  assert.deepEqual(app.visits, []);
});

test('it works without JavaScript', async (t) => {
  const app = await application(t);
  const page = await open(t, { others: [app.origin], javaScriptEnabled: false });
  await page.goto(app.authorizationUrl());
  await signInWith(page, person.email, person.password);
  await press(page, 'Allow');
  const { code } = await app.answer(page);
  assert.equal((await resource((await app.tokens(code)).access_token)).status, 200);
});
