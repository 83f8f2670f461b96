// What `POST /_emulator/analyse` answers, and asking it while people type.
import { useEffect, useState } from 'react';

import { useCurrent } from '../../current';
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
  deprecated: Deprecated[];
}

/** The analysis of the operation in the active tab; what went wrong otherwise. */
export function useAnalysis(): { analysis: Analysis | null; problem: string | null } {
  const { query, variables, operationName, token } = useCurrent();
  const [known, setKnown] = useState<{ analysis: Analysis | null; problem: string | null }>({ analysis: null, problem: null });
  useEffect(() => {
    let isStale = false;
    const ask = async () => {
      try {
        const parsed: unknown = variables.trim() ? JSON.parse(variables) : {};
        const body = { query, variables: parsed, operationName };
        const analysis = query.trim() ? await own<Analysis>(`analyse?site=${site}`, 'POST', body, token) : null;
        if (!isStale) setKnown({ analysis, problem: null });
      } catch (thrown) {
        const problem = thrown instanceof SyntaxError ? `The variables are no JSON: ${thrown.message}` : words(thrown);
        if (!isStale) setKnown((before) => ({ ...before, problem }));
      }
    };
    const wait = setTimeout(() => void ask(), 150);
    return () => {
      isStale = true;
      clearTimeout(wait);
    };
  }, [query, variables, operationName, token]);
  return known;
}
