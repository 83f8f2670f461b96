// What Run would send, as it stands a moment after the last key was pressed.
import { useGraphiQL } from '@graphiql/react';

import { useText } from './editors';
import { authorization } from './headers';

const PAUSE = 100;

export interface Current {
  query: string;
  variables: string;
  operationName: string | null;
  token: string | undefined;
}

/** Null before the editors are there. */
export function useCurrent(): Current | null {
  const query = useText('queryEditor', PAUSE);
  const variables = useText('variableEditor', PAUSE);
  const headers = useText('headerEditor', PAUSE);
  const operationName = useGraphiQL((state) => state.operationName ?? null);
  if (query === null || variables === null || headers === null) return null;
  return { query, variables, operationName, token: authorization(headers) };
}
