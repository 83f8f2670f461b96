// Who is signed in. The browser remembers the name and never a token: a fresh one is minted when the page loads.
import { useSyncExternalStore } from 'react';

import { graphql, own, words } from './server';

export interface Person {
  name: string;
  email: string;
  apiKey: string;
  accounts: string[];
}

export interface Organisation {
  name: string;
  secretKey: string;
}

export interface Credentials {
  people: Person[];
  organisations: Organisation[];
}

/** Who is signed in, or why not. */
export interface Session {
  credentials: Credentials;
  /** The name of the person or organisation; null for nobody. */
  who: string | null;
  token: string | null;
  /** When the token ends, in seconds since the epoch, by the world's clock. */
  expires: number | null;
  error: string | null;
}

const REMEMBERED = 'kemu:signed-in-as';
const SIGN_IN = `mutation SignIn($input: ObtainJSONWebTokenInput!) { obtainKrakenToken(input: $input) { token payload } }`;

let session: Session = {
  credentials: { people: [], organisations: [] },
  who: null,
  token: null,
  expires: null,
  error: null,
};
const issued = new Set<string>();
const watchers = new Set<() => void>();

function become(change: Partial<Session>) {
  session = { ...session, ...change };
  watchers.forEach((watcher) => watcher());
}

export const currentSession = () => session;

export function useSession(): Session {
  return useSyncExternalStore((watcher) => {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  }, currentSession);
}

/** Was this token minted by this page? Then the page may put another in its place. */
export const isOurs = (token: string) => issued.has(token);

/** Reads who there is, and signs in whom the browser remembers. */
export async function start() {
  try {
    become({ credentials: await own<Credentials>('demo-credentials') });
  } catch (thrown) {
    become({ error: words(thrown) });
  }
  const remembered = localStorage.getItem(REMEMBERED);
  if (remembered) await signIn(remembered);
}

/** Signs a demo person or organisation in by name. */
export async function signIn(who: string): Promise<void> {
  const person = session.credentials.people.find((one) => one.name === who);
  const organisation = session.credentials.organisations.find((one) => one.name === who);
  const input = person ? { APIKey: person.apiKey } : { organizationSecretKey: organisation?.secretKey };
  try {
    if (!person && !organisation) throw new Error(`There is no '${who}' in this world.`);
    const answer = await graphql<{ obtainKrakenToken: { token: string; payload: { exp: number } } }>(SIGN_IN, { input });
    const { token, payload } = answer.obtainKrakenToken;
    issued.add(token);
    localStorage.setItem(REMEMBERED, who);
    become({ who, token, expires: payload.exp, error: null });
  } catch (thrown) {
    become({ who: null, token: null, expires: null, error: `${who}: ${words(thrown)}` });
  }
}

/** Forgets who was signed in. */
export function signOut() {
  localStorage.removeItem(REMEMBERED);
  become({ who: null, token: null, expires: null, error: null });
}
