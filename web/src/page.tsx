/** The frame: signs at the side (below on a phone), search on top, one view in the middle. */

import type { ComponentType } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { get } from "./api.ts";
import { CompanyOf, useAsked, useCompany, useStart } from "./company.tsx";
import { Head, Loading, Note, Trouble } from "./parts/basics.tsx";
import { Icon, Logo, type Sign } from "./parts/icon.tsx";
import { Picker } from "./parts/picker.tsx";
import { go, to, usePlace, type Place } from "./route.ts";
import { Ask } from "./views/ask.tsx";
import { Find } from "./views/find.tsx";
import { ImpactView } from "./views/impact.tsx";
import { SignIn } from "./views/sign-in.tsx";
import { ThingView } from "./views/thing.tsx";

type View = ComponentType<{ place: Place }>;

/** A view that is loaded when it is first asked for. */
function later(load: () => Promise<View>): View {
  let held: View | null = null;
  return function Later({ place }) {
    const [loaded, setLoaded] = useState<View | null>(() => held);
    const [failed, setFailed] = useState(false);
    useEffect(() => {
      if (held) return;
      load()
        .then((view) => {
          held = view;
          setLoaded(() => view);
        })
        .catch(() => setFailed(true));
    }, []);
    if (failed) return <Note kind="bad">This part of the page could not be loaded. Load the page again.</Note>;
    const Shown = loaded;
    return Shown ? <Shown place={place} /> : <Loading />;
  };
}

interface Entry {
  view: string;
  text: string;
  sign: Sign;
  needs: string;
  shown: View;
  group: number;
  /** Kept reachable by thumb on a phone. */
  thumb?: boolean;
}

const ENTRIES: Entry[] = [
  { view: "ask", text: "Ask", sign: "ask", needs: "ask", shown: Ask, group: 0, thumb: true },
  { view: "find", text: "Find", sign: "find", needs: "read", shown: Find, group: 0, thumb: true },
  { view: "impact", text: "Impact", sign: "impact", needs: "ask", shown: ImpactView, group: 0, thumb: true },
  { view: "what-if", text: "What if", sign: "whatif", needs: "ask", shown: later(() => import("./views/what-if.tsx").then((m) => m.WhatIf)), group: 0, thumb: true },
  { view: "explore", text: "Explore", sign: "explore", needs: "read", shown: later(() => import("./views/explore.tsx").then((m) => m.Explore)), group: 0 },
  { view: "measures", text: "Measures", sign: "measures", needs: "read", shown: later(() => import("./views/measures.tsx").then((m) => m.Measures)), group: 0 },
  { view: "inbox", text: "Inbox", sign: "inbox", needs: "review", shown: later(() => import("./views/inbox.tsx").then((m) => m.Inbox)), group: 1 },
  { view: "checks", text: "Checks", sign: "checks", needs: "review", shown: later(() => import("./views/checks.tsx").then((m) => m.Checks)), group: 1 },
  { view: "matches", text: "Same or not", sign: "matches", needs: "review", shown: later(() => import("./views/matches.tsx").then((m) => m.Matches)), group: 1 },
  { view: "runs", text: "Runs", sign: "runs", needs: "read", shown: later(() => import("./views/runs.tsx").then((m) => m.Runs)), group: 2 },
  { view: "reports", text: "Reports", sign: "reports", needs: "read", shown: later(() => import("./views/reports.tsx").then((m) => m.Reports)), group: 2 },
  { view: "audit", text: "Audit", sign: "audit", needs: "audit", shown: later(() => import("./views/audit.tsx").then((m) => m.AuditView)), group: 2 },
  { view: "access", text: "Who sees what", sign: "access", needs: "audit", shown: later(() => import("./views/access.tsx").then((m) => m.Access)), group: 2 },
];

const OTHERS: Record<string, View> = {
  thing: ThingView,
  paths: later(() => import("./views/paths.tsx").then((m) => m.Paths)),
  account: later(() => import("./views/account.tsx").then((m) => m.Account)),
};

export function Page() {
  const { started, held } = useStart();
  const place = usePlace();
  const main = useRef<HTMLElement>(null);
  const before = useRef(place.view + place.rest.join("/"));

  useEffect(() => {
    const now = place.view + place.rest.join("/");
    if (now === before.current) return;
    before.current = now;
    scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [place]);

  const outside = place.view === "invitation" || place.view === "sign-in" || started.state === "signed-out";
  return (
    <CompanyOf held={held}>
      <a class="skip" href="#main" onClick={(e) => { e.preventDefault(); main.current?.focus(); }}>
        To the content
      </a>
      {outside ? (
        <main ref={main} id="main" class="outside" tabIndex={-1}>
          <SignIn place={place} again={started.again} />
        </main>
      ) : started.state === "ready" ? (
        <>
          <Top />
          <Side place={place} />
          <main ref={main} id="main" tabIndex={-1} class={place.view === "explore" ? "full" : ""}>
            <Withheld />
            <ViewOf place={place} />
          </main>
          <Below place={place} />
        </>
      ) : (
        <main ref={main} id="main" class="outside" tabIndex={-1}>
          {started.problem && started.state === "failed" ? <Trouble top problem={started.problem} again={started.again} /> : <Loading what="Opening" />}
        </main>
      )}
      <p id="said" class="said" role="status" aria-live="polite" />
    </CompanyOf>
  );
}

function ViewOf({ place }: { place: Place }) {
  const { may } = useCompany();
  const entry = ENTRIES.find((e) => e.view === place.view);
  if (entry && !may(entry.needs)) {
    return (
      <>
        <Head title={entry.text} />
        <Note kind="warning">Your rights do not include this. Ask whoever keeps knockon here for another role.</Note>
      </>
    );
  }
  const Shown = entry?.shown ?? OTHERS[place.view];
  return Shown ? (
    <Shown place={place} />
  ) : (
    <>
      <Head title="There is no such view" />
      <Note kind="warning">
        The address leads nowhere. <a href={to("ask")}>To the start</a>
      </Note>
    </>
  );
}

/** What answers leave out for this reader: told from the policy, whatever the data holds. */
function Withheld() {
  const { me } = useCompany();
  const [open, setOpen] = useState(false);
  if (!me || me.withheld.length === 0) return null;
  const few = me.withheld.slice(0, open ? undefined : 3).join(", ");
  return (
    <div class="withheld" role="note">
      <Icon of="eyeoff" />
      <span>
        For you, answers leave out: {few}
        {me.withheld.length > 3 && !open && (
          <>
            {" "}
            <button type="button" class="link" onClick={() => setOpen(true)}>
              and {me.withheld.length - 3} more
            </button>
          </>
        )}
      </span>
    </div>
  );
}

function Top() {
  const { me, look, setLook } = useCompany();
  const dark = look === "dark" || (look === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  return (
    <header class="top">
      <a class="brand" href={to("ask")} aria-label={`knockon, ${me?.company ?? ""}: to the start`}>
        <Logo />
        <span>
          <span class="wordmark">knockon</span>
          {me?.company && <span class="company">{me.company}</span>}
        </span>
      </a>
      <div class="search">
        <Picker
          label="Find anything"
          hidden
          shortcut
          placeholder="Find anything by name or number"
          chosen={(t) => go(to("thing", [t.id]))}
          typed={(text) => go(to("find", [], { q: text }))}
        />
      </div>
      <div class="end">
        <button type="button" class="icon" aria-label={dark ? "Light look" : "Dark look"} title={dark ? "Light look" : "Dark look"} onClick={() => setLook(dark ? "light" : "dark")}>
          <Icon of={dark ? "sun" : "moon"} />
        </button>
        <a class="icon" href={to("account")} aria-label={`You: ${me?.name ?? ""}`} title={me?.name ?? ""}>
          <Icon of="person" />
        </a>
      </div>
    </header>
  );
}

function useWaiting(): number {
  const { may, turn } = useCompany();
  const inbox = useAsked<{ tasks: unknown[] }>(may("review") ? (signal) => get("/v1/inbox", {}, signal) : null, [turn]);
  return inbox.data?.tasks.length ?? 0;
}

function Side({ place }: { place: Place }) {
  const { may } = useCompany();
  const waiting = useWaiting();
  const seen = ENTRIES.filter((e) => may(e.needs));
  return (
    <nav class="side" aria-label="Views">
      {[0, 1, 2].map((group) => (
        <ul key={group}>
          {seen
            .filter((e) => e.group === group)
            .map((e) => (
              <li key={e.view}>
                <a href={to(e.view)} aria-current={active(e, place) ? "page" : undefined}>
                  <Icon of={e.sign} />
                  <span>{e.text}</span>
                  {e.view === "inbox" && waiting > 0 && <span class="count">{waiting}</span>}
                </a>
              </li>
            ))}
        </ul>
      ))}
    </nav>
  );
}

function active(entry: Entry, place: Place): boolean {
  return entry.view === place.view || (entry.view === "find" && place.view === "thing");
}

function Below({ place }: { place: Place }) {
  const { may } = useCompany();
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(false), [place]);
  const seen = ENTRIES.filter((e) => may(e.needs));
  const rest = seen.filter((e) => !e.thumb);
  return (
    <nav class="below" aria-label="Views, at the thumb">
      {open && (
        <ul class="sheet">
          {rest.map((e) => (
            <li key={e.view}>
              <a href={to(e.view)} aria-current={active(e, place) ? "page" : undefined}>
                <Icon of={e.sign} />
                <span>{e.text}</span>
              </a>
            </li>
          ))}
        </ul>
      )}
      <ul>
        {seen
          .filter((e) => e.thumb)
          .map((e) => (
            <li key={e.view}>
              <a href={to(e.view)} aria-current={active(e, place) ? "page" : undefined}>
                <Icon of={e.sign} />
                <span>{e.text}</span>
              </a>
            </li>
          ))}
        <li>
          <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
            <Icon of="more" />
            <span>More</span>
          </button>
        </li>
      </ul>
    </nav>
  );
}
