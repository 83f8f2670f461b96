// Putting fields into a document and taking them out, by their path. The operation that is edited is printed anew, without
// its comments; whatever else the document holds stays as it is typed.
import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isLeafType,
  isRequiredArgument,
  Kind,
  OperationTypeNode,
  parse,
  parseType,
  print,
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** A step down: a field, or `... on Type`. */
export type Step = { field: string } | { on: string };

/** The document in a text: an empty one for empty text, null where it cannot be read. */
export function read(text: string): DocumentNode | null {
  try {
    return parse(text);
  } catch {
    return text.replace(/#.*/g, '').trim() ? null : { kind: Kind.DOCUMENT, definitions: [] };
  }
}

/** The operation that is edited: the one of this name, else the first of this kind. */
export function operation(document: DocumentNode, kind: OperationTypeNode, name: string | null) {
  const all = document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION && one.operation === kind);
  return (all as OperationDefinitionNode[]).find((one) => one.name?.value === name) ?? (all[0] as OperationDefinitionNode | undefined);
}

const matches = (step: Step) => (node: SelectionNode) =>
  'field' in step
    ? node.kind === Kind.FIELD && node.name.value === step.field
    : node.kind === Kind.INLINE_FRAGMENT && node.typeCondition?.name.value === step.on;

/** Is there something at the path? */
export function selects(set: SelectionSetNode | undefined, path: Step[]): boolean {
  const [step, ...rest] = path;
  if (!step) return true;
  const found = set?.selections.filter(matches(step)) ?? [];
  return found.some((node) => rest.length === 0 || ('selectionSet' in node && selects(node.selectionSet, rest)));
}

/** The text with the field at the path taken out of the operation; what is left with nothing below it goes too. */
export function without(text: string, edited: OperationDefinitionNode, path: Step[]): string {
  const selectionSet = cut(edited.selectionSet, path);
  if (selectionSet) return replaced(text, edited, { ...edited, selectionSet, variableDefinitions: stillUsed(edited, selectionSet) });
  const { start, end } = edited.loc!;
  return paragraphs(text.slice(0, start), text.slice(end));
}

/** The text with an operation in the place of what it was made of. */
function replaced(text: string, { loc }: OperationDefinitionNode, changed: OperationDefinitionNode): string {
  return text.slice(0, loc!.start) + print(changed) + text.slice(loc!.end);
}

/** Parts of a document, an empty line between them. */
function paragraphs(...parts: string[]): string {
  const filled = parts.map((part) => part.trim()).filter(Boolean);
  return filled.length ? `${filled.join('\n\n')}\n` : '';
}

function cut(set: SelectionSetNode, [step, ...rest]: Step[]): SelectionSetNode | undefined {
  if (!step) return set;
  const selections = set.selections.flatMap((node): SelectionNode[] => {
    if (!matches(step)(node)) return [node];
    if (rest.length === 0 || node.kind === Kind.FRAGMENT_SPREAD || !node.selectionSet) return [];
    const selectionSet = cut(node.selectionSet, rest);
    return selectionSet ? [{ ...node, selectionSet } as SelectionNode] : [];
  });
  return selections.length ? { ...set, selections } : undefined;
}

/** Variables that only what was taken out used go with it. */
function stillUsed(edited: OperationDefinitionNode, selectionSet: SelectionSetNode) {
  const text = print(selectionSet);
  return edited.variableDefinitions?.filter(({ variable }) => new RegExp(`\\$${variable.name.value}\\b`).test(text));
}

/** The text with the field at the path put in, with what it needs: arguments as variables, something below it. */
export function withField(schema: GraphQLSchema, text: string, known: OperationDefinitionNode | undefined, kind: OperationTypeNode, path: Step[]): string {
  const root = schema.getRootType(kind)!;
  const edited: OperationDefinitionNode = known ?? {
    kind: Kind.OPERATION_DEFINITION,
    operation: kind,
    name: { kind: Kind.NAME, value: kind === OperationTypeNode.QUERY ? 'Mine' : 'MyMutation' },
    selectionSet: { kind: Kind.SELECTION_SET, selections: [] },
  };
  const variables = new Map(edited.variableDefinitions?.map((one) => [one.variable.name.value, print(one.type)]));
  const selectionSet = put(schema, edited.selectionSet, root, path, variables);
  const variableDefinitions = [...variables].map(
    ([variable, type]) =>
      edited.variableDefinitions?.find((one) => one.variable.name.value === variable) ?? {
        kind: Kind.VARIABLE_DEFINITION as const,
        variable: { kind: Kind.VARIABLE as const, name: { kind: Kind.NAME as const, value: variable } },
        type: parseType(type),
      },
  );
  const changed = { ...edited, selectionSet, variableDefinitions };
  return known ? replaced(text, known, changed) : paragraphs(text, print(changed));
}

function put(schema: GraphQLSchema, set: SelectionSetNode | undefined, parent: GraphQLCompositeType, [step, ...rest]: Step[], variables: Map<string, string>): SelectionSetNode {
  const before = set?.selections ?? [];
  if (!step) return { kind: Kind.SELECTION_SET, selections: before.length ? before : leaves(parent) };
  const at = before.findIndex(matches(step));
  const known = before[at] as Exclude<SelectionNode, { kind: Kind.FRAGMENT_SPREAD }> | undefined;
  let node: SelectionNode;
  if ('on' in step) {
    const type = schema.getType(step.on) as GraphQLCompositeType;
    const typeCondition = { kind: Kind.NAMED_TYPE as const, name: { kind: Kind.NAME as const, value: step.on } };
    node = { kind: Kind.INLINE_FRAGMENT, typeCondition, selectionSet: put(schema, known?.selectionSet, type, rest, variables) };
  } else {
    const field = fieldsOf(parent)[step.field]!;
    const type = getNamedType(field.type);
    const fresh: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: step.field }, arguments: needed(field, variables) };
    const selectionSet = isCompositeType(type) ? put(schema, known?.selectionSet, type, rest, variables) : undefined;
    node = { ...((known as FieldNode | undefined) ?? fresh), ...(selectionSet && { selectionSet }) };
  }
  const selections = at < 0 ? [...before, node] : before.map((one, index) => (index === at ? node : one));
  return { kind: Kind.SELECTION_SET, selections };
}

/** The arguments without which the field is refused; a page's size as a number, all others as variables. */
function needed(field: GraphQLField<unknown, unknown>, variables: Map<string, string>): ArgumentNode[] {
  const isPage = field.args.some((argument) => argument.name === 'first') && field.args.some((argument) => argument.name === 'after');
  const wanted = field.args.filter((argument) => isRequiredArgument(argument) || (isPage && argument.name === 'first'));
  return wanted.map((argument) => {
    const name = { kind: Kind.NAME as const, value: argument.name };
    if (isPage && argument.name === 'first') return { kind: Kind.ARGUMENT, name, value: { kind: Kind.INT, value: '10' } };
    let variable = argument.name;
    for (let n = 2; variables.has(variable) && variables.get(variable) !== String(argument.type); n++) variable = `${argument.name}${n}`;
    variables.set(variable, String(argument.type));
    return { kind: Kind.ARGUMENT, name, value: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: variable } } };
  });
}

export const fieldsOf = (type: GraphQLCompositeType) => ('getFields' in type ? type.getFields() : {});

/** Something to select of a type that was chosen as a whole: what tells its objects apart, or the way down a page. */
function leaves(type: GraphQLCompositeType, depth = 0): SelectionNode[] {
  const fields = fieldsOf(type);
  const node = (name: string, below?: SelectionNode[]): FieldNode => ({
    kind: Kind.FIELD,
    name: { kind: Kind.NAME, value: name },
    ...(below && { selectionSet: { kind: Kind.SELECTION_SET as const, selections: below } }),
  });
  for (const way of ['edges', 'node']) {
    const below = fields[way] && getNamedType(fields[way].type);
    if (below && isCompositeType(below) && depth < 3) return [node(way, leaves(below, depth + 1))];
  }
  const free = Object.values(fields).filter((field) => isLeafType(getNamedType(field.type)) && !field.args.some(isRequiredArgument) && !field.deprecationReason);
  const best = ['id', 'number', 'name'].find((name) => free.some((field) => field.name === name)) ?? free[0]?.name;
  return [node(best && !(isAbstractType(type) && !fields[best]) ? best : '__typename')];
}
