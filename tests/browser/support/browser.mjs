// A person's browser, watched: whatever goes wrong on a page fails the test, though nobody asked for it.
//
// To use it, `const page = await open(t)`. What that page and all others of its context do is held, at the end of the
// test, against what the test announced: no error in the console, nothing that breaks the content security policy,
// no request to anywhere but kemu and the `others`, no page that was refused but the `refusals`, in their order.

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import axeCore from 'axe-core';
import { chromium } from 'playwright-core';
import { kemu } from './kemu.mjs';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const PICTURES = fileURLToPath(new URL('../../../test-artefacts/browser/', import.meta.url));
/** Nothing is asked of the network but by our pages, and names of hosts lead nowhere. */
const QUIET = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
  '--no-first-run',
];
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];
const IS_REFUSED = /^Failed to load resource: the server responded with a status of \d+/;

let launched;
after(async () => (await launched)?.close());

/** One Chromium for a file of tests. As root it has no sandbox: it would not start. */
function browser() {
  launched ??= chromium.launch({
    args: QUIET,
    chromiumSandbox: process.getuid() !== 0,
    executablePath: CHROMIUM,
  });
  return launched;
}

/**
 * A page in a context of its own, so without anybody's cookies. `others` are origins that it may ask besides kemu,
 * `refusals` the statuses above 399 that will come from pages, and from what scripts ask of the addresses `refusing`; the
 * rest goes to Playwright's `newContext`.
 */
export async function open(t, { others = [], refusals = [], refusing = [], ...options } = {}) {
  const context = await (await browser()).newContext({ viewport: { width: 1280, height: 800 }, ...options });
  context.setDefaultTimeout(30_000);
  const seen = await watch(context, [kemu, ...others], refusing);
  const page = await context.newPage();
  t.after(async () => {
    try {
      await picture(page, t.name);
    } finally {
      await context.close();
      const announced = { errors: [], strangers: [], refusals };
      // A test that has failed already tells nothing of what fails after it.
      if (!isDeepStrictEqual(result(seen), announced)) t.diagnostic(`in the browser: ${JSON.stringify(result(seen))}`);
      assert.deepEqual(result(seen), announced, 'what went wrong in the browser');
    }
  });
  return page;
}

/** Writes down what happens in a context. Exported for the test of this file. */
export async function watch(context, origins, refusing = []) {
  const seen = { errors: [], strangers: [], refused: [] };
  const asked = (url) => {
    const { protocol, origin } = new URL(url);
    if (/^(https?|wss?):$/.test(protocol) && !origins.includes(origin.replace(/^ws/, 'http'))) {
      seen.strangers.push(url);
    }
  };
  context.on('request', (request) => asked(request.url()));
  context.on('page', (page) => page.on('websocket', (socket) => asked(socket.url())));
  context.on('response', (response) => {
    const isAnnounced = response.request().isNavigationRequest() || refusing.includes(response.url());
    if (response.status() >= 400 && isAnnounced) {
      seen.refused.push({ url: response.url(), status: response.status() });
    }
  });
  context.on('weberror', (error) => seen.errors.push({ text: String(error.error()) }));
  context.on('console', (message) => {
    if (message.type() === 'error') {
      seen.errors.push({ text: message.text(), url: message.location().url });
    }
  });
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', (violation) => {
      console.error(`content security policy: ${violation.effectiveDirective} ${violation.blockedURI}`);
    });
  });
  return seen;
}

/** What was seen, where a refused page's own line in the console counts as the refusal that it is. */
export function result({ errors, strangers, refused }) {
  const isRefusal = ({ text, url }) => IS_REFUSED.test(text) && refused.some((page) => page.url === url);
  return {
    errors: errors.filter((error) => !isRefusal(error)).map((error) => error.text),
    strangers,
    refusals: refused.map((page) => page.status),
  };
}

/** What axe has against the page, by WCAG 2.0 to 2.2, levels A and AA: nothing. */
export async function axe(page) {
  assert.deepEqual(await violations(page), [], `accessibility of ${page.url()}`);
}

/** Each rule that the page breaks, and where; or what a part of it does, that a selector names. */
export async function violations(page, part = 'html') {
  await page.evaluate(axeCore.source);
  const found = await page.evaluate(([root, tags]) => globalThis.axe.run(root, { runOnly: tags }), [part, WCAG]);
  return found.violations.map(({ id, help, nodes }) => ({ id, help, where: nodes.map((node) => node.html) }));
}

/** The page can be read by scrolling in one direction. */
export async function assertFits(page) {
  const [content, window] = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return [scrollWidth, clientWidth];
  });
  assert.ok(content <= window, `${page.url()} is ${content} px wide in a window of ${window} px`);
}

/** A screenshot for whoever looks into a failure. */
export async function picture(page, name) {
  await mkdir(PICTURES, { recursive: true });
  const file = name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  await page.screenshot({ path: `${PICTURES}${file}.png`, fullPage: true });
}
