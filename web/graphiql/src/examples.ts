// Operations that run against the demo world. To add one: a file in `examples/`, whose first lines say what it is; a
// story (`tests/stories/examples.rs`) runs them all.
const files = import.meta.glob<string>('./examples/*.graphql', { query: '?raw', import: 'default', eager: true });

export interface Example {
  title: string;
  why: string;
  /** The demo person or organisation to ask as. */
  as: string;
  /** The variables, for the editor. */
  variables: string;
  /** The code that it is there to show. */
  answers: string | null;
  query: string;
}

export const EXAMPLES: Example[] = Object.keys(files)
  .sort()
  .map((name) => read(files[name]!));

function read(text: string): Example {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => !line.startsWith('# '));
  const head = lines.slice(0, start).map((line) => line.slice(2));
  const value = (key: string) => head.find((line) => line.startsWith(`${key}: `))?.slice(key.length + 2);
  const variables = value('variables');
  return {
    title: head[0] ?? '',
    why: head[1] ?? '',
    as: value('as') ?? '',
    variables: variables ? JSON.stringify(JSON.parse(variables), null, 2) : '',
    answers: value('answers') ?? null,
    query: lines.slice(start).join('\n'),
  };
}
