// What the browser keeps of this page, which is never a token: GraphiQL's history would keep the headers of each run.

/** Where GraphiQL's history lies. */
const HISTORY = ['graphiql:queries', 'graphiql:favorites'];

type Kept = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

/** The browser's storage; where it has none for us, one that lasts as long as the page. */
function open(): Kept {
  try {
    return localStorage;
  } catch {
    const items = new Map<string, string>();
    return {
      getItem: (key) => items.get(key) ?? null,
      setItem: (key, value) => void items.set(key, value),
      removeItem: (key) => void items.delete(key),
      key: (index) => [...items.keys()][index] ?? null,
      get length() {
        return items.size;
      },
    };
  }
}

const kept = open();

/** In the form that GraphiQL takes. */
export const storage = {
  getItem: (key: string) => kept.getItem(key),
  setItem: (key: string, value: string) => kept.setItem(key, HISTORY.includes(key) ? withoutHeaders(value) : value),
  removeItem: (key: string) => kept.removeItem(key),
  get length() {
    return graphiqls().length;
  },
  clear: () => graphiqls().forEach((key) => kept.removeItem(key)),
};

const graphiqls = () => Array.from({ length: kept.length }, (_, index) => kept.key(index) ?? '').filter((key) => key.startsWith('graphiql:'));

const withoutHeaders = (json: string) => JSON.stringify(JSON.parse(json), (name, part: unknown) => (name === 'headers' ? undefined : part));
