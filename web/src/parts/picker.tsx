/** Finding a thing by name while typing: a combobox after the ARIA pattern (list, manual choice). */

import { useEffect, useId, useRef, useState } from "preact/hooks";
import { get } from "../api.ts";
import { useCompany } from "../company.tsx";
import type { Found } from "../wire.ts";
import { Tile } from "./basics.tsx";
import { Icon } from "./icon.tsx";

const PAUSE = 140;

export function Picker({ label, hidden, placeholder, class: only, chosen, typed, id, keep, shortcut }: {
  label: string;
  /** The label is for screen readers only. */
  hidden?: boolean;
  placeholder?: string;
  class?: string;
  chosen: (thing: Found) => void;
  /** Enter without a choice: what was typed. */
  typed?: (text: string) => void;
  id?: string;
  /** Keep the text after a choice. */
  keep?: boolean;
  shortcut?: boolean;
}) {
  const own = useId();
  const field = id ?? own;
  const { words } = useCompany();
  const [text, setText] = useState("");
  const [found, setFound] = useState<Found[]>([]);
  const [asked, setAsked] = useState("");
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLUListElement>(null);

  useEffect(() => {
    const q = text.trim();
    if (!open || q.length < 2) {
      setFound([]);
      setAsked("");
      return;
    }
    const stop = new AbortController();
    const timer = setTimeout(() => {
      get<{ results: Found[] }>("/v1/search", { q: q.slice(0, 300), class: only, limit: 8 }, stop.signal)
        .then((answer) => {
          setFound(answer.results);
          setAsked(q);
          setAt(-1);
        })
        .catch(() => undefined);
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [text, open, only]);

  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: "nearest" });
  }, [at]);

  useEffect(() => {
    if (!shortcut) return;
    const press = (e: KeyboardEvent) => {
      const target = e.target as HTMLElement;
      const writing = /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
      if ((e.key === "k" && (e.metaKey || e.ctrlKey)) || (e.key === "/" && !writing)) {
        e.preventDefault();
        input.current?.focus();
      }
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [shortcut]);

  const take = (thing: Found) => {
    setText(keep ? thing.title : "");
    setOpen(false);
    setAt(-1);
    chosen(thing);
  };

  const press = (e: KeyboardEvent) => {
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      e.preventDefault();
      setOpen(true);
      if (found.length) setAt((a) => (a + (e.key === "ArrowDown" ? 1 : a < 0 ? 0 : -1) + found.length) % found.length);
    } else if (e.key === "Enter") {
      const thing = found[at] ?? (typed === undefined ? found[0] : undefined);
      if (thing) {
        e.preventDefault();
        take(thing);
      } else if (typed && text.trim()) {
        e.preventDefault();
        setOpen(false);
        typed(text.trim());
      }
    } else if (e.key === "Escape" && open) {
      e.preventDefault();
      e.stopPropagation();
      setOpen(false);
    }
  };

  const none = open && asked !== "" && asked === text.trim() && found.length === 0;
  const shown = open && found.length > 0;
  return (
    <div class="picker">
      <label for={field} class={hidden ? "unseen" : ""}>
        {label}
      </label>
      <div class="box">
        <Icon of="find" />
        <input
          ref={input}
          id={field}
          type="text"
          role="combobox"
          autocomplete="off"
          spellcheck={false}
          placeholder={placeholder ?? "Name, number or key"}
          aria-autocomplete="list"
          aria-expanded={shown}
          aria-controls={`${field}-list`}
          aria-activedescendant={shown && at >= 0 ? `${field}-${at}` : undefined}
          value={text}
          onInput={(e) => {
            setText(e.currentTarget.value);
            setOpen(true);
          }}
          onFocus={() => text && setOpen(true)}
          onBlur={() => setTimeout(() => setOpen(false), 150)}
          onKeyDown={press}
        />
        {shortcut && <kbd aria-hidden="true">/</kbd>}
      </div>
      <ul ref={list} id={`${field}-list`} role="listbox" aria-label={label} hidden={!shown}>
        {found.map((thing, n) => (
          <li
            key={thing.id}
            id={`${field}-${n}`}
            role="option"
            aria-selected={n === at}
            onMouseDown={(e) => {
              e.preventDefault();
              take(thing);
            }}
          >
            <Tile of={thing.class} />
            <span class="name">{thing.title}</span>
            <span class="kind">
              {words.label(thing.class)} · {thing.why}
            </span>
          </li>
        ))}
      </ul>
      <p class="unseen" role="status">
        {shown ? `${found.length} found` : none ? "Nothing found" : ""}
      </p>
      {none && <p class="none">Nothing is called that.</p>}
    </div>
  );
}
