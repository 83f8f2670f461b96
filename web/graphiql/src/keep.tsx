// What the page keeps true while people work in it. Nothing of this is seen.
import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { getSelectedOperationName } from '@graphiql/toolkit';
import { useEffect, useRef } from 'react';

import { useCurrent } from './current';
import { replaceText, useText } from './editors';
import { authorization, withAuthorization } from './headers';
import { read, write } from './link';
import { useSession, whose } from './session';
import { WELCOME } from './welcome';

const useTabId = () => useGraphiQL((state) => state.tabs[state.activeTabIndex]?.id ?? '');

/**
 * Keeps the token of whom we are signed in as in the headers of each tab that is opened, in the place of an older one of
 * ours, and takes it out after signing out. Where somebody took it out or typed another, it stays so.
 */
export function KeepSignedIn() {
  const tab = useTabId();
  const editor = useGraphiQL((state) => state.headerEditor);
  const text = useText('headerEditor');
  const { token } = useSession();
  const declined = useRef(new Set<string>());
  useEffect(() => {
    // Only who types is asked: tabs and the history put in whole texts.
    const watching = editor?.onDidChangeModelContent(({ isFlush }) => {
      if (!isFlush && token && authorization(editor.getValue()) === undefined) declined.current.add(tab);
    });
    return () => watching?.dispose();
  }, [editor, tab, token]);
  useEffect(() => {
    if (!editor || text === null) return;
    const held = authorization(text);
    if (held !== undefined) declined.current.delete(tab);
    const isOld = held !== undefined && held !== token && whose(held) !== undefined;
    const isLacking = held === undefined && token !== null && !declined.current.has(tab);
    const kept = isOld || isLacking ? withAuthorization(text, token) : null;
    if (kept !== null) replaceText(editor, kept);
  }, [editor, tab, text, token]);
  return null;
}

/** The operation that was chosen of several. GraphiQL goes back to the first one each time that the document is read. */
function useChosen(linked: string | null) {
  const tab = useTabId();
  const stored = useGraphiQL((state) => state.tabs[state.activeTabIndex]?.operationName ?? null);
  const operations = useGraphiQL((state) => state.operations);
  const operationName = useGraphiQL((state) => state.operationName ?? null);
  const { setOperationName } = useGraphiQLActions();
  const chosen = useRef(linked ?? stored);
  const last = useRef<{ tab: string; operations: typeof operations }>({ tab, operations: undefined });
  useEffect(() => {
    const before = last.current;
    // While it cannot be read, the document has no operations.
    if (operations) last.current = { tab, operations };
    if (before.tab !== tab) {
      chosen.current = stored;
    } else if (operations && operations !== before.operations) {
      const name = getSelectedOperationName(before.operations, chosen.current ?? undefined, operations);
      chosen.current = name ?? null;
      if (name && name !== operationName) setOperationName(name);
    } else if (operations && operationName) {
      chosen.current = operationName;
    }
  }, [tab, stored, operations, operationName, setOperationName]);
  return chosen;
}

/** Keeps the address a link to the operation in the editor, and follows links that are pasted into the address. */
export function KeepLink({ operationName: linked }: { operationName: string | null }) {
  const current = useCurrent();
  const chosen = useChosen(linked);
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const own = useRef(location.hash);
  const hash = current && (current.query.trim() && current.query !== WELCOME ? write(current) : '');
  useEffect(() => {
    if (hash === null || hash === own.current) return;
    try {
      history.replaceState(null, '', hash || location.pathname + location.search);
      own.current = location.hash;
    } catch {
      // A browser may find that the address changes too often, or is too long. It follows at the next change.
    }
  }, [hash]);
  useEffect(() => {
    const follow = () => {
      const asked = location.hash === own.current ? null : read(location.hash);
      if (!asked) return;
      chosen.current = asked.operationName;
      queryEditor?.setValue(asked.query);
      variableEditor?.setValue(asked.variables ?? '');
    };
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, [chosen, queryEditor, variableEditor]);
  return null;
}
