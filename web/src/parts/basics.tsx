/** Small parts that all views are made of. */

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Problem } from "../api.ts";
import type { Asked } from "../company.tsx";
import { useCompany } from "../company.tsx";
import { to } from "../route.ts";
import type { Thing } from "../wire.ts";
import { hue, sentence } from "../words.ts";
import { Icon, type Sign } from "./icon.tsx";

/** The tile that a kind of thing is known by, like a domino. */
export function Tile({ of, large }: { of: string; large?: boolean }) {
  return <span class={`tile hue-${hue(of)}${large ? " large" : ""}`} aria-hidden="true" />;
}

/** A thing's name, leading to its card. */
export function ThingLink({ thing, bare }: { thing: Thing; bare?: boolean }) {
  const { words } = useCompany();
  return (
    <a class="thing" href={to("thing", [thing.id])}>
      <Tile of={thing.class} />
      <span class="name">{thing.title}</span>
      {!bare && <span class="kind">{words.label(thing.class)}</span>}
    </a>
  );
}

export function Head({ title, lead, children }: { title: ComponentChildren; lead?: ComponentChildren; children?: ComponentChildren }) {
  return (
    <header class="head">
      <div>
        <h1 tabIndex={-1}>{title}</h1>
        {lead && <p class="lead">{lead}</p>}
      </div>
      {children && <div class="actions">{children}</div>}
    </header>
  );
}

export function Loading({ what = "Loading" }: { what?: string }) {
  return (
    <div class="loading" role="status">
      <span class="falling" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      {what} …
    </div>
  );
}

export function Empty({ title, children, sign = "empty" }: { title: string; children?: ComponentChildren; sign?: Sign }) {
  return (
    <div class="empty">
      <Icon of={sign} />
      <p class="title">{title}</p>
      {children && <div class="text">{children}</div>}
    </div>
  );
}

/** What went wrong, what to do, and what may have been meant. */
export function Trouble({ problem, again, choose, top }: {
  problem: Problem;
  /** It is all that the view has to say, so it is its heading. */
  top?: boolean | undefined;
  again?: (() => void) | undefined;
  choose?: ((id: string) => void) | undefined;
}) {
  const { words } = useCompany();
  const several = problem.code === "ambiguous";
  const Heading = top ? "h1" : "h2";
  return (
    <section class={`trouble${several ? " choice" : ""}`} role={several ? "group" : "alert"} aria-label={problem.message}>
      <Heading tabIndex={-1}>
        <Icon of={several ? "choose" : "warning"} />
        {problem.message}
      </Heading>
      {problem.detail && <p>{problem.detail}</p>}
      {problem.advice && !problem.candidates.length && <p class="do">{problem.advice}</p>}
      {problem.mistakes.length > 0 && (
        <ul>
          {problem.mistakes.map((m) => (
            <li key={m.where}>
              {m.where.replace(/^body\.?/, "")}: {m.what}
            </li>
          ))}
        </ul>
      )}
      {problem.candidates.length > 0 && (
        <>
          <p class="do">{several ? "Which one is meant?" : "Was one of these meant?"}</p>
          <ul class="candidates">
            {problem.candidates.map((c) => (
              <li key={c.id}>
                {choose ? (
                  <button type="button" class="thing" onClick={() => choose(c.id)}>
                    <Tile of={c.class} />
                    <span class="name">{c.title}</span>
                    <span class="kind">
                      {words.label(c.class)} · {c.why}
                    </span>
                  </button>
                ) : (
                  <ThingLink thing={c} />
                )}
              </li>
            ))}
          </ul>
        </>
      )}
      {problem.reference && <p class="small">The log has more under the reference {problem.reference}.</p>}
      {again && problem.candidates.length === 0 && (
        <button type="button" class="button" onClick={again}>
          Try again
        </button>
      )}
    </section>
  );
}

/** An answer once it is there; before that what is going on, or what went wrong. */
export function Shown<T>({ of, what, choose, top, children }: {
  of: Asked<T>;
  top?: boolean;
  what?: string;
  choose?: (id: string) => void;
  children: (data: T) => ComponentChildren;
}) {
  if (of.problem) return <Trouble problem={of.problem} again={of.again} choose={choose} top={top} />;
  if (of.data === null) return of.loading ? <Loading what={what ?? "Loading"} /> : null;
  return (
    <div class={of.loading ? "stale" : ""} aria-busy={of.loading}>
      {children(of.data)}
    </div>
  );
}

export function Note({ kind = "info", children }: { kind?: "info" | "warning" | "good" | "bad"; children: ComponentChildren }) {
  const sign: Sign = kind === "good" ? "check" : kind === "info" ? "info" : "warning";
  return (
    <p class={`note ${kind}`}>
      <Icon of={sign} />
      <span>{children}</span>
    </p>
  );
}

/** A field with its label, and what to know about it. */
export function Field({ label, hint, children }: {
  label: string;
  hint?: string;
  children: (props: { id: string; "aria-describedby"?: string }) => ComponentChildren;
}) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(hint ? { id, "aria-describedby": `${id}-hint` } : { id })}
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

export function Select({ label, value, options, change, hint }: {
  label: string;
  value: string;
  options: readonly (readonly [string, string])[];
  change: (value: string) => void;
  hint?: string;
}) {
  return (
    <Field label={label} {...(hint ? { hint } : {})}>
      {(props) => (
        <select {...props} value={value} onChange={(e) => change(e.currentTarget.value)}>
          {options.map(([v, text]) => (
            <option key={v} value={v} selected={v === value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** Views of one thing side by side, one shown; each has an address of its own. */
export function Tabs({ label, tabs, chosen }: {
  label: string;
  tabs: readonly { id: string; text: string; href: string; count?: number | null }[];
  chosen: string;
}) {
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map((t) => (
        <a key={t.id} href={t.href} aria-current={t.id === chosen ? "page" : undefined}>
          {t.text}
          {t.count !== undefined && t.count !== null && <span class="count">{t.count}</span>}
        </a>
      ))}
    </nav>
  );
}

/** A dialog over the page: the browser keeps the focus in it, Escape closes it. */
export function Dialog({ title, close, children, wide }: {
  title: string;
  close: () => void;
  children: ComponentChildren;
  wide?: boolean;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const held = ref.current;
    held?.showModal();
    return () => held?.close();
  }, []);
  const outside = (e: MouseEvent) => {
    if (e.target === ref.current) close();
  };
  return (
    <dialog ref={ref} class={wide ? "wide" : ""} aria-labelledby={id} onCancel={(e) => { e.preventDefault(); close(); }} onMouseDown={outside}>
      <div class="inner">
        <header>
          <h2 id={id}>{title}</h2>
          <button type="button" class="icon" aria-label="Close" onClick={close}>
            <Icon of="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}

/** Ask before something is done that others notice. */
export function Confirm({ title, children, verb, danger, done, close }: {
  title: string;
  children: ComponentChildren;
  verb: string;
  danger?: boolean;
  done: () => void;
  close: () => void;
}) {
  return (
    <Dialog title={title} close={close}>
      <div class="body">{children}</div>
      <footer class="buttons">
        <button type="button" class="button" onClick={close}>
          Cancel
        </button>
        <button type="button" class={`button ${danger ? "danger" : "primary"}`} onClick={done}>
          {verb}
        </button>
      </footer>
    </Dialog>
  );
}

/** A text with a button that copies it. */
export function Copy({ text }: { text: string }) {
  const [done, setDone] = useState(false);
  return (
    <button
      type="button"
      class="button small"
      onClick={() => {
        void navigator.clipboard?.writeText(text).then(() => setDone(true));
      }}
    >
      <Icon of={done ? "check" : "copy"} /> {done ? "Copied" : "Copy"}
    </button>
  );
}

export function Bar({ share, label }: { share: number; label: string }) {
  const width = Math.max(0, Math.min(100, Math.round(share * 100)));
  return (
    <span class="bar" role="img" aria-label={label}>
      <i style={{ width: `${width}%` }} />
    </span>
  );
}

export function severityText(name: string): string {
  return sentence(name === "violation" ? "must be mended" : name === "warning" ? "warning" : "note");
}
