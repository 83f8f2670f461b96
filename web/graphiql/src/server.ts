// What this page asks of the kemu that served it.

/** The GraphQL address that this page was served at, with its slash. */
export const endpoint = location.pathname.replace(/\/*$/, '/');

/** Which of the two sites that is. */
export const site = endpoint.startsWith('/v1/') ? 'api' : 'auth';

/** An answer that is not what was asked for, in words for people. */
export class Refused extends Error {}

/** Asks one of the emulator's own addresses. */
export async function own<Answer>(path: string, method = 'GET', body?: unknown, token?: string): Promise<Answer> {
  const headers = new Headers();
  if (body !== undefined) headers.set('Content-Type', 'application/json');
  if (token) headers.set('Authorization', token);
  const init: RequestInit = { method, headers, cache: 'no-store' };
  if (body !== undefined) init.body = JSON.stringify(body);
  const response = await fetch(`/_emulator/${path}`, init);
  const answer = await response.json();
  if (!response.ok) throw new Refused(answer.error ?? `${path} answered ${response.status}`);
  return answer as Answer;
}

interface GraphQLAnswer<Data> {
  data?: Data | null;
  errors?: { message: string; extensions?: { errorCode?: string } }[];
}

/** Asks GraphQL; the first error is thrown with its code. */
export async function graphql<Data>(query: string, variables: object = {}, token?: string): Promise<Data> {
  const headers = new Headers({ 'Content-Type': 'application/json' });
  if (token) headers.set('Authorization', token);
  const body = JSON.stringify({ query, variables });
  const response = await fetch(endpoint, { method: 'POST', headers, body });
  const answer = (await response.json()) as GraphQLAnswer<Data>;
  const error = answer.errors?.[0];
  if (error || !answer.data) {
    const code = error?.extensions?.errorCode;
    throw new Refused([code, error?.message ?? 'The answer holds no data.'].filter(Boolean).join(': '));
  }
  return answer.data;
}

/** The words of whatever was thrown. */
export function words(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
