// Being signed in, in GraphiQL: what is remembered, which tabs have the token, and what of the headers is left alone.

import assert from 'node:assert/strict';
import test from 'node:test';
import { kemu } from './support/kemu.mjs';
import {
  API, choose, graphiql, isReady, isSignedIn, panel, paste, QUERY, RESULT, run, shows, showsNo, signIn, tool, TOOL_EDITOR,
  VARIABLES, link,
} from './support/graphiql.mjs';

const TOKEN = /"Authorization":\s*"eyJ/;
const MINT = `${kemu}/_emulator/token`;

/** The `Authorization` that Run sends. */
async function sent(page) {
  const isRun = (request) => request.url() === API && request.method() === 'POST' && /viewer/.test(request.postData() ?? '');
  const [request] = await Promise.all([page.waitForRequest(isRun), run(page)]);
  return request.headers().authorization;
}

test('one click signs in, and the header has the bare token', async (t) => {
  const page = await graphiql(t, { url: link('{ viewer { givenName } }') });
  await signIn(page, 'flat-base');
  await tool(page, 'Headers');
  await shows(page, TOOL_EDITOR, TOKEN);
  await run(page);
  await shows(page, RESULT, /"givenName"/);
  await page.waitForFunction(() => localStorage.getItem('graphiql:queries'));
  await page.reload();
  await isSignedIn(page, 'flat-base');
  const stored = await page.evaluate(() => JSON.stringify(localStorage));
  assert.match(stored, /"kemu:signed-in-as":"flat-base"/, 'who is remembered');
  assert.match(stored, /viewer/, 'what was run is');
  assert.doesNotMatch(stored, /eyJ/, 'no token is');
  await (await panel(page, 'Sign in')).getByRole('button', { name: 'Sign out' }).click();
  await isSignedIn(page, 'not signed in');
});

test('after a reload, facts and limits ask as whom Run would', async (t) => {
  const page = await graphiql(t, { url: link(QUERY, VARIABLES) });
  await signIn(page, 'flat-base');
  const facts = await panel(page, 'Operation facts');
  await facts.getByText('Asked as flat-base.').waitFor();
  await page.reload();
  await isReady(page);
  await facts.getByText('Asked as flat-base.').waitFor();
});

test('what is taken from the history is asked as who is signed in now', async (t) => {
  const page = await graphiql(t, { url: link('{ viewer { givenName } }') });
  await signIn(page, 'flat-base');
  const first = await sent(page);
  await shows(page, RESULT, /"givenName"/);
  await signIn(page, 'two-accounts');
  await tool(page, 'Headers');
  for (const isReloaded of [false, true]) {
    if (isReloaded) {
      await page.reload();
      await isReady(page);
      await isSignedIn(page, 'two-accounts');
      await tool(page, 'Headers');
    }
    await page.getByRole('button', { name: 'Show History' }).click();
    await page.locator('.graphiql-history-item-label').first().click();
    await shows(page, TOOL_EDITOR, TOKEN);
    assert.notEqual(await sent(page), first);
    await shows(page, RESULT, /"givenName"/);
    await page.getByRole('button', { name: 'Hide History' }).click();
  }
});

test('signing out takes the token out of every tab', async (t) => {
  const page = await graphiql(t);
  await signIn(page, 'flat-base');
  await tool(page, 'Headers');
  await shows(page, TOOL_EDITOR, TOKEN);
  const tabs = page.getByRole('tab', { name: /Welcome|untitled/ });
  for (const count of [2, 3]) {
    await page.getByRole('button', { name: 'New tab' }).click();
    await tabs.nth(count - 1).waitFor();
    await shows(page, TOOL_EDITOR, TOKEN);
  }
  await (await panel(page, 'Sign in')).getByRole('button', { name: 'Sign out' }).click();
  await showsNo(page, TOOL_EDITOR, /Authorization/);
  await tabs.first().click();
  await showsNo(page, TOOL_EDITOR, /Authorization/);
  await page.getByRole('button', { name: 'New tab' }).click();
  await tabs.nth(3).waitFor();
  await showsNo(page, TOOL_EDITOR, /Authorization/);
});

test('headers keep what somebody typed, and stay without a token where it was taken out', async (t) => {
  const page = await graphiql(t);
  await signIn(page, 'flat-base');
  await tool(page, 'Headers');
  await shows(page, TOOL_EDITOR, TOKEN);
  await paste(page, TOOL_EDITOR, '{ // mine\n"X-Mine": "1", }');
  await page.getByRole('button', { name: 'New tab' }).click();
  await shows(page, TOOL_EDITOR, TOKEN);
  await page.getByRole('tab', { name: 'Welcome' }).click();
  await shows(page, TOOL_EDITOR, /mine.*"X-Mine"/);
  await showsNo(page, TOOL_EDITOR, /Authorization/);
  await signIn(page, 'two-accounts');
  await shows(page, TOOL_EDITOR, /\/\/\smine.*"X-Mine":\s*"1".*"Authorization":\s*"eyJ/);
  await paste(page, TOOL_EDITOR, '{ "X-Mine": "1", "Half');
  await choose(await panel(page, 'Sign in'), 'flat-base');
  await page.getByText('the headers are no JSON object: mend them').waitFor();
  await shows(page, TOOL_EDITOR, /"Half/);
  await showsNo(page, TOOL_EDITOR, /Authorization/);
});

test('the last click decides who is signed in, whichever answer comes first', async (t) => {
  let answer;
  const answered = new Promise((resolve) => (answer = resolve));
  const isFirst = (request) => request.url() === MINT && Boolean(request.postData()?.includes('flat-base'));
  const page = await graphiql(t, {
    before: (page) => page.route(MINT, async (route) => {
      if (isFirst(route.request())) await answered;
      await route.continue();
    }),
  });
  const people = await panel(page, 'Sign in');
  await Promise.all([page.waitForRequest(isFirst), choose(people, 'flat-base')]);
  await signIn(page, 'two-accounts');
  await Promise.all([page.waitForEvent('requestfinished', isFirst), answer()]);
  // The page has dealt with that answer once it has dealt with a later one.
  await people.getByRole('button', { name: 'Fresh token' }).click();
  await page.getByText('Signed in as two-accounts. The token is in the headers.').waitFor();
  await isSignedIn(page, 'two-accounts');
});

test('who cannot sign in is told why, and who was signed in stays so', async (t) => {
  const page = await graphiql(t, { refusing: [MINT], refusals: [400] });
  await signIn(page, 'flat-base');
  const error = 'two-accounts cannot sign in with the published key any more';
  await page.route(MINT, (route) => route.fulfill({ status: 400, json: { error } }), { times: 1 });
  const people = await panel(page, 'Sign in');
  await choose(people, 'two-accounts');
  await people.getByRole('alert').filter({ hasText: `two-accounts: ${error}` }).waitFor();
  await isSignedIn(page, 'flat-base');
  await page.reload();
  await isSignedIn(page, 'flat-base');
});

test('an example runs with a fresh token where the old one has ended', async (t) => {
  const page = await graphiql(t);
  await signIn(page, 'long-history');
  const people = await panel(page, 'Sign in');
  await people.getByRole('button', { name: 'Expire now' }).click();
  await people.getByText('expired', { exact: true }).waitFor();
  await (await panel(page, 'Examples')).getByRole('button', { name: /^Run: The guide's getTransactions/ }).click();
  await shows(page, RESULT, /"hasNextPage":\s*true/);
});

test('a browser that stores nothing has the page all the same', async (t) => {
  const page = await graphiql(t, {
    before: (page) => page.addInitScript(() => {
      const refuse = () => { throw new DOMException('Access is denied for this document.', 'SecurityError'); };
      Object.defineProperty(globalThis, 'localStorage', { get: refuse });
    }),
  });
  await signIn(page, 'flat-base');
  await (await panel(page, 'Operation facts')).getByText('Asked as flat-base.').waitFor();
});
