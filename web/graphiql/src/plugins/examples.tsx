// Examples: each opens in a tab of its own, asked as somebody for whom it has an answer.
import { useGraphiQL, useGraphiQLActions, type GraphiQLPlugin } from '@graphiql/react';
import { parse, validate } from 'graphql';
import { useMemo, useState } from 'react';

import { EXAMPLES, type Example } from '../examples';
import { Badge, icon, Live, Panel } from '../parts';
import { site } from '../server';
import { currentSession, signIn } from '../session';
import { useFill } from './sign-in';

function Examples() {
  const { addTab, run, setOperationName, updateActiveTabValues } = useGraphiQLActions();
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const schema = useGraphiQL((state) => state.schema);
  const fill = useFill();
  const [told, setTold] = useState('');
  const [problem, setProblem] = useState('');
  // Each site has a schema of its own.
  const fitting = useMemo(() => EXAMPLES.filter(({ query }) => !schema || validate(schema, parse(query)).length === 0), [schema]);
  const others = EXAMPLES.length - fitting.length;

  const open = async ({ title, as, query, variables }: Example, andRun: boolean) => {
    setTold('');
    const isSignedIn = await signIn(as);
    setProblem(currentSession().error ?? '');
    if (!isSignedIn) return;
    // All of it at once, so that nobody can go to another tab in between.
    if (queryEditor?.getValue().trim()) addTab();
    queryEditor?.setValue(query);
    variableEditor?.setValue(variables);
    fill();
    const operationName = /(?:query|mutation) (\w+)/.exec(query)?.[1];
    if (operationName) setOperationName(operationName);
    // Run reads the editors, the history this.
    updateActiveTabValues({ query, variables });
    setTold(`Opened “${title}”, signed in as ${as}.`);
    if (andRun) await run();
  };

  return (
    <Panel title="Examples" lead="They run as they stand. Each signs in as the person it is about.">
      {problem && <p className="problem" role="alert">{problem}</p>}
      <Live>{told}</Live>
      <ul className="facts">
        {fitting.map((example) => (
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
      {others > 0 && <p className="note">{others} more ask for fields that the schema of this site does not have{site === 'auth' ? '; the API site has them' : ''}.</p>}
    </Panel>
  );
}

export const EXAMPLES_PLUGIN: GraphiQLPlugin = { title: 'Examples', icon: icon('M5 2.5h8.5v9H5zM2.5 5v9H11M7.5 5.5h3.5M7.5 8h3.5'), content: Examples };
