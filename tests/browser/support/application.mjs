// An application that people are sent back to: a small server on a port of its own, and what it sends kemu.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { clients, kemu, post } from './kemu.mjs';

const PAGE = '<!doctype html><html lang="en"><title>The application</title><link rel="icon" href="data:,"><h1>Back</h1>';

/** Starts it for a test. */
export async function application(t) {
  const visits = [];
  const server = createServer((request, response) => {
    visits.push(request.url);
    response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return new Application(`http://127.0.0.1:${server.address().port}`, visits);
}

class Application {
  constructor(origin, visits) {
    this.origin = origin;
    this.redirectUri = `${origin}/callback`;
    /** What it was asked for, in order. */
    this.visits = visits;
    this.verifier = randomBytes(32).toString('base64url');
    this.state = randomBytes(8).toString('hex');
  }

  /** The address that it sends a person to; `changes` replace parameters, or take them out with `undefined`. */
  authorizationUrl(changes = {}) {
    const parameters = {
      response_type: 'code',
      client_id: clients.public,
      redirect_uri: this.redirectUri,
      scope: 'openid full-customer-access',
      state: this.state,
      code_challenge: createHash('sha256').update(this.verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...changes,
    };
    const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
    return `${kemu}/authorize/?${new URLSearchParams(given)}`;
  }

  /** Waits for the person to come back; gives the parameters that came along. */
  async answer(page, path = '/callback') {
    await page.waitForURL((url) => url.origin === this.origin);
    const url = new URL(page.url());
    assert.equal(url.pathname, path);
    return Object.fromEntries(url.searchParams);
  }

  /** Gets tokens for a code. */
  async tokens(code) {
    const { status, body } = await post('/token/', {
      grant_type: 'authorization_code',
      code,
      redirect_uri: this.redirectUri,
      client_id: clients.public,
      code_verifier: this.verifier,
    });
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  }
}
