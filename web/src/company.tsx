/** What every view needs: who asks, the ontology's words, the look, and short messages. */

import { createContext, type ComponentChildren } from "preact";
import { useCallback, useContext, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { get, onRefused, Problem } from "./api.ts";
import type { ClassText, Me } from "./wire.ts";
import { Words } from "./words.ts";

export type Look = "light" | "dark" | "system";

interface Held {
  me: Me | null;
  words: Words;
  version: number;
  look: Look;
  setLook: (look: Look) => void;
  may: (action: string) => boolean;
  /** Something is withheld from the caller, by policy. */
  partial: boolean;
  /** Something in the graph changed: views ask anew. */
  changed: () => void;
  turn: number;
  say: (text: string) => void;
}

const Company = createContext<Held | null>(null);

export function useCompany(): Held {
  const found = useContext(Company);
  if (found === null) throw new Error("outside of the company");
  return found;
}

export interface Started {
  state: "loading" | "signed-out" | "failed" | "ready";
  problem: Problem | null;
  again: () => void;
}

/** The look that was chosen; set before anything is drawn, so that nothing flashes. */
export function storedLook(): Look {
  try {
    const held = localStorage.getItem("knockon.look");
    return held === "light" || held === "dark" ? held : "system";
  } catch {
    return "system";
  }
}

export function useStart(): { started: Started; held: Held } {
  const [me, setMe] = useState<Me | null>(null);
  const [classes, setClasses] = useState<ClassText[]>([]);
  const [state, setState] = useState<Started["state"]>("loading");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [attempt, setAttempt] = useState(0);
  const [turn, setTurn] = useState(0);
  const [look, setLookState] = useState<Look>(storedLook);
  const live = useRef<HTMLElement | null>(null);

  useEffect(() => {
    onRefused(() => setState("signed-out"));
    let stopped = false;
    setState((was) => (was === "ready" ? was : "loading"));
    // The words are asked at the same time, but nobody waits for them: what is shown is told again once they are there.
    get<{ classes: ClassText[] }>("/v1/ontology").then(
      (known) => !stopped && setClasses(known.classes),
      () => undefined,
    );
    get<Me>("/v1/me")
      .then((who) => {
        if (stopped) return;
        setMe(who);
        setState("ready");
        document.title = who.company ? `${who.company} – knockon` : "knockon";
      })
      .catch((error: unknown) => {
        if (stopped) return;
        const found = error instanceof Problem ? error : new Problem(0, { title: "That did not work", detail: String(error) });
        setProblem(found);
        setState(found.status === 401 ? "signed-out" : "failed");
      });
    return () => {
      stopped = true;
    };
  }, [attempt]);

  useEffect(() => {
    document.documentElement.dataset["look"] = look;
    try {
      if (look === "system") localStorage.removeItem("knockon.look");
      else localStorage.setItem("knockon.look", look);
    } catch {
      // Where nothing may be stored, the look lasts as long as the page.
    }
  }, [look]);

  const say = useCallback((text: string) => {
    live.current ??= document.getElementById("said");
    if (!live.current) return;
    live.current.textContent = text;
    live.current.classList.add("shown");
    setTimeout(() => live.current?.classList.remove("shown"), 4000);
  }, []);

  const words = useMemo(() => new Words(classes), [classes]);
  const held = useMemo<Held>(
    () => ({
      me,
      words,
      version: 0,
      look,
      setLook: setLookState,
      may: (action) => me?.may.includes(action) ?? false,
      partial: (me?.withheld.length ?? 0) > 0,
      changed: () => setTurn((t) => t + 1),
      turn,
      say,
    }),
    [me, words, look, turn, say],
  );
  return { started: { state, problem, again: () => setAttempt((a) => a + 1) }, held };
}

export function CompanyOf({ held, children }: { held: Held; children: ComponentChildren }) {
  return <Company.Provider value={held}>{children}</Company.Provider>;
}

export interface Asked<T> {
  data: T | null;
  problem: Problem | null;
  loading: boolean;
  again: () => void;
}

/** Ask when `needs` change; an answer that comes too late is dropped. `null`: there is nothing to ask yet. */
export function useAsked<T>(ask: ((signal: AbortSignal) => Promise<T>) | null, needs: readonly unknown[]): Asked<T> {
  const [held, setHeld] = useState<{ data: T | null; problem: Problem | null; loading: boolean }>({
    data: null,
    problem: null,
    loading: ask !== null,
  });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (ask === null) {
      setHeld({ data: null, problem: null, loading: false });
      return;
    }
    const stop = new AbortController();
    setHeld((was) => ({ ...was, problem: null, loading: true }));
    ask(stop.signal)
      .then((data) => !stop.signal.aborted && setHeld({ data, problem: null, loading: false }))
      .catch((error: unknown) => {
        if (stop.signal.aborted) return;
        const found = error instanceof Problem ? error : new Problem(0, { title: "That did not work", detail: String(error) });
        setHeld({ data: null, problem: found, loading: false });
      });
    return () => stop.abort();
  }, [...needs, attempt]);
  return { ...held, again: () => setAttempt((a) => a + 1) };
}
