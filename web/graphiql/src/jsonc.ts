// JSON as GraphiQL takes it in its editors: with comments and trailing commas.
import { applyEdits, modify, parse, printParseErrorCode, type ParseError } from 'jsonc-parser';

const FORGIVING = { allowTrailingComma: true, allowEmptyContent: true };

/** The object in a text, an empty one where nothing is; throws what is wrong with it, in words. */
export function readObject(text: string): Record<string, unknown> {
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, FORGIVING) ?? {};
  const [first] = errors;
  if (first) {
    const lines = text.slice(0, first.offset).split('\n');
    const what = printParseErrorCode(first.error).replace(/(?!^)[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
    throw new SyntaxError(`${what}, line ${lines.length}, column ${lines.at(-1)!.length + 1}`);
  }
  if (typeof value !== 'object' || Array.isArray(value)) throw new SyntaxError('it is something else');
  return value as Record<string, unknown>;
}

/** What can be read of an object that may be half typed. */
export function glance(text: string): Record<string, unknown> {
  const value: unknown = parse(text, [], FORGIVING);
  return value && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** The text with a member set, or taken out; all else stays, comments too. */
export function withMember(text: string, name: string, value: string | undefined): string {
  return applyEdits(text, modify(text, [name], value, { formattingOptions: { insertSpaces: true, tabSize: 2 } }));
}
