// Fields: the schema as a tree of native checkboxes, each of which puts a field into the operation or takes it out.
import { useGraphiQL, type GraphiQLPlugin } from '@graphiql/react';
import { getNamedType, isAbstractType, isCompositeType, OperationTypeNode, type GraphQLCompositeType, type GraphQLField, type GraphQLSchema } from 'graphql';
import { useDeferredValue, useMemo, useState } from 'react';

import { replaceText, useText } from '../../editors';
import { icon, Panel } from '../../parts';
import { useSession } from '../../session';
import { fieldsOf, operation, read, selects, without, withField, type Step } from './edit';

interface Tree {
  schema: GraphQLSchema;
  isChosen(path: Step[]): boolean;
  toggle(path: Step[], chosen: boolean): void;
}

const last = (path: Step[]) => Object.values(path[path.length - 1]!)[0] as string;

/** One field or type condition; what is below it is made when it is opened. */
function Branch({ tree, path, type, field }: { tree: Tree; path: Step[]; type: GraphQLCompositeType | null; field?: GraphQLField<unknown, unknown> }) {
  const chosen = tree.isChosen(path);
  const [isOpen, setOpen] = useState(chosen);
  const name = field ? field.name : `… on ${last(path)}`;
  return (
    <li>
      <div className="branch">
        {type ? (
          <button type="button" className="twist" aria-expanded={isOpen} aria-label={`Fields of ${name}`} onClick={() => setOpen(!isOpen)}>
            <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span>
          </button>
        ) : (
          <span className="twist" />
        )}
        <label title={field?.description ?? undefined}>
          <input
            type="checkbox"
            checked={chosen}
            onChange={(event) => {
              tree.toggle(path, event.target.checked);
              if (event.target.checked && type) setOpen(true);
            }}
          />
          <code className={field?.deprecationReason ? 'gone' : undefined}>{name}</code>
          {field && <span className="note">{String(field.type)}</span>}
          {field?.deprecationReason && <span className="hidden"> (deprecated)</span>}
        </label>
      </div>
      {isOpen && type && <Fields tree={tree} path={path} type={type} />}
    </li>
  );
}

function Fields({ tree, path, type, filter = '' }: { tree: Tree; path: Step[]; type: GraphQLCompositeType; filter?: string }) {
  const fields = Object.values(fieldsOf(type)).filter((field) => field.name.toLowerCase().includes(filter.toLowerCase()));
  const possible = isAbstractType(type) ? tree.schema.getPossibleTypes(type) : [];
  return (
    <ul className="tree">
      {fields.map((field) => {
        const below = getNamedType(field.type);
        return <Branch key={field.name} tree={tree} path={[...path, { field: field.name }]} type={isCompositeType(below) ? below : null} field={field} />;
      })}
      {possible.map((one) => (
        <Branch key={one.name} tree={tree} path={[...path, { on: one.name }]} type={one} />
      ))}
    </ul>
  );
}

function FieldTree() {
  const schema = useGraphiQL((state) => state.schema);
  const editor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const { credentials, who } = useSession();
  const operationName = useGraphiQL((state) => state.operationName ?? null);
  // As the text stands now: what is ticked must show at once.
  const query = useText('queryEditor') ?? '';
  const [kind, setKind] = useState(OperationTypeNode.QUERY);
  const [filter, setFilter] = useState('');
  const wanted = useDeferredValue(filter);
  const document = useMemo(() => read(query), [query]);
  const root = schema?.getRootType(kind);

  if (!schema || !root) return <Panel title="Fields" lead="The schema is not there yet.">{null}</Panel>;
  const edited = document ? operation(document, kind, operationName) : undefined;
  const tree: Tree = {
    schema,
    isChosen: (path) => selects(edited?.selectionSet, path),
    toggle: (path, chosen) => {
      if (!document || !editor) return;
      const changed = chosen ? withField(schema, query, edited, kind, path) : edited ? without(query, edited, path) : query;
      replaceText(editor, changed);
      const account = credentials.people.find((one) => one.name === who)?.accounts[0];
      if (chosen && account && changed.includes('$accountNumber') && !variableEditor?.getValue().trim()) {
        variableEditor?.setValue(JSON.stringify({ accountNumber: account }, null, 2));
      }
    },
  };
  return (
    <Panel title="Fields" lead="Tick what to ask for. Arguments that a field needs become variables.">
      {!document && <p className="problem">The document cannot be read; mend it to go on here.</p>}
      <div className="row">
        <label>
          Operation{' '}
          <select value={kind} onChange={(event) => setKind(event.target.value as OperationTypeNode)}>
            <option value={OperationTypeNode.QUERY}>query</option>
            {schema.getMutationType() && <option value={OperationTypeNode.MUTATION}>mutation</option>}
          </select>
        </label>
        <label>
          Find <input type="search" value={filter} onChange={(event) => setFilter(event.target.value)} placeholder="part of a name" size={14} />
        </label>
      </div>
      <fieldset disabled={!document} aria-label={`Fields of ${root.name}`}>
        <Fields key={kind} tree={tree} path={[]} type={root} filter={wanted} />
      </fieldset>
    </Panel>
  );
}

export const FIELDS: GraphiQLPlugin = { title: 'Fields', icon: icon('M2.5 3h3v3h-3zM8 4.5h5.5M2.5 10h3v3h-3zM8 11.5h5.5M3.3 11.5l.8.8 1.5-1.8'), content: FieldTree };
