// What every script here needs: where kemu is, its demo applications, and a person with a browser.

import assert from 'node:assert/strict';
import { parse } from 'node-html-parser';

/** Where kemu is. `cargo xtask test` starts one for each library and says so. */
export const base = process.env.KEMU_URL;
assert.ok(base, 'KEMU_URL must say where kemu is, such as http://127.0.0.1:8080');

/** The issuer: the token endpoint, as at Kraken. */
export const issuer = new URL('/token/', base);

/** Where the demo applications send people back to; the port may be any, and nothing listens there. */
export const redirectUri = 'http://127.0.0.1:4711/callback';

/** What the applications of these scripts ask for. */
export const scope = 'openid full-customer-access';

/** The demo person that signs in, and their account. */
export const personName = 'flat-base';
export const accountNumber = 'A-F1A7BA5E';

/** A demo application: `id` and, if it is confidential, `secret`. */
export async function application(name) {
  const answer = await fetch(new URL('/_emulator/oauth/clients', base));
  const { clients } = await answer.json();
  const found = clients.find((client) => client.name === name);
  assert.ok(found, `no demo application is called ${name}`);
  return found;
}

async function postJson(path, body, headers = {}) {
  const answer = await fetch(new URL(path, base), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const json = await answer.json();
  assert.equal(answer.status, 200, JSON.stringify(json));
  return json;
}

/** Moves kemu's clock: `'61s'`, `'2h'`. */
export const advance = (by) => postJson('/_emulator/clock', { action: 'advance', by });

/** Decides about the device that shows this code, as the person would: `'approve'` or `'deny'`. */
export const decideDevice = (decision, userCode) =>
  postJson(`/_emulator/oauth/device/${decision}`, { userCode, as: personName });

/** Asks the API with a token. */
export const graphql = (token, query) => postJson('/v1/graphql/', { query }, { authorization: `Bearer ${token}` });

/** The token opens the account of the person who signed in. */
export async function opensTheAccount(token) {
  const { data } = await graphql(token, '{ viewer { accounts { number } } }');
  assert.deepEqual(data.viewer.accounts, [{ number: accountNumber }]);
}

/** The token opens nothing: it ran out (KT-CT-1124) or was revoked (KT-CT-1162). */
export async function opensNothing(token, code) {
  const { data, errors } = await graphql(token, '{ viewer { accounts { number } } }');
  assert.equal(data.viewer, null);
  assert.deepEqual(errors.map((error) => error.extensions.errorCode), [code]);
}

/** A person at a browser, which keeps cookies, follows redirects within kemu and sends the forms that it is shown. */
export class Person {
  #cookies = new Map();

  /** Opens an address; ends at a page of kemu or at a redirect that leaves it. */
  async open(address, options = {}) {
    const url = new URL(address, base);
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { ...options, headers: { accept: 'text/html', cookie }, redirect: 'manual' });
    for (const header of answer.headers.getSetCookie()) {
      const [, name, value] = header.match(/^([^=]+)=([^;]*)/);
      this.#cookies.set(name, value);
    }
    const location = answer.headers.get('location');
    if (location === null) {
      const page = parse(await answer.text());
      assert.equal(answer.status, 200, page.text);
      return { page, url };
    }
    const next = new URL(location, url);
    return next.origin === url.origin ? this.open(next) : { left: next };
  }

  /** Sends the first form of a page, or the one with this button, by that button. */
  press({ page, url }, name, value) {
    const button = page.querySelector(name ? `button[name="${name}"][value="${value}"]` : 'form button');
    assert.ok(button, `no button ${name}=${value} on the page:\n${page.text}`);
    const form = button.closest('form');
    const inputs = form.querySelectorAll('input');
    const fields = inputs.map((input) => [input.getAttribute('name'), input.getAttribute('value') ?? '']);
    const body = new URLSearchParams(name ? [...fields, [name, value]] : fields);
    return this.open(new URL(form.getAttribute('action'), url), { method: form.getAttribute('method'), body });
  }

  /** Signs in if that is asked for; gives back the page that comes then. */
  async signIn(address) {
    const seen = await this.open(address);
    const isAsked = seen.page?.querySelector('button[name="person"]');
    return isAsked ? this.press(seen, 'person', personName) : seen;
  }

  /** Signs in, decides (`'allow'`, `'deny'`), and tells where the browser was sent with that. */
  async decide(address, decision = 'allow') {
    const { left } = await this.press(await this.signIn(address), 'decision', decision);
    assert.equal(left.origin + left.pathname, redirectUri);
    return left;
  }

  /** Allows a device on the pages that its address leads to. */
  async connectDevice(address, userCode) {
    const asked = await this.press(await this.signIn(address));
    assert.ok(asked.page.text.includes(userCode), asked.page.text);
    await this.press(asked, 'decision', 'allow');
  }
}
