// GraphiQL with our panels, as people use it.

import assert from 'node:assert/strict';
import { open } from './browser.mjs';
import { kemu } from './kemu.mjs';

export const API = `${kemu}/v1/graphql/`;
/** Names fields that are deprecated, a page, and a field that nobody has modelled. */
export const QUERY = `query Ledgers($number: String!) {
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
export const VARIABLES = '{ "number": "A-F1A7BA5E" }';

/** A link to an operation, as the live page takes it. */
export function link(query, variables = '', operationName = '') {
  return `${API}#${new URLSearchParams({ query, variables, operationName })}`;
}

/** Asks the API from outside of the browser. */
export async function ask(query, variables, headers = {}) {
  const body = JSON.stringify({ query, variables });
  const answer = await fetch(API, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
  return (await answer.json()).data;
}

/** Stops the world's clock until the end of the test, so that what is used up of a limit does not grow again. */
export async function freeze(t) {
  const move = async (action) => {
    const answer = await fetch(`${kemu}/_emulator/clock`, { method: 'POST', body: JSON.stringify({ action }) });
    assert.equal(answer.status, 200, await answer.text());
  };
  await move('freeze');
  t.after(() => move('resume'));
}

/** Opens GraphiQL and waits until one can type. `before` is done with the page before it is there. */
export async function graphiql(t, { url = API, before, ...options } = {}) {
  const page = await open(t, { viewport: { width: 1440, height: 860 }, ...options });
  await before?.(page);
  await page.goto(url);
  await isReady(page);
  return page;
}

/** Waits until one can type. */
export async function isReady(page) {
  await page.locator(`${QUERY_EDITOR} .monaco-editor`).waitFor();
}

/** Shows a panel, if it is not there. */
export async function panel(page, title) {
  const shown = page.getByRole('region', { name: title, exact: true });
  if (!(await shown.isVisible())) {
    await page.getByRole('button', { name: `Show ${title}`, exact: true }).click();
  }
  await shown.waitFor();
  return shown;
}

export const QUERY_EDITOR = '.graphiql-query-editor';
/** Variables or headers, whichever are shown. */
export const TOOL_EDITOR = '.graphiql-editor-tool';
export const RESULT = '.result-window';

/**
 * Waits until an editor shows this. Editors draw some time after they are told what to show, so their text is always
 * waited for. What looks like a space there is another character, which `\s` matches, and lines follow each other
 * without one.
 */
export async function shows(page, editor, pattern) {
  await page.locator(`${editor} .view-lines:visible`, { hasText: pattern }).waitFor();
}

/** Waits until an editor shows this no longer. */
export async function showsNo(page, editor, pattern) {
  await page.locator(`${editor} .view-lines:visible`, { hasNotText: pattern }).waitFor();
}

/** Shows the headers in place of the variables, or the other way round. */
export async function tool(page, name) {
  await page.getByRole('button', { name, exact: true }).click();
}

/** Types where somebody clicks into an editor. */
export async function type(page, keys, editor = QUERY_EDITOR) {
  await page.locator(`${editor} .view-lines:visible`).click();
  await page.keyboard.type(keys);
}

/** Puts a text in the place of all that is in an editor, as pasting does. */
export async function paste(page, editor, text) {
  await page.locator(`${editor} .view-lines:visible`).click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText(text);
}

/** Runs the operation, of which the document has one. */
export async function run(page) {
  await page.getByRole('button', { name: /^Execute query/ }).click();
}

/** Clicks somebody in the panel, which must be shown. */
export async function choose(people, name) {
  await people.getByRole('button', { name: new RegExp(`^${name}\\b`) }).click();
}

export async function signIn(page, name) {
  await choose(await panel(page, 'Sign in'), name);
  await page.getByText(`Signed in as ${name}. The token is in the headers.`).waitFor();
}

/** Waits until the page says who is signed in. */
export async function isSignedIn(page, who, site = 'API site') {
  await page.getByRole('banner').filter({ hasText: new RegExp(`${site} · ${who}$`) }).waitFor();
}

/** Opens a sheet of facts and waits until it tells each of these, where parts follow each other without a space. */
export async function tells(facts, sheet, ...words) {
  await facts.getByRole('tab', { name: new RegExp(`^${sheet}`) }).click();
  for (const one of words) {
    await facts.getByRole('tabpanel').filter({ hasText: one }).waitFor();
  }
}
