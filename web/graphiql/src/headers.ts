// The `Authorization` header in the text of the headers editor, which people may edit as they like.

/** The headers in a text; null where it is no JSON object. */
export function parse(text: string | null | undefined): Record<string, string> | null {
  if (!text?.trim()) return {};
  try {
    const headers: unknown = JSON.parse(text);
    return headers && typeof headers === 'object' && !Array.isArray(headers) ? (headers as Record<string, string>) : null;
  } catch {
    return null;
  }
}

const isAuthorization = (name: string) => name.toLowerCase() === 'authorization';

/** The value of `Authorization` in a text of headers. */
export function authorization(text: string | null | undefined): string | undefined {
  const found = Object.entries(parse(text) ?? {}).find(([name]) => isAuthorization(name));
  return found ? String(found[1]) : undefined;
}

/** The text with this `Authorization`, or without one. Kraken takes the bare token. */
export function withAuthorization(text: string | null | undefined, token: string | null): string {
  const others = Object.entries(parse(text) ?? {}).filter(([name]) => !isAuthorization(name));
  const headers = Object.fromEntries(token ? [...others, ['Authorization', token]] : others);
  return Object.keys(headers).length ? JSON.stringify(headers, null, 2) : '';
}
