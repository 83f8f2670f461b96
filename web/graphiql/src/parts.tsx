// Parts that several panels are made of.
import { useId, useRef, type KeyboardEvent, type ReactNode } from 'react';

/** A panel with its heading. */
export function Panel({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section className="kemu" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {lead && <p className="lead">{lead}</p>}
      {children}
    </section>
  );
}

export interface Sheet {
  name: string;
  /** How much there is of it. */
  count?: number;
  /** Does somebody have to look at it? */
  alarm?: boolean;
  content: ReactNode;
}

/** Tabs, moved through with the arrow keys. */
export function Tabs({ label, sheets, shown, show }: { label: string; sheets: Sheet[]; shown: string; show(name: string): void }) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const at = Math.max(0, sheets.findIndex((sheet) => sheet.name === shown));
  const move = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: sheets.length - 1 };
    const next = steps[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const sheet = (next + sheets.length) % sheets.length;
    show(sheets[sheet]!.name);
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[sheet]?.focus();
  };
  return (
    <>
      <div className="tabs" role="tablist" aria-label={label} ref={list} onKeyDown={move}>
        {sheets.map((sheet, index) => (
          <button
            key={sheet.name}
            type="button"
            role="tab"
            id={`${id}-${index}`}
            aria-selected={index === at}
            aria-controls={`${id}-sheet`}
            tabIndex={index === at ? 0 : -1}
            onClick={() => show(sheet.name)}
          >
            {sheet.name}
            {sheet.count !== undefined && <span className={sheet.alarm ? 'count alarm' : 'count'}>{sheet.count}</span>}
          </button>
        ))}
      </div>
      <div className="sheet" role="tabpanel" id={`${id}-sheet`} aria-labelledby={`${id}-${at}`} tabIndex={0}>
        {sheets[at]?.content}
      </div>
    </>
  );
}

/** An amount against its ceiling. */
export function Gauge({ name, value, most, note }: { name: string; value: number | null; most: number; note?: string }) {
  const id = useId();
  const shown = value === null ? 'unknown' : value.toLocaleString('en');
  const share = value === null ? 0 : Math.min(1, value / most);
  const state = value !== null && value > most ? 'over' : share > 0.75 ? 'near' : 'fine';
  return (
    <div className={`gauge ${state}`}>
      <span id={id}>{name}</span>
      <span className="numbers">
        <b>{value === null ? '?' : shown}</b> of {most.toLocaleString('en')}
      </span>
      <div className="bar" role="meter" aria-labelledby={id} aria-valuemin={0} aria-valuemax={most} aria-valuenow={Math.min(value ?? 0, most)} aria-valuetext={`${shown} of ${most.toLocaleString('en')}`}>
        <div style={{ width: `${share * 100}%` }} />
      </div>
      {note && <span className="note">{note}</span>}
    </div>
  );
}

/** A short word with a colour; the word alone must do. */
export function Badge({ tone, children, title }: { tone: 'good' | 'bad' | 'warn' | 'plain'; children: ReactNode; title?: string }) {
  return <span className={`badge ${tone}`} title={title}>{children}</span>;
}

/** What is told to those who do not see it change. */
export function Live({ children }: { children?: ReactNode }) {
  return <div role="status" className="live">{children}</div>;
}

/** An icon of 16 by 16 from one path. */
export const icon = (path: string) =>
  function Icon() {
    return (
      <svg viewBox="0 0 16 16" width="1em" height="1em" fill="none" stroke="currentColor" strokeWidth="1.4" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
        <path d={path} />
      </svg>
    );
  };

/** A time of the world as people in France read it. */
export function clockTime(seconds: number): string {
  return new Date(seconds * 1000).toLocaleString('en-GB', { timeZone: 'Europe/Paris', dateStyle: 'medium', timeStyle: 'medium' });
}

/** How long until then: `59 min`. */
export function until(seconds: number, now: number): string {
  const left = Math.max(0, Math.round(seconds - now));
  if (left < 120) return `${left} s`;
  return left < 7200 ? `${Math.round(left / 60)} min` : `${Math.round(left / 3600)} h`;
}
