// Operation facts: what the server that will execute the operation says of it, live as one types.
import type { GraphiQLPlugin } from '@graphiql/react';
import { useState } from 'react';

import { Badge, Gauge, icon, Panel, Tabs, type Sheet } from '../../parts';
import { whose } from '../../session';
import { useAnalysis, type Analysis } from './analysis';
import { Answers, Costs, Deprecations, Errors, Permissions, Rates } from './sheets';

function Verdict({ analysis, token }: { analysis: Analysis; token: string | undefined }) {
  const { viewer } = analysis;
  const refused = analysis.fields.filter((field) => field.isRoot && field.requires?.allowed === false);
  const asking = viewer?.kind === 'anonymous' ? 'nobody (no token)' : (whose(token) ?? `somebody (${viewer?.kind})`);
  if (viewer?.code) {
    return <p className="verdict bad"><Badge tone="bad">{viewer.code}</Badge> {viewer.message} Every field will answer this.</p>;
  }
  if (refused.length > 0) {
    const names = refused.map((field) => field.path).join(', ');
    return <p className="verdict bad"><Badge tone="bad">{refused[0]!.requires!.refusal}</Badge> Asked as {asking}, {names} will be refused.</p>;
  }
  return <p className="verdict good"><Badge tone="good">allowed</Badge> Asked as <b>{asking}</b>.</p>;
}

function Problems({ title, problems }: { title: string; problems: Analysis['errors'] }) {
  if (problems.length === 0) return null;
  return (
    <div className="problem">
      <b>{title}</b>
      <ul>
        {problems.slice(0, 5).map(({ message, locations }, index) => (
          <li key={index}>{locations?.[0] && <span className="note">line {locations[0].line} </span>}{message}</li>
        ))}
      </ul>
    </div>
  );
}

function Facts() {
  const { analysis, token, problem } = useAnalysis();
  const [shown, show] = useState('Permissions');
  if (!analysis) {
    return <Panel title="Operation facts" lead="Write an operation, and what it needs, costs and may answer stands here.">{problem && <p className="problem">{problem}</p>}</Panel>;
  }
  const { fields, deprecated, complexity, nodes, operation } = analysis;
  const errors = new Set(fields.flatMap((field) => field.possibleErrors.map((error) => error.code)));
  const plausible = fields.filter((field) => field.answered === 'plausible').length;
  const sheets: Sheet[] = [
    { name: 'Permissions', content: <Permissions fields={fields} viewer={analysis.viewer} /> },
    { name: 'Errors', count: errors.size, content: <Errors fields={fields} /> },
    { name: 'Cost', content: <><Costs fields={fields} complexity={complexity} /><h3>Rates</h3><Rates fields={fields} /></> },
    { name: 'Deprecated', count: deprecated.length, alarm: deprecated.length > 0, content: <Deprecations uses={deprecated} /> },
    { name: 'Answers', count: plausible, alarm: plausible > 0, content: <Answers fields={fields} /> },
  ];
  return (
    <Panel title="Operation facts" lead={operation ? <>{operation.kind} <b>{operation.name ?? '(unnamed)'}</b></> : undefined}>
      {problem && <p className="problem">{problem}</p>}
      <Problems title="The document is refused" problems={analysis.errors} />
      <Problems title="The variables are refused" problems={analysis.variableErrors} />
      {operation && (
        <>
          <Verdict analysis={analysis} token={token} />
          <div className="gauges">
            <Gauge name="Complexity" value={complexity.value} most={complexity.most} note={over(complexity)} />
            <Gauge name="Nodes" value={nodes.value} most={nodes.most} note={over(nodes)} />
          </div>
          <Tabs label="Facts" sheets={sheets} shown={shown} show={show} />
          {analysis.hasMoreFields && <p className="note">Only the first {fields.length.toLocaleString('en')} fields are told.</p>}
        </>
      )}
    </Panel>
  );
}

function over({ value, most, refusal }: Analysis['nodes']): string | undefined {
  return value !== null && value > most ? `Too much: ${refusal}.` : undefined;
}

export const FACTS: GraphiQLPlugin = { title: 'Operation facts', icon: icon('M3 1.5h7L13 4.5v10H3zM5.5 7h5M5.5 9.5h5M5.5 12h3'), content: Facts };
