// The sheets of the facts panel: each shows one side of what is known of the fields.
import { Badge, until } from '../../parts';
import { useClock } from '../../world-clock';
import type { Analysis, Deprecated, Field, PossibleError } from './analysis';

function Name({ field }: { field: Field }) {
  return (
    <div className="name">
      <code>{field.path}</code>
      {field.deprecated && <Badge tone="warn">deprecated</Badge>}
      <span className="note">{field.coordinate}</span>
    </div>
  );
}

/** Who may select what: only the fields that an operation starts from are guarded. */
export function Permissions({ fields, viewer }: { fields: Field[]; viewer: Analysis['viewer'] }) {
  const guarded = fields.filter((field) => field.isRoot);
  return (
    <ul className="facts">
      {guarded.map((field) => (
        <li key={field.path}>
          <Name field={field} />
          {!field.requires ? (
            <p><Badge tone="good">open</Badge> Everybody may ask, signed in or not.</p>
          ) : (
            <>
              <p>
                {field.requires.allowed ? <Badge tone="good">you may</Badge> : <Badge tone="bad">{field.requires.refusal ?? 'refused'}</Badge>}{' '}
                {field.requires.allowed ? 'One of these is enough:' : `You are ${viewer?.kind ?? 'unknown'}. One of these is needed:`}
              </p>
              <ul className={field.requires.allowed ? 'permissions' : 'permissions refused'}>
                {field.requires.permissions.map(({ name, held }) => (
                  <li key={name} className={held ? 'held' : 'lacking'}>
                    <span aria-hidden="true">{held ? '✓' : '–'}</span> <code>{name}</code>
                    <span className="hidden">{held ? ' (held)' : ' (not held)'}</span>
                  </li>
                ))}
                {field.requires.permissions.length === 0 && <li>No permission, but a viewer.</li>}
              </ul>
              <p className="note">For {field.requires.viewers.join(' or ')}.</p>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

/** The errors that the fields declare, each once, with the fields that do. */
export function Errors({ fields }: { fields: Field[] }) {
  const byCode = new Map<string, { error: PossibleError; paths: string[] }>();
  for (const field of fields) {
    for (const error of field.possibleErrors) {
      const known = byCode.get(error.code) ?? { error, paths: [] };
      known.paths.push(field.path);
      byCode.set(error.code, known);
    }
  }
  if (byCode.size === 0) return <p>None of these fields declares an error.</p>;
  return (
    <ul className="facts">
      {[...byCode.values()].map(({ error, paths }) => (
        <li key={error.code}>
          <p>
            <code className="code">{error.code}</code> <b>{error.message}</b>
          </p>
          {error.description && <p>{error.description}</p>}
          <p className="note">{error.type} · {paths.join(', ')}</p>
        </li>
      ))}
    </ul>
  );
}

/** What each field costs with all that is selected of it. */
export function Costs({ fields, complexity }: { fields: Field[]; complexity: Analysis['complexity'] }) {
  const dear = fields.filter((field) => field.isRoot || (field.complexity ?? 0) > 0);
  return (
    <>
      <table>
        <thead>
          <tr><th scope="col">Field, with what is below it</th><th scope="col">Points</th></tr>
        </thead>
        <tbody>
          {dear.map((field) => (
            <tr key={field.path + field.coordinate}>
              <td style={{ paddingLeft: `${field.path.split('.').length - 1}em` }}>
                <code>{field.path.split('.').at(-1)}</code>
                {field.pageLimit && <span className="note"> pages of up to {field.pageLimit}</span>}
              </td>
              <td>{field.complexity ?? '?'}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr><th scope="row">The operation</th><td>{complexity.value ?? '?'}</td></tr>
        </tfoot>
      </table>
      <p className="note">What is selected of a page's items counts once for each ten items begun.</p>
    </>
  );
}

/** How often the fields may be asked. */
export function Rates({ fields }: { fields: Field[] }) {
  const { seconds } = useClock();
  const limited = fields.filter((field) => field.rateLimit);
  if (limited.length === 0) return <p>None of these fields has a limit of its own. Points are taken all the same.</p>;
  return (
    <ul className="facts">
      {limited.map((field) => {
        const { rate, isDynamic, isPublished, remaining, ttl, isBlocked } = field.rateLimit!;
        return (
          <li key={field.path}>
            <Name field={field} />
            <p>
              <b>{rate}</b>{' '}
              {isBlocked ? <Badge tone="bad">blocked</Badge> : remaining !== null && <Badge tone="good">{remaining.toLocaleString('en')} left</Badge>}{' '}
              {isDynamic && <Badge tone="warn">stricter after each breach</Badge>}
            </p>
            <p className="note">
              {isPublished ? 'Kraken publishes this number.' : 'The number is ours; Kraken publishes none.'}
              {isBlocked && ttl && seconds !== null && ` Whole again in ${until(ttl, seconds)}.`}
            </p>
          </li>
        );
      })}
    </ul>
  );
}

/** What is deprecated, since when, until when, and what replaces it. */
export function Deprecations({ uses }: { uses: Deprecated[] }) {
  if (uses.length === 0) return <p>Nothing in this operation is deprecated.</p>;
  return (
    <ul className="facts">
      {uses.map((used) => (
        <li key={used.member}>
          <div className="name">
            <code>{used.member}</code>
            {used.removalOnOrAfter && <Badge tone="warn">removal from {used.removalOnOrAfter}</Badge>}
            <span className="note">{used.position ? `line ${used.position.line}` : 'in the variables'}</span>
          </div>
          <p>{used.instead ? <>Use <code>{used.instead}</code> instead.</> : used.reason.split('\n')[0]}</p>
          {used.deprecatedOn && <p className="note">Deprecated since {used.deprecatedOn}.</p>}
        </li>
      ))}
    </ul>
  );
}

const ANSWERED = {
  modelled: ['good', 'modelled', 'from the world, and it stays consistent'],
  paging: ['good', 'paging', 'by the pages of every list'],
  plausible: ['warn', 'plausible', 'made up, of the right type'],
} as const;

/** Where the answers come from, and how we know that France has the field. */
export function Answers({ fields }: { fields: Field[] }) {
  return (
    <table>
      <thead>
        <tr><th scope="col">Field</th><th scope="col">Answer</th><th scope="col">Evidence</th></tr>
      </thead>
      <tbody>
        {fields.map((field) => {
          const [tone, word, why] = ANSWERED[field.answered];
          return (
            <tr key={field.path + field.coordinate}>
              <td style={{ paddingLeft: `${field.path.split('.').length - 1}em` }}>
                <code title={field.coordinate}>{field.path.split('.').at(-1)}</code>
              </td>
              <td><Badge tone={tone} title={why}>{word}</Badge></td>
              <td className="note">{field.evidence}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
