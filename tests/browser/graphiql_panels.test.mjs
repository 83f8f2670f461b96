// Our panels in GraphiQL can be read and used by everybody: axe, colours, keyboard.

import assert from 'node:assert/strict';
import test from 'node:test';
import { picture, violations } from './support/browser.mjs';
import { graphiql, link, panel, QUERY, RESULT, shows, signIn, VARIABLES } from './support/graphiql.mjs';
import { kemu } from './support/kemu.mjs';
import { tabTo } from './support/keyboard.mjs';

/** The panels, with what each shows once it is complete. */
const PANELS = {
  'Sign in': '.choice',
  'Operation facts': '[role=tab]',
  Fields: '[type=checkbox]',
  Examples: 'li button',
  Limits: '[role=meter]',
  Clock: 'time[datetime]',
};
/** What `--kemu-ink` is in each. */
const INK = { light: 'rgb(29, 37, 52)', dark: 'rgb(230, 234, 242)' };

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

test('who has no mouse signs in and runs an example', async (t) => {
  const page = await graphiql(t);
  const people = await panel(page, 'Sign in');
  await people.locator('.choice').first().waitFor();
  await tabTo(page, people.getByRole('button', { name: /^flat-base/ }));
  await page.keyboard.press('Enter');
  await page.getByText('Signed in as flat-base. The token is in the headers.').waitFor();
  await tabTo(page, page.getByRole('button', { name: 'Show Examples' }), 'Shift+Tab');
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('button', { name: /^Run: Bills and what is on them/ }));
  await page.keyboard.press('Space');
  await shows(page, RESULT, /"StatementType"/);
});

for (const colorScheme of ['light', 'dark']) {
  test(`our panels are accessible in the ${colorScheme}`, async (t) => {
    const page = await graphiql(t, { url: link(QUERY, VARIABLES), colorScheme });
    await signIn(page, 'flat-base');
    for (const [title, content] of Object.entries(PANELS)) {
      const shown = await panel(page, title);
      await shown.locator(content).first().waitFor();
      assert.equal(await shown.evaluate((element) => getComputedStyle(element).color), INK[colorScheme]);
      assert.deepEqual(await violations(page, '.kemu'), [], title);
      await picture(page, `graphiql ${title} ${colorScheme}`);
    }
    const facts = await panel(page, 'Operation facts');
    await facts.getByRole('tab').first().waitFor();
    const tabs = await facts.getByRole('tab').all();
    assert.equal(tabs.length, 5);
    for (const tab of tabs) {
      await tab.click();
      assert.deepEqual(await violations(page, '.kemu'), [], await tab.innerText());
    }
  });
}
