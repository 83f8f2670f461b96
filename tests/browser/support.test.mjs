// What holds the other tests up is itself able to fail.

import assert from 'node:assert/strict';
import test from 'node:test';
import { assertFits, open, result, violations, watch } from './support/browser.mjs';
import { kemu } from './support/kemu.mjs';
import { tabTo } from './support/keyboard.mjs';

test('errors, foreign requests, refused pages and broken policies are seen', async (t) => {
  const page = await open(t, { refusals: [400] });
  const context = await page.context().browser().newContext();
  const seen = await watch(context, [kemu]);
  const strange = await context.newPage();
  await strange.goto(`${kemu}/authorize/`);
  assert.deepEqual(result(seen), { errors: [], strangers: [], refusals: [400] });
  // The browser tells of these when it comes to it.
  const says = (start) => strange.waitForEvent('console', (message) => message.text().startsWith(start));
  const told = Promise.all([says('said aloud'), says('content security policy'), context.waitForEvent('weberror')]);
  await strange.evaluate(() => {
    console.error('said aloud');
    setTimeout(() => { throw new Error('thrown'); });
    const script = document.createElement('script');
    script.textContent = 'globalThis.planted = true';
    document.body.append(script);
  });
  await told;
  await strange.route('https://elsewhere.example/', (route) => route.abort());
  await strange.goto('https://elsewhere.example/').catch(() => {});
  await context.close();
  const { errors, strangers } = result(seen);
  for (const said of ['said aloud', 'Error: thrown', 'content security policy: script-src-elem inline']) {
    assert.ok(errors.includes(said), `${said} is not in ${JSON.stringify(errors)}`);
  }
  assert.deepEqual(strangers, ['https://elsewhere.example/']);
  await page.goto(`${kemu}/authorize/`);
});

test('barriers of a page are found', async (t) => {
  const page = await open(t);
  await page.setContent('<html><title></title><img src="data:,"><p style="color:#999">pale</p><button style="outline:0">x</button>');
  const rules = (await violations(page)).map((violation) => violation.id);
  for (const rule of ['color-contrast', 'document-title', 'html-has-lang', 'image-alt']) {
    assert.ok(rules.includes(rule), `${rule} is not in ${rules}`);
  }
  await assert.rejects(tabTo(page, page.getByRole('button')), /outline/);
  await page.setContent('<p style="width:3000px">wide</p>');
  await assert.rejects(assertFits(page), /3\d{3} px wide in a window of 1280 px/);
});
