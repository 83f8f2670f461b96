// Examples: each opens in a tab of its own, asked as somebody for whom it has an answer.
import { useGraphiQL, useGraphiQLActions, type GraphiQLPlugin } from '@graphiql/react';
import { useState } from 'react';

import { EXAMPLES, type Example } from '../examples';
import { withAuthorization } from '../headers';
import { Badge, icon, Live, Panel } from '../parts';
import { currentSession, signIn } from '../session';

function Examples() {
  const { addTab, run, setOperationName } = useGraphiQLActions();
  const { queryEditor, variableEditor, headerEditor } = useEditors();
  const [told, setTold] = useState('');

  const open = async (example: Example, andRun: boolean) => {
    if (currentSession().who !== example.as) await signIn(example.as);
    if (queryEditor?.getValue().trim()) addTab();
    variableEditor?.setValue(example.variables);
    headerEditor?.setValue(withAuthorization(headerEditor.getValue(), currentSession().token));
    queryEditor?.setValue(example.query);
    const name = /(?:query|mutation) (\w+)/.exec(example.query)?.[1];
    if (name) setOperationName(name);
    setTold(currentSession().error ?? `Opened “${example.title}”, signed in as ${example.as}.`);
    // Once the editors have told the page what is in them.
    if (andRun) setTimeout(run, 600);
  };

  return (
    <Panel title="Examples" lead="They run as they stand. Each signs in as the person it is about.">
      <Live>{told}</Live>
      <ul className="facts">
        {EXAMPLES.map((example) => (
          <li key={example.title}>
            <h3>{example.title}</h3>
            <p>{example.why}</p>
            <p className="row">
              <button type="button" onClick={() => void open(example, true)} aria-label={`Run: ${example.title}`}>Run</button>
              <button type="button" onClick={() => void open(example, false)} aria-label={`Open: ${example.title}`}>Open</button>
              <Badge tone="plain">{example.as}</Badge>
              {example.answers && <Badge tone="warn">{example.answers}</Badge>}
            </p>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function useEditors() {
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const headerEditor = useGraphiQL((state) => state.headerEditor);
  return { queryEditor, variableEditor, headerEditor };
}

export const EXAMPLES_PLUGIN: GraphiQLPlugin = { title: 'Examples', icon: icon('M5 2.5h8.5v9H5zM2.5 5v9H11M7.5 5.5h3.5M7.5 8h3.5'), content: Examples };
