// The kemu under test: where it is, its demo applications, and what an application sends it outside of the browser.

import assert from 'node:assert/strict';

assert.ok(process.env.KEMU_URL, 'KEMU_URL is missing: the address of a running kemu, as cargo xtask test sets it');

/** Its address, without a slash at the end. */
export const kemu = new URL(process.env.KEMU_URL).origin;

/** Applications of the demo world, as fixtures/README.md publishes them. */
export const clients = {
  public: '5ee50a2603d42005b274bfe34e86b46b4cc037d736b2c3d5706eff8c6cdd9fb8',
  device: '91d77172adefafba6746acb8c5c5a7cfc50ed0910cc69ad822018e1e072195f2',
  machine: '2ebb1cbf4a0278aeb1b6899e7f5d0a0a7af5fd1b949452ccf31cdc56e66b4588',
};
export const machineSecret = 'demo-secret-machine-00000000000000000000000000000000000000000000';

/** The person who signs in, and everybody's password. */
export const person = { name: 'flat-base', email: 'flat-base@example.com', password: 'Demo-Octopus-1' };

/** Sends a form; gives status and JSON. */
export async function post(path, form, headers = {}) {
  const answer = await fetch(kemu + path, { method: 'POST', headers, body: new URLSearchParams(form) });
  return { status: answer.status, body: await answer.json() };
}

/** What `/resource/` says to a token in the bare header. */
export async function resource(accessToken) {
  const answer = await fetch(`${kemu}/resource/`, { headers: { authorization: accessToken } });
  return { status: answer.status, body: await answer.json() };
}

/** Moves the clock of the world, so that nobody has to wait. */
export async function advance(by) {
  const body = JSON.stringify({ action: 'advance', by });
  const answer = await fetch(`${kemu}/_emulator/clock`, { method: 'POST', body });
  assert.equal(answer.status, 200, await answer.text());
}
