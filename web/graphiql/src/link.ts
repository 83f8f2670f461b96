// Links that carry an operation, as on the live page: `#query=…&variables=…&operationName=…`.

export interface Linked {
  query: string;
  variables: string | null;
  operationName: string | null;
}

/** The operation in a hash; null where there is none. */
export function read(hash: string): Linked | null {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const query = given.get('query');
  if (!query) return null;
  return { query, variables: given.get('variables'), operationName: given.get('operationName') };
}

/** The hash for an operation. */
export function write({ query, variables, operationName }: Linked): string {
  const given = new URLSearchParams({ query });
  if (variables?.trim()) given.set('variables', variables);
  if (operationName) given.set('operationName', operationName);
  // Spaces as %20: people paste links into places that stop at a plus sign.
  return `#${given.toString().replaceAll('+', '%20')}`;
}
