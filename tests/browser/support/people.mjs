// What people do on the pages, with a mouse.

import { person } from './kemu.mjs';

/** Signs in with one click. */
export async function signIn(page, name = person.name) {
  await page.getByRole('button', { name, exact: true }).click();
}

/** Signs in with an address and a password. */
export async function signInWith(page, email, password) {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Presses the button with this label. */
export async function press(page, label) {
  await page.getByRole('button', { name: label, exact: true }).click();
}

/** Waits for the page with this heading. */
export async function sees(page, heading) {
  await page.getByRole('heading', { level: 1, name: heading }).waitFor();
}
