// The operation in the active tab, as it stands a moment after the last key was pressed.
import { useGraphiQL } from '@graphiql/react';

import { authorization } from './headers';

export interface Current {
  query: string;
  variables: string;
  operationName: string | null;
  token: string | undefined;
}

export function useCurrent(): Current {
  const query = useGraphiQL((state) => state.tabs[state.activeTabIndex]?.query ?? '');
  const variables = useGraphiQL((state) => state.tabs[state.activeTabIndex]?.variables ?? '');
  const headers = useGraphiQL((state) => state.tabs[state.activeTabIndex]?.headers ?? '');
  const operationName = useGraphiQL((state) => state.operationName ?? null);
  return { query, variables, operationName, token: authorization(headers) };
}
