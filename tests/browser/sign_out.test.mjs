// Signing out, by the application and by oneself.

import assert from 'node:assert/strict';
import test from 'node:test';
import { application } from './support/application.mjs';
import { open } from './support/browser.mjs';
import { kemu } from './support/kemu.mjs';
import { press, sees, signIn } from './support/people.mjs';

/** Is a person signed in? An application that may not ask is told. */
async function quietly(app, page) {
  await page.goto(app.authorizationUrl({ prompt: 'none' }));
  return (await app.answer(page)).error;
}

test('an application that shows its id_token signs out at once, and the person comes back', async (t) => {
  const app = await application(t);
  const page = await open(t, { others: [app.origin] });
  await page.goto(app.authorizationUrl());
  await signIn(page);
  await press(page, 'Allow');
  const { id_token: hint } = await app.tokens((await app.answer(page)).code);
  assert.equal(await quietly(app, page), 'consent_required');
  const back = `${app.origin}/signed-out`;
  const parameters = { id_token_hint: hint, post_logout_redirect_uri: back, state: 'so long' };
  await page.goto(`${kemu}/logout/?${new URLSearchParams(parameters)}`);
  assert.deepEqual(await app.answer(page, '/signed-out'), { state: 'so long' });
  assert.equal(await quietly(app, page), 'login_required');
});

test('without a hint the page asks first', async (t) => {
  const app = await application(t);
  const page = await open(t, { others: [app.origin] });
  await page.goto(app.authorizationUrl());
  await signIn(page);
  await sees(page, 'Allow demo-public');
  await page.goto(`${kemu}/logout/`);
  await sees(page, 'Sign out?');
  assert.equal(await quietly(app, page), 'consent_required', 'still signed in');
  await page.goto(`${kemu}/logout/`);
  await press(page, 'Sign out');
  await sees(page, 'You are signed out');
  assert.equal(await quietly(app, page), 'login_required');
});
