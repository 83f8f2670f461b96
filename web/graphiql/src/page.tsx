// GraphiQL with our panels. A panel is a file in `plugins/`, written against GraphiQLPlugin, useGraphiQL and
// useGraphiQLActions only, so that the next major version of GraphiQL can take it over.
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { createGraphiQLFetcher } from '@graphiql/toolkit';

import { KeepLink, KeepSignedIn } from './keep';
import { read } from './link';
import { CLOCK } from './plugins/clock';
import { EXAMPLES_PLUGIN } from './plugins/examples';
import { FACTS } from './plugins/facts';
import { FIELDS } from './plugins/fields';
import { LIMITS } from './plugins/limits';
import { SIGN_IN } from './plugins/sign-in';
import { endpoint, site } from './server';
import { useSession } from './session';
import { storage } from './storage';
import { WELCOME } from './welcome';

const PLUGINS = [SIGN_IN, FACTS, FIELDS, EXAMPLES_PLUGIN, LIMITS, CLOCK, HISTORY_PLUGIN];
const fetcher = createGraphiQLFetcher({ url: endpoint });
const linked = read(location.hash);

/** Above GraphiQL rather than in the place of its logo, which its next major version has no longer. */
function Head() {
  const { who } = useSession();
  return (
    <header className="kemu-head">
      <b>kemu</b> {site === 'auth' ? 'auth site' : 'API site'}
      <span aria-live="polite">{who ? ` · ${who}` : ' · not signed in'}</span>
    </header>
  );
}

export function Page() {
  return (
    <>
      <Head />
      <GraphiQL
        fetcher={fetcher}
        plugins={PLUGINS}
        visiblePlugin={linked ? FACTS.title : SIGN_IN.title}
        defaultQuery={WELCOME}
        defaultEditorToolsVisibility="variables"
        shouldPersistHeaders={false}
        storage={storage}
        inputValueDeprecation
        {...(linked && { initialQuery: linked.query, initialVariables: linked.variables ?? '' })}
      >
        <KeepSignedIn />
        <KeepLink operationName={linked?.operationName ?? null} />
      </GraphiQL>
    </>
  );
}
