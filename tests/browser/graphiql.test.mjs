// GraphiQL: what a browser gets at a GraphQL address, with our panels beside the editors.

import assert from 'node:assert/strict';
import test from 'node:test';
import { open, picture, violations } from './support/browser.mjs';
import { kemu } from './support/kemu.mjs';
import { tabTo } from './support/keyboard.mjs';

const API = `${kemu}/v1/graphql/`;
/** Names fields that are deprecated, a page, and a field that nobody has modelled. */
const QUERY = `query Ledgers($number: String!) {
  account(accountNumber: $number) {
    ledgers {
      id
      name
    }
    transactions(first: 30) {
      edges {
        node {
          title
          amount
        }
      }
    }
    campaigns {
      name
    }
  }
}
`;
const VARIABLES = '{ "number": "A-F1A7BA5E" }';

/** A link to an operation, as the live page takes it. */
function link(query, variables = '', operationName = '') {
  return `${API}#${new URLSearchParams({ query, variables, operationName })}`;
}

/** Asks the API from outside of the browser. */
async function ask(query, variables, headers = {}) {
  const body = JSON.stringify({ query, variables });
  const answer = await fetch(API, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
  return (await answer.json()).data;
}

/** Opens GraphiQL and waits until one can type. */
async function graphiql(t, { url = API, ...options } = {}) {
  const page = await open(t, { viewport: { width: 1440, height: 860 }, ...options });
  await page.goto(url);
  await page.locator(`${QUERY_EDITOR} .monaco-editor`).waitFor();
  return page;
}

/** Shows a panel, if it is not there. */
async function panel(page, title) {
  const shown = page.getByRole('region', { name: title, exact: true });
  if (!(await shown.isVisible())) {
    await page.getByRole('button', { name: `Show ${title}`, exact: true }).click();
  }
  await shown.waitFor();
  return shown;
}

const QUERY_EDITOR = '.graphiql-query-editor';
/** Variables or headers, whichever are shown. */
const TOOL_EDITOR = '.graphiql-editor-tool';
const RESULT = '.result-window';

/**
 * Waits until an editor shows this. Editors draw some time after they are told what to show, so their text is always
 * waited for. What looks like a space there is another character, which `\s` matches, and lines follow each other
 * without one.
 */
async function shows(page, editor, pattern) {
  await page.locator(`${editor} .view-lines:visible`, { hasText: pattern }).waitFor();
}

/** Waits until an editor shows this no longer. */
async function showsNo(page, editor, pattern) {
  await page.locator(`${editor} .view-lines:visible`, { hasNotText: pattern }).waitFor();
}

/** Types at the end of the operation. */
async function type(page, keys) {
  await page.locator(`${QUERY_EDITOR} .view-lines`).click();
  await page.keyboard.type(keys);
}

async function signIn(page, name) {
  await (await panel(page, 'Sign in')).getByRole('button', { name: new RegExp(`^${name}\\b`) }).click();
  await page.getByText(`Signed in as ${name}. The token is in the headers.`).waitFor();
}

/** Opens a sheet of facts and waits until it tells each of these, where parts follow each other without a space. */
async function tells(facts, sheet, ...words) {
  await facts.getByRole('tab', { name: new RegExp(`^${sheet}`) }).click();
  for (const one of words) {
    await facts.getByRole('tabpanel').filter({ hasText: one }).waitFor();
  }
}

test('one click signs in, and the header has the bare token', async (t) => {
  const page = await graphiql(t);
  await signIn(page, 'flat-base');
  await page.getByRole('button', { name: 'Headers', exact: true }).click();
  await shows(page, TOOL_EDITOR, /"Authorization":\s*"eyJ/);
  await page.reload();
  await page.getByText('API site · flat-base').waitFor();
  const stored = await page.evaluate(() => JSON.stringify(localStorage));
  assert.match(stored, /"kemu:signed-in-as":"flat-base"/, 'who is remembered');
  assert.doesNotMatch(stored, /eyJ/, 'no token is');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('API site · not signed in').waitFor();
});

test('every demo person and organisation is there, with what they are good for', async (t) => {
  const page = await graphiql(t);
  const credentials = await (await fetch(`${kemu}/_emulator/demo-credentials`)).json();
  const names = [...credentials.people, ...credentials.organisations].map(({ name }) => name);
  const choices = page.locator('.choice');
  await choices.first().waitFor();
  assert.deepEqual(await choices.locator('b').allInnerTexts(), names);
  for (const words of await choices.locator('span').allInnerTexts()) {
    assert.notEqual(words, '', 'somebody without a word in people.ts');
  }
});

test('the first example runs with one click, as the person it is about', async (t) => {
  const page = await graphiql(t);
  await (await panel(page, 'Examples')).getByRole('button', { name: /^Run: The guide's getTransactions/ }).click();
  await shows(page, RESULT, /"hasNextPage":\s*true[^]*"endCursor"/);
  await page.getByText('API site · long-history').waitFor();
});

test('facts beside the operation are the numbers and errors that the API tells', async (t) => {
  const page = await graphiql(t, { url: link(QUERY, VARIABLES) });
  await signIn(page, 'flat-base');
  const facts = await panel(page, 'Operation facts');
  await facts.getByText('allowed').waitFor();
  const { queryComplexity } = await ask(
    'query ($input: QueryComplexityInputType!) { queryComplexity(input: $input) { complexityValue } }',
    { input: { query: QUERY, variables: VARIABLES } },
  );
  const meter = (name) => facts.getByRole('meter', { name }).getAttribute('aria-valuenow');
  assert.equal(await meter('Complexity'), String(queryComplexity.complexityValue));
  assert.equal(await meter('Nodes'), '30');
  const { possibleErrors } = await ask(
    '{ possibleErrors(input: { name: "account", type: query }) { possibleErrors { code message } } }',
  );
  assert.ok(possibleErrors.possibleErrors.length > 0);
  await tells(facts, 'Errors', ...possibleErrors.possibleErrors.map(({ code, message }) => `${code} ${message}`));
  await tells(facts, 'Permissions', /✓\s*CAN_ACCESS_CUSTOMER_QUERIES\s*\(held\)/);
  await tells(facts, 'Cost', '1000/h');
  await tells(facts, 'Answers', /campaigns\s*plausible/);
});

test('what is deprecated is marked, with dates and replacement', async (t) => {
  const page = await graphiql(t, { url: link(QUERY, VARIABLES) });
  const facts = await panel(page, 'Operation facts');
  await tells(
    facts,
    'Deprecated',
    /LedgerType\.id\s*removal from 2025-06-25\s*line 4\s*Use ledgerNumber instead\.\s*Deprecated since 2024-10-22\./,
    /TransactionType\.amount[^]*Use amounts instead/,
  );
  await page.locator(`${QUERY_EDITOR} .squiggly-warning, ${QUERY_EDITOR} .squiggly-info`).first().waitFor();
});

test('who may not ask is told before asking, and facts follow the typing', async (t) => {
  const page = await graphiql(t, { url: link('{ account(accountNumber: "A-F1A7BA5E") { number } }') });
  const facts = await panel(page, 'Operation facts');
  await facts.getByText('KT-CT-1112').first().waitFor();
  await signIn(page, 'flat-base');
  await panel(page, 'Operation facts');
  await facts.getByText('you may').waitFor();
  await page.locator(`${QUERY_EDITOR} .view-lines`).click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('{ viewr');
  await facts.filter({ hasText: /The document is refused.*Cannot query field 'viewr' on type 'Query'/ }).waitFor();
});

test('a link opens its operation, and the address becomes a link to what is typed', async (t) => {
  const page = await graphiql(t, { url: link('query One { krakenVersion { number } } query Two { viewer { id } }', '{"a":1}', 'Two') });
  await shows(page, QUERY_EDITOR, /query\sOne\s.*query\sTwo/);
  await shows(page, TOOL_EDITOR, /"a":1/);
  const facts = await panel(page, 'Operation facts');
  await facts.getByText('query Two').waitFor();
  await page.evaluate((hash) => (location.hash = hash), `query=${encodeURIComponent('{ __typename }')}`);
  await shows(page, QUERY_EDITOR, /__typename/);
  await type(page, ' ');
  await page.waitForURL((url) => url.hash.startsWith('#query=') && url.hash.includes('__typename'));
});

test('fields are ticked into the operation and out of it, by keyboard', async (t) => {
  const page = await graphiql(t, { url: link('{ krakenVersion { number } }') });
  await signIn(page, 'two-accounts');
  const fields = await panel(page, 'Fields');
  await fields.getByLabel('Find').fill('account');
  const account = fields.getByRole('checkbox', { name: /^account AccountType/ });
  await tabTo(page, account);
  await page.keyboard.press('Space');
  await shows(page, QUERY_EDITOR, /account\(accountNumber:\s\$accountNumber\)/);
  await shows(page, TOOL_EDITOR, /"accountNumber":\s*"A-2ACC0001"/);
  const balance = fields.getByRole('checkbox', { name: /^balance Int/ });
  await balance.check();
  await page.getByRole('button', { name: /^Execute query/ }).click();
  await shows(page, RESULT, /"balance"/);
  await balance.uncheck();
  await account.uncheck();
  await showsNo(page, QUERY_EDITOR, /account\(/);
  await shows(page, QUERY_EDITOR, /krakenVersion/);
});

test('sheets of facts are moved through with the arrow keys', async (t) => {
  const page = await graphiql(t, { url: link('{ krakenVersion { number } }') });
  const facts = await panel(page, 'Operation facts');
  const first = facts.getByRole('tab', { name: 'Permissions' });
  await first.focus();
  await page.keyboard.press('ArrowRight');
  await facts.getByRole('tab', { name: /^Errors/, selected: true }).waitFor();
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowRight');
  await facts.getByRole('tab', { name: 'Permissions', selected: true }).waitFor();
});

test('limits are read, the clock is moved, and a token ends', async (t) => {
  const page = await graphiql(t);
  await signIn(page, 'business');
  const limits = await panel(page, 'Limits');
  await limits.getByRole('meter', { name: 'Points used this hour' }).waitFor();
  await limits.getByText('of 50,000').waitFor();
  await limits.getByRole('button', { name: 'Lift all limits' }).click();
  await limits.getByText('as if nobody had asked').waitFor();
  const clock = await panel(page, 'Clock');
  const shown = async () => Date.parse(await clock.locator('time[datetime]').getAttribute('datetime'));
  const before = await shown();
  await clock.getByRole('button', { name: '1 day' }).click();
  await clock.getByText(/^It is .* now\./).waitFor();
  const after = await shown();
  assert.ok(after - before >= 86_400_000 && after - before < 87_000_000, `${after - before} ms`);
  await signIn(page, 'business');
  const people = await panel(page, 'Sign in');
  await people.getByRole('button', { name: 'Expire now' }).click();
  await people.getByText('expired', { exact: true }).waitFor();
  const facts = await panel(page, 'Operation facts');
  await type(page, ' ');
  await facts.getByText('KT-CT-1124').first().waitFor();
});

test('the auth site has the page, too, with its own schema', async (t) => {
  const page = await graphiql(t, { url: `${kemu}/graphql/#query=${encodeURIComponent('{ account(accountNumber: "") { number } }')}` });
  await page.getByText('auth site · not signed in').waitFor();
  const facts = await panel(page, 'Operation facts');
  await facts.getByText("Cannot query field 'account' on type 'Query'.").waitFor();
});

for (const colorScheme of ['light', 'dark']) {
  test(`our panels are accessible in the ${colorScheme}`, async (t) => {
    const page = await graphiql(t, { url: link(QUERY, VARIABLES), colorScheme });
    await signIn(page, 'flat-base');
    for (const title of ['Sign in', 'Operation facts', 'Fields', 'Examples', 'Limits', 'Clock']) {
      const shown = await panel(page, title);
      assert.deepEqual(await violations(page, '.kemu'), [], title);
      await picture(page, `graphiql ${title} ${colorScheme}`);
      if (title === 'Operation facts') {
        for (const tab of await shown.getByRole('tab').all()) {
          await tab.click();
          assert.deepEqual(await violations(page, '.kemu'), [], await tab.innerText());
        }
      }
    }
  });
}
