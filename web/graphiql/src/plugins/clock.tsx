// The world's clock: what it shows, moving it on, stopping it.
import type { GraphiQLPlugin } from '@graphiql/react';
import { useState, type FormEvent } from 'react';

import { Badge, clockTime, icon, Live, Panel } from '../parts';
import { words } from '../server';
import { move, useClock } from '../world-clock';

const STEPS = [
  ['1 hour', '1h'],
  ['1 day', '1d'],
  ['1 week', '1w'],
  ['1 month', '1mo'],
] as const;

function Clock() {
  const { seconds, mode } = useClock();
  const [by, setBy] = useState('90m');
  const [told, setTold] = useState('');
  const [problem, setProblem] = useState('');

  const ask = async (body: object) => {
    try {
      const after = await move(body);
      const billed = after.accountsBilled ?? 0;
      setTold(`It is ${clockTime(Date.parse(after.now) / 1000)} now. ${billed ? `Billed on the way: ${billed} accounts.` : 'Nothing was due for billing.'}`);
      setProblem('');
    } catch (thrown) {
      setTold('');
      setProblem(words(thrown));
    }
  };
  const custom = (event: FormEvent) => {
    event.preventDefault();
    void ask({ action: 'advance', by });
  };

  return (
    <Panel title="Clock" lead="Tokens, limits, bills and readings go by the world's own time. It only goes forward.">
      <p className="time">
        <time dateTime={seconds === null ? undefined : new Date(seconds * 1000).toISOString()}>
          {seconds === null ? '…' : clockTime(seconds)}
        </time>{' '}
        {mode && <Badge tone={mode === 'real' ? 'plain' : 'warn'}>{mode === 'real' ? 'real time' : mode === 'frozen' ? 'frozen' : 'moved'}</Badge>}
      </p>
      <p className="note">Time in Paris.</p>
      <h3>Advance by</h3>
      <div className="buttons">
        {STEPS.map(([name, step]) => (
          <button key={step} type="button" onClick={() => void ask({ action: 'advance', by: step })}>{name}</button>
        ))}
      </div>
      <form className="row" onSubmit={custom}>
        <label>
          Another span <input value={by} onChange={(event) => setBy(event.target.value)} size={8} spellCheck={false} />
        </label>
        <button type="submit">Advance</button>
      </form>
      <h3>Stand still</h3>
      <div className="buttons">
        {mode === 'frozen' ? (
          <button type="button" onClick={() => void ask({ action: 'resume' })}>Let it run on</button>
        ) : (
          <button type="button" onClick={() => void ask({ action: 'freeze' })}>Freeze</button>
        )}
      </div>
      {problem && <p className="problem" role="alert">{problem}</p>}
      <Live>{told}</Live>
    </Panel>
  );
}

export const CLOCK: GraphiQLPlugin = { title: 'Clock', icon: icon('M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM8 4.5V8l2.5 1.5'), content: Clock };
