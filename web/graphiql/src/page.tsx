// GraphiQL with our panels. A panel is a file in `plugins/`, written against GraphiQLPlugin, useGraphiQL and
// useGraphiQLActions only, so that the next major version of GraphiQL can take it over.
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { useEffect, useRef } from 'react';

import { authorization, withAuthorization } from './headers';
import { read, write } from './link';
import { CLOCK } from './plugins/clock';
import { EXAMPLES_PLUGIN } from './plugins/examples';
import { FACTS } from './plugins/facts';
import { FIELDS } from './plugins/fields';
import { LIMITS } from './plugins/limits';
import { SIGN_IN } from './plugins/sign-in';
import { endpoint, site } from './server';
import { currentSession, isOurs, useSession } from './session';

const PLUGINS = [SIGN_IN, FACTS, FIELDS, EXAMPLES_PLUGIN, LIMITS, CLOCK, HISTORY_PLUGIN];
const fetcher = createGraphiQLFetcher({ url: endpoint });
const linked = read(location.hash);

const WELCOME = `# kemu, a Kraken on your laptop.
# Nothing here is real, nothing leaves it.
#
# Sign in with one click on the left, or
# run an example. Operation facts says what
# an operation needs, costs and may answer,
# as you type.

query Welcome {
  krakenVersion {
    number
  }
}
`;

/** Gives each tab that is opened the token of whom we are signed in as, in the place of an older one of ours. */
function KeepSignedIn() {
  const active = useGraphiQL((state) => state.activeTabIndex);
  const count = useGraphiQL((state) => state.tabs.length);
  const editor = useGraphiQL((state) => state.headerEditor);
  const { token } = useSession();
  useEffect(() => {
    const held = authorization(editor?.getValue());
    if (editor && token && held !== token && (held === undefined || isOurs(held))) {
      editor.setValue(withAuthorization(editor.getValue(), token));
    }
  }, [active, count, editor, token]);
  return null;
}

/** Keeps the address a link to the operation in the editor, and follows links that are pasted into the address. */
function KeepLink() {
  const query = useGraphiQL((state) => state.tabs[state.activeTabIndex]?.query ?? '');
  const variables = useGraphiQL((state) => state.tabs[state.activeTabIndex]?.variables ?? '');
  const operationName = useGraphiQL((state) => state.operationName ?? null);
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const operations = useGraphiQL((state) => state.operations);
  const { setOperationName } = useGraphiQLActions();
  const own = useRef(location.hash);
  const wanted = useRef(linked?.operationName ?? null);
  useEffect(() => {
    if (!query.trim() || query === WELCOME) return;
    own.current = write({ query, variables, operationName });
    history.replaceState(null, '', own.current);
  }, [query, variables, operationName]);
  useEffect(() => {
    const follow = () => {
      const asked = location.hash === own.current ? null : read(location.hash);
      if (!asked) return;
      wanted.current = asked.operationName;
      queryEditor?.setValue(asked.query);
      variableEditor?.setValue(asked.variables ?? '');
    };
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, [queryEditor, variableEditor]);
  // GraphiQL takes the first operation of a document that it has just read; the link may name another.
  useEffect(() => {
    if (!wanted.current || !operations?.some((one) => one.name?.value === wanted.current)) return;
    setOperationName(wanted.current);
    wanted.current = null;
  }, [operations, setOperationName]);
  return null;
}

function Logo() {
  const { who } = useSession();
  return (
    <span className="kemu-logo">
      <b>kemu</b> {site === 'auth' ? 'auth site' : 'API site'}
      <span aria-live="polite">{who ? ` · ${who}` : ' · not signed in'}</span>
    </span>
  );
}

export function Page() {
  const { token } = currentSession();
  return (
    <GraphiQL
      fetcher={fetcher}
      plugins={PLUGINS}
      visiblePlugin={linked ? FACTS.title : SIGN_IN.title}
      defaultQuery={WELCOME}
      defaultHeaders={withAuthorization('', token)}
      defaultEditorToolsVisibility="variables"
      shouldPersistHeaders={false}
      inputValueDeprecation
      {...(linked && { initialQuery: linked.query, initialVariables: linked.variables ?? '' })}
    >
      <GraphiQL.Logo>
        <Logo />
      </GraphiQL.Logo>
      <KeepSignedIn />
      <KeepLink />
    </GraphiQL>
  );
}
