// The `Authorization` header in the text of the headers editor, which people may edit as they like.
import { glance, readObject, withMember } from './jsonc';

const isAuthorization = (name: string) => name.toLowerCase() === 'authorization';

/** The value of `Authorization` in a text of headers, which may be half typed. */
export function authorization(text: string): string | undefined {
  const found = Object.entries(glance(text)).find(([name]) => isAuthorization(name));
  return found && String(found[1]);
}

/** The text with this `Authorization`, or without one; null where it is no JSON object. Kraken takes the bare token. */
export function withAuthorization(text: string, token: string | null): string | null {
  try {
    const all = Object.keys(readObject(text));
    const names = all.filter(isAuthorization);
    if (!token && names.length === all.length) return names.length ? '' : text;
    const [name = 'Authorization', ...others] = names;
    const cleared = (token ? others : names).reduce((left, one) => withMember(left, one, undefined), text);
    return token ? withMember(cleared, name, token) : cleared;
  } catch {
    return null;
  }
}
