// The world's clock, read from the server and run on in between.
import { useEffect, useSyncExternalStore } from 'react';

import { own } from './server';

export interface Reading {
  now: string;
  mode: 'real' | 'offset' | 'frozen';
  today: string;
  accountsBilled?: number;
}

let reading: { told: Reading; at: number } | null = null;
const watchers = new Set<() => void>();

function learn(told: Reading) {
  reading = { told, at: performance.now() };
  watchers.forEach((watcher) => watcher());
  return told;
}

export const read = async () => learn(await own<Reading>('clock'));

export const move = async (body: object) => learn(await own<Reading>('clock', 'POST', body));

/** The time there, in whole seconds since the epoch; null until the server has told it. */
function now(): number | null {
  if (!reading) return null;
  const gone = reading.told.mode === 'frozen' ? 0 : performance.now() - reading.at;
  return Math.floor((Date.parse(reading.told.now) + gone) / 1000);
}

/** The clock's last reading, and what it shows now. Others may move it, so it is read anew every now and then. */
export function useClock() {
  useEffect(() => {
    void read().catch(() => undefined);
    const again = setInterval(() => void read().catch(() => undefined), 15_000);
    return () => clearInterval(again);
  }, []);
  const watch = (watcher: () => void) => {
    watchers.add(watcher);
    const tick = setInterval(watcher, 500);
    return () => {
      watchers.delete(watcher);
      clearInterval(tick);
    };
  };
  const seconds = useSyncExternalStore(watch, now);
  return { seconds, mode: reading?.told.mode ?? null };
}
