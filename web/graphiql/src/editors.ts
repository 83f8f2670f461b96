// GraphiQL's editors: what stands in them now, which is what Run will send, and putting something there.
import { useGraphiQL, type MonacoEditor } from '@graphiql/react';
import { useCallback, useSyncExternalStore } from 'react';

type Name = 'queryEditor' | 'variableEditor' | 'headerEditor';

/** The text of an editor, told once nobody has typed for some milliseconds; null before there is an editor. */
export function useText(name: Name, pause = 0): string | null {
  const editor = useGraphiQL((state) => state[name]);
  const watch = useCallback(
    (watcher: () => void) => {
      let wait: ReturnType<typeof setTimeout> | undefined;
      const watching = editor?.onDidChangeModelContent(() => {
        clearTimeout(wait);
        if (pause) wait = setTimeout(watcher, pause);
        else watcher();
      });
      return () => {
        clearTimeout(wait);
        watching?.dispose();
      };
    },
    [editor, pause],
  );
  return useSyncExternalStore(watch, () => editor?.getValue() ?? null);
}

/** Puts a text in the place of another as if it were typed: it can be undone, and what is the same stays untouched. */
export function replaceText(editor: MonacoEditor, text: string) {
  const model = editor.getModel();
  const before = editor.getValue();
  if (!model || before === text) return;
  const shorter = Math.min(before.length, text.length);
  let head = 0;
  while (head < shorter && before[head] === text[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === text.at(-1 - tail)) tail++;
  const start = model.getPositionAt(head);
  const end = model.getPositionAt(before.length - tail);
  const range = { startLineNumber: start.lineNumber, startColumn: start.column, endLineNumber: end.lineNumber, endColumn: end.column };
  editor.pushUndoStop();
  editor.executeEdits('kemu', [{ range, text: text.slice(head, text.length - tail) }]);
  editor.pushUndoStop();
}
