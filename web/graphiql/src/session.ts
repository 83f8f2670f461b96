// Who is signed in. The browser remembers the name and never a token: a fresh one is minted when the page loads.
import { useSyncExternalStore } from 'react';

import { own, words } from './server';
import { storage } from './storage';

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

let session: Session = {
  credentials: { people: [], organisations: [] },
  who: null,
  token: null,
  expires: null,
  error: null,
};
/** The tokens that this page has minted, with whose they are. */
const issued = new Map<string, string>();
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

/** Whose token this is, if this page has minted it. Then the page may put another in its place. */
export const whose = (token: string | undefined) => issued.get(token ?? '');

/** Reads who there is, and signs in whom the browser remembers. */
export async function start() {
  try {
    become({ credentials: await own<Credentials>('demo-credentials') });
  } catch (thrown) {
    become({ error: words(thrown) });
  }
  const remembered = storage.getItem(REMEMBERED);
  if (remembered && !(await signIn(remembered))) storage.removeItem(REMEMBERED);
}

/** The last click wins, whichever answer comes first. */
let clicks = 0;

/** Signs a demo person or organisation in by name. Where that fails, or somebody clicked again, all stays as it is. */
export async function signIn(who: string): Promise<boolean> {
  const click = ++clicks;
  try {
    // Not by the API: its limit of sign-ins is for the clients that are tried.
    const { token, payload } = await own<{ token: string; payload: { exp: number } }>('token', 'POST', { as: who });
    if (click !== clicks) return false;
    issued.set(token, who);
    storage.setItem(REMEMBERED, who);
    become({ who, token, expires: payload.exp, error: null });
    return true;
  } catch (thrown) {
    if (click === clicks) become({ error: `${who}: ${words(thrown)}` });
    return false;
  }
}

/** Forgets who was signed in. */
export function signOut() {
  clicks++;
  storage.removeItem(REMEMBERED);
  become({ who: null, token: null, expires: null, error: null });
}
