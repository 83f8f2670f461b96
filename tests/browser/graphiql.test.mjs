// GraphiQL: what a browser gets at a GraphQL address, with our panels beside the editors.

import assert from 'node:assert/strict';
import test from 'node:test';
import { kemu } from './support/kemu.mjs';
import { tabTo } from './support/keyboard.mjs';
import {
  ask, freeze, graphiql, isSignedIn, link, panel, paste, QUERY, QUERY_EDITOR, RESULT, run, shows, showsNo, signIn, tells,
  TOOL_EDITOR, type, VARIABLES,
} from './support/graphiql.mjs';

test('the first example runs with one click, as the person it is about', async (t) => {
  const page = await graphiql(t);
  await (await panel(page, 'Examples')).getByRole('button', { name: /^Run: The guide's getTransactions/ }).click();
  await shows(page, RESULT, /"hasNextPage":\s*true[^]*"endCursor"/);
  await isSignedIn(page, 'long-history');
});

test('each example has a tab and an answer of its own', async (t) => {
  const page = await graphiql(t);
  const examples = await panel(page, 'Examples');
  for (const [title, answer] of [[/^Run: The next page/, /"totalCount"/], [/^Run: Somebody else's account/, /KT-CT-4177/]]) {
    await examples.getByRole('button', { name: title }).click();
    await shows(page, RESULT, answer);
  }
  await page.getByRole('tab', { name: 'NextPage' }).click();
  await shows(page, RESULT, /"totalCount"/);
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

test('variables may have comments, and what is wrong with them is told', async (t) => {
  const page = await graphiql(t, { url: link(QUERY, '{ "number": "A-F1A7BA5E", // mine\n}') });
  await signIn(page, 'flat-base');
  const facts = await panel(page, 'Operation facts');
  await facts.getByText('Asked as flat-base.').waitFor();
  await paste(page, TOOL_EDITOR, '{"number" "A-F1A7BA5E"}');
  await facts.getByText('The variables are no JSON object: Colon expected, line 1, column 11.').waitFor();
});

test('facts follow what a run leaves of a limit', async (t) => {
  await freeze(t);
  await fetch(`${kemu}/_emulator/limits`, { method: 'DELETE' });
  const page = await graphiql(t, { url: link(QUERY, VARIABLES) });
  await signIn(page, 'flat-base');
  const facts = await panel(page, 'Operation facts');
  await tells(facts, 'Cost', '1,000 left');
  await run(page);
  await tells(facts, 'Cost', '999 left');
});

test('a link opens its operation, and the address becomes a link to what is typed', async (t) => {
  const page = await graphiql(t, { url: link('query One { krakenVersion { number } } query Two { viewer { id } }', '{"a":1}', 'Two') });
  await shows(page, QUERY_EDITOR, /query\sOne\s.*query\sTwo/);
  await shows(page, TOOL_EDITOR, /"a":1/);
  const facts = await panel(page, 'Operation facts');
  await facts.getByText('query Two').waitFor();
  await type(page, ' # typed');
  await page.waitForURL((url) => url.hash.includes('typed') && url.hash.endsWith('&operationName=Two'));
  await facts.getByText('query Two').waitFor();
  await page.evaluate((hash) => (location.hash = hash), `query=${encodeURIComponent('{ __typename }')}`);
  await shows(page, QUERY_EDITOR, /__typename/);
  await page.waitForURL((url) => url.hash === `#query=${encodeURIComponent('{ __typename }')}`);
  await paste(page, QUERY_EDITOR, '');
  await page.waitForURL((url) => url.hash === '');
});

test('fields are ticked into the operation and out of it, by keyboard', async (t) => {
  const page = await graphiql(t, { url: link('# above\n{ krakenVersion { number } }') });
  await signIn(page, 'two-accounts');
  const fields = await panel(page, 'Fields');
  await fields.getByLabel('Find').fill('account');
  // The list follows what is typed when there is time for it.
  await fields.getByRole('checkbox', { name: /^krakenVersion/ }).waitFor({ state: 'detached' });
  const account = fields.getByRole('checkbox', { name: /^account AccountType/ });
  await tabTo(page, account);
  await page.keyboard.press('Space');
  await shows(page, QUERY_EDITOR, /#\sabove.*account\(accountNumber:\s\$accountNumber\)/);
  await shows(page, TOOL_EDITOR, /"accountNumber":\s*"A-2ACC0001"/);
  const balance = fields.getByRole('checkbox', { name: /^balance Int/ });
  await balance.check();
  await run(page);
  await shows(page, RESULT, /"balance"/);
  await balance.uncheck();
  await account.uncheck();
  await showsNo(page, QUERY_EDITOR, /account\(/);
  await shows(page, QUERY_EDITOR, /#\sabove.*krakenVersion/);
  await page.locator(`${QUERY_EDITOR} .view-lines`).click();
  await page.keyboard.press('ControlOrMeta+z');
  await shows(page, QUERY_EDITOR, /account\(/);
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

test('limits are those of who asks, and a rate in use is told', async (t) => {
  await freeze(t);
  const page = await graphiql(t, { url: link('{ account(accountNumber: "A-2ACC0001") { number } }') });
  await signIn(page, 'usage-reader');
  const limits = await panel(page, 'Limits');
  await limits.getByText('of 100,000').waitFor();
  await limits.getByRole('button', { name: 'Lift all limits' }).click();
  await limits.getByText('as if nobody had asked').waitFor();
  await limits.getByText('None. A rate that you use stands here').waitFor();
  await run(page);
  await limits.getByRole('row', { name: /^Query\.account 1000\/h in use/ }).waitFor();
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
  await isSignedIn(page, 'not signed in', 'auth site');
  const facts = await panel(page, 'Operation facts');
  await facts.getByText("Cannot query field 'account' on type 'Query'.").waitFor();
  const examples = await panel(page, 'Examples');
  await examples.getByText('more ask for fields that the schema of this site does not have').waitFor();
  assert.equal(await examples.getByRole('button', { name: /getTransactions/ }).count(), 0);
});
