// Limits: how much of the hour's points is used, and which fields are near their rates. From `rateLimitInfo`.
import { useGraphiQL, type GraphiQLPlugin } from '@graphiql/react';
import { useEffect, useState } from 'react';

import { useCurrent } from '../current';
import { Badge, clockTime, Gauge, icon, Live, Panel, until } from '../parts';
import { graphql, own, words } from '../server';
import { useClock } from '../world-clock';

const QUERY = `query Limits {
  rateLimitInfo {
    pointsAllowanceRateLimit { limit usedPoints remainingPoints ttl isBlocked }
    fieldSpecificRateLimits(first: 100) { edges { node { field rate ttl isBlocked } } }
  }
}`;

interface FieldRate {
  field: string;
  rate: string;
  ttl: number;
  isBlocked: boolean;
}

interface Info {
  pointsAllowanceRateLimit: { limit: number; usedPoints: number; remainingPoints: number; ttl: number; isBlocked: boolean };
  fieldSpecificRateLimits: { edges: { node: FieldRate }[] };
}

function Limits() {
  const current = useCurrent();
  const isFetching = useGraphiQL((state) => state.isFetching);
  const { seconds } = useClock();
  const [info, setInfo] = useState<Info | null>(null);
  const [told, setTold] = useState('');
  const [problem, setProblem] = useState('');
  const [reads, setReads] = useState(0);

  // After each run, too, as that is what uses them.
  const isReady = current !== null && !isFetching;
  const token = current?.token;
  useEffect(() => {
    if (!isReady) return;
    let isStale = false;
    const read = async () => {
      try {
        const { rateLimitInfo } = await graphql<{ rateLimitInfo: Info }>(QUERY, {}, token);
        if (isStale) return;
        setInfo(rateLimitInfo);
        setProblem('');
      } catch (thrown) {
        if (!isStale) setProblem(words(thrown));
      }
    };
    void read();
    return () => {
      isStale = true;
    };
  }, [isReady, token, reads]);
  const lift = async () => {
    try {
      await own('limits', 'DELETE');
      setTold('All limits are as if nobody had asked anything.');
      setReads((before) => before + 1);
    } catch (thrown) {
      setTold('');
      setProblem(words(thrown));
    }
  };

  const points = info?.pointsAllowanceRateLimit;
  const rates = info?.fieldSpecificRateLimits.edges.map((edge) => edge.node) ?? [];
  // The server tells the next whole second, also of a rate that is whole now.
  const isUsed = (rate: FieldRate) => rate.isBlocked || (seconds !== null && rate.ttl > seconds + 1);
  const row = (rate: FieldRate) => (
    <tr key={rate.field}>
      <td><code>{rate.field}</code></td>
      <td>{rate.rate}</td>
      <td>{rate.isBlocked ? <Badge tone="bad">blocked</Badge> : isUsed(rate) ? <Badge tone="warn">in use</Badge> : 'whole'}</td>
      <td className="note">{seconds !== null && isUsed(rate) ? until(rate.ttl, seconds) : ''}</td>
    </tr>
  );
  const table = (rows: FieldRate[]) => (
    <table>
      <thead><tr><th scope="col">Field</th><th scope="col">Rate</th><th scope="col">State</th><th scope="col">Resets in</th></tr></thead>
      <tbody>{rows.map(row)}</tbody>
    </table>
  );
  const used = rates.filter(isUsed);
  const whole = rates.filter((rate) => !isUsed(rate));

  return (
    <Panel title="Limits" lead="What whoever the token belongs to has used of points and rates. Asking costs 5 points, as it does at Kraken.">
      {problem && <p className="problem" role="alert">{problem}</p>}
      {points && (
        <div className="gauges">
          <Gauge name="Points used this hour" value={points.usedPoints} most={points.limit} note={`${points.remainingPoints.toLocaleString('en')} left · whole again ${clockTime(points.ttl)}`} />
        </div>
      )}
      <div className="buttons">
        <button type="button" onClick={() => setReads((before) => before + 1)}>Read again</button>
        <button type="button" onClick={() => void lift()}>Lift all limits</button>
      </div>
      <Live>{told}</Live>
      <h3>Rates in use</h3>
      {used.length > 0 ? table(used) : <p>None. A rate that you use stands here until it is whole again.</p>}
      <details>
        <summary>{whole.length} other rates</summary>
        {table(whole)}
      </details>
    </Panel>
  );
}

export const LIMITS: GraphiQLPlugin = { title: 'Limits', icon: icon('M2 12a6 6 0 1 1 12 0M8 12l3-4.5'), content: Limits };
