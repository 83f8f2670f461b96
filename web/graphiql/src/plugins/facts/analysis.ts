// What `POST /_emulator/analyse` answers, and asking it while people type.
import { useGraphiQL } from '@graphiql/react';
import { useEffect, useState } from 'react';

import { useCurrent, type Current } from '../../current';
import { readObject } from '../../jsonc';
import { own, site, words } from '../../server';

export interface Ceiling {
  value: number | null;
  most: number;
  refusal: string;
}

export interface PossibleError {
  code: string;
  type: string;
  message: string;
  description: string;
}

export interface Notice {
  instead: string | null;
  deprecatedOn: string | null;
  removalOnOrAfter: string | null;
}

export interface Field {
  path: string;
  coordinate: string;
  position: { line: number; column: number };
  isRoot: boolean;
  complexity: number | null;
  requires: {
    viewers: string[];
    permissions: { name: string; held: boolean | null }[];
    allowed: boolean | null;
    refusal: string | null;
  } | null;
  possibleErrors: PossibleError[];
  rateLimit: {
    rate: string;
    isDynamic: boolean;
    isPublished: boolean;
    remaining: number | null;
    ttl: number | null;
    isBlocked: boolean | null;
  } | null;
  pageLimit: number | null;
  deprecated: Notice | null;
  answered: 'modelled' | 'paging' | 'plausible';
  evidence: 'documented' | 'measured' | 'inferred';
}

export interface Deprecated extends Notice {
  member: string;
  position: { line: number; column: number } | null;
  reason: string;
}

interface Problem {
  message: string;
  locations?: { line: number; column: number }[];
}

export interface Analysis {
  errors: Problem[];
  variableErrors: Problem[];
  operation: { name: string | null; kind: string } | null;
  viewer: { kind: string; code: string | null; message: string | null; permissions: string[] } | null;
  complexity: Ceiling;
  nodes: Ceiling;
  fields: Field[];
  /** Does it select more fields than are told? */
  hasMoreFields: boolean;
  deprecated: Deprecated[];
}

export interface Known {
  analysis: Analysis | null;
  /** The token that it was asked with. */
  token: string | undefined;
  problem: string | null;
}

/** The analysis of the operation in the active tab; what went wrong otherwise. A run changes what is left of the limits. */
export function useAnalysis(): Known {
  const current = useCurrent();
  const isFetching = useGraphiQL((state) => state.isFetching);
  const [known, setKnown] = useState<Known>({ analysis: null, token: undefined, problem: null });
  const { query, variables, operationName, token } = current ?? NOTHING;
  useEffect(() => {
    let isStale = false;
    const ask = async () => {
      try {
        const body = { query, variables: read(variables), operationName };
        const analysis = query.trim() ? await own<Analysis>(`analyse?site=${site}`, 'POST', body, token) : null;
        if (!isStale) setKnown({ analysis, token, problem: null });
      } catch (thrown) {
        if (!isStale) setKnown((before) => ({ ...before, problem: words(thrown) }));
      }
    };
    const wait = setTimeout(() => void ask(), 150);
    return () => {
      isStale = true;
      clearTimeout(wait);
    };
  }, [query, variables, operationName, token, isFetching]);
  return known;
}

const NOTHING: Current = { query: '', variables: '', operationName: null, token: undefined };

function read(variables: string) {
  try {
    return readObject(variables);
  } catch (thrown) {
    throw new Error(`The variables are no JSON object: ${words(thrown)}.`);
  }
}
