import './workers';
import '@graphiql/react/style.css';
import '@graphiql/plugin-history/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import 'graphiql/graphiql.css';
import './style/theme.css';
import './style/panels.css';

import { createRoot } from 'react-dom/client';

import { Page } from './page';
import { start } from './session';

// Who is remembered is signed in first, so that the first tab has a good token from the beginning.
await start();
createRoot(document.getElementById('page')!).render(<Page />);
