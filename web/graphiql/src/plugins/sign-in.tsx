// One click signs a demo person or organisation in: it fills `Authorization` in the headers editor.
import { useGraphiQL, type GraphiQLPlugin } from '@graphiql/react';
import { useState } from 'react';

import { replaceText } from '../editors';
import { withAuthorization } from '../headers';
import { Badge, clockTime, icon, Live, Panel, until } from '../parts';
import { GOOD_FOR } from '../people';
import { words } from '../server';
import { currentSession, signIn, signOut, useSession } from '../session';
import { move, useClock } from '../world-clock';

/** Puts the session's token into the headers, in the place of whatever is there. False where they are no JSON object. */
export function useFill(): () => boolean {
  const editor = useGraphiQL((state) => state.headerEditor);
  return () => {
    const headers = withAuthorization(editor?.getValue() ?? '', currentSession().token);
    if (editor && headers !== null) replaceText(editor, headers);
    return headers !== null;
  };
}

function SignIn() {
  const { credentials, who, expires, error } = useSession();
  const { seconds } = useClock();
  const fill = useFill();
  const [told, setTold] = useState('');
  const isOver = expires !== null && seconds !== null && seconds >= expires;

  const become = async (name: string) => {
    setTold('');
    if (!(await signIn(name))) return;
    setTold(`Signed in as ${name}. ${fill() ? 'The token is in the headers.' : 'But the headers are no JSON object: mend them and click again.'}`);
  };
  // Nobody can make a token older than it is; the clock can.
  const expireNow = async () => {
    try {
      const end = new Date((expires ?? 0) * 1000).toISOString();
      await move({ action: 'set', to: end });
      setTold('The clock went on to the end of the token. What you ask now answers KT-CT-1124.');
    } catch (thrown) {
      setTold(words(thrown));
    }
  };
  const choice = (name: string, detail: string) => (
    <li key={name}>
      <button type="button" className="choice" aria-pressed={who === name} onClick={() => void become(name)}>
        <b>{name}</b>
        <span>{GOOD_FOR[name]}</span>
        <code>{detail}</code>
      </button>
    </li>
  );

  return (
    <Panel title="Sign in" lead="One click gets a token and puts it into the headers. This browser remembers who, never the token.">
      {error && <p className="problem" role="alert">{error}</p>}
      {who && (
        <div className="card">
          <p>
            Signed in as <b>{who}</b>{' '}
            {isOver ? <Badge tone="bad">expired</Badge> : <Badge tone="good">{seconds !== null && expires !== null ? `${until(expires, seconds)} left` : 'signed in'}</Badge>}
          </p>
          {expires !== null && <p className="note">Until {clockTime(expires)}, by the world's clock.</p>}
          <div className="buttons">
            <button type="button" onClick={() => void become(who)}>Fresh token</button>
            <button type="button" disabled={isOver} onClick={() => void expireNow()}>Expire now</button>
            <button type="button" onClick={signOut}>Sign out</button>
          </div>
          <p className="note">Expire now moves the clock for everybody, to the end of the token.</p>
        </div>
      )}
      <Live>{told}</Live>
      <h3>Customers</h3>
      <ul className="choices">{credentials.people.map((one) => choice(one.name, one.accounts.join(' ')))}</ul>
      <h3>Organisations</h3>
      <ul className="choices">{credentials.organisations.map((one) => choice(one.name, 'third party'))}</ul>
    </Panel>
  );
}

export const SIGN_IN: GraphiQLPlugin = { title: 'Sign in', icon: icon('M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM2.5 14a5.5 5.5 0 0 1 11 0'), content: SignIn };
