/** The graph, opened step by step: neighbours come when asked for, never everything at once. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { get, part, Problem } from "../api.ts";
import { useCompany } from "../company.tsx";
import { saveCsv, savePng } from "../export.ts";
import { Empty, Note, ThingLink, Tile, Trouble } from "../parts/basics.tsx";
import { Icon } from "../parts/icon.tsx";
import { Picker } from "../parts/picker.tsx";
import { go, to, type Place } from "../route.ts";
import type { Entity, RelationOf, Thing } from "../wire.ts";
import { count, plural, sentence } from "../words.ts";
import type { Link, Scene } from "./scene.ts";

export const MOST = 2000;
const AT_ONCE = 300;
const FIRST = 4;

interface Known {
  thing: Thing;
  totals: Record<string, number> | null;
}

interface Drawn {
  nodes: Map<string, Known>;
  links: Map<string, Link>;
}

function linkOf(from: string, r: RelationOf): Link {
  return { id: r.id, from, to: r.other.id, label: r.label };
}

export function Explore({ place }: { place: Place }) {
  const { words, look, turn } = useCompany();
  const starts = place.query.getAll("start");
  const stage = useRef<HTMLDivElement>(null);
  const scene = useRef<Scene | null>(null);
  const drawn = useRef<Drawn>({ nodes: new Map(), links: new Map() });
  const [shape, setShape] = useState(0);
  const [chosen, setChosen] = useState<string | null>(null);
  const [entity, setEntity] = useState<Entity | null>(null);
  const [busy, setBusy] = useState(false);
  const [settling, setSettling] = useState(false);
  const [full, setFull] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [filter, setFilter] = useState("");

  const failed = (error: unknown) => {
    if (error instanceof Problem) setProblem(error);
  };
  const ask = (id: string, limit: number) => get<Entity>(`/v1/entities/${part(id)}`, { limit });

  /** Draw things and relations; what is beyond the most is left out, and said. */
  const add = (things: readonly Thing[], links: readonly Link[], by: string | null) => {
    const held = drawn.current;
    const fresh: Thing[] = [];
    for (const t of things) {
      if (held.nodes.has(t.id)) continue;
      if (held.nodes.size >= MOST) {
        setFull(true);
        break;
      }
      held.nodes.set(t.id, { thing: t, totals: null });
      fresh.push(t);
    }
    const joined = links.filter((l) => held.nodes.has(l.from) && held.nodes.has(l.to) && !held.links.has(l.id));
    for (const l of joined) held.links.set(l.id, l);
    if (scene.current && fresh.length + joined.length > 0) setSettling(true);
    scene.current?.add(fresh, joined, by);
    setShape((n) => n + 1);
  };

  const open = async (id: string, role: string | null) => {
    setBusy(true);
    setProblem(null);
    try {
      const found = await ask(id, role === null ? FIRST : AT_ONCE);
      const relations = found.relations.filter((r) => role === null || r.role === role);
      const self = { id: found.id, class: found.classes[0] ?? "", title: found.title };
      add([self, ...relations.map((r) => r.other)], relations.map((r) => linkOf(found.id, r)), found.id);
      const known = drawn.current.nodes.get(found.id);
      if (known) known.totals = found.totals;
      return found.id;
    } catch (error) {
      failed(error);
      return null;
    } finally {
      setBusy(false);
    }
  };

  const now = useRef(chosen);
  now.current = chosen;
  const reveal = useRef(open);
  reveal.current = open;

  useEffect(() => {
    let gone = false;
    void import("./scene.ts").then(({ createScene }) => {
      if (gone || !stage.current) return;
      scene.current = createScene(stage.current, {
        chosen: setChosen,
        opened: (id) => void reveal.current(id, null),
        settled: () => setSettling(false),
      });
      const held = drawn.current;
      scene.current.add([...held.nodes.values()].map((k) => k.thing), [...held.links.values()], null);
      if (now.current) scene.current.choose(now.current);
    });
    return () => {
      gone = true;
      scene.current?.close();
      scene.current = null;
    };
  }, []);

  useEffect(() => scene.current?.restyle(), [look]);

  const asked = starts.join(" ");
  useEffect(() => {
    const missing = starts.filter((s) => !drawn.current.nodes.has(s)).slice(0, 60);
    if (missing.length === 0) return;
    setBusy(true);
    Promise.all(missing.map((s) => ask(s, starts.length > 1 ? 100 : FIRST)))
      .then((found) => {
        const selves = found.map((e) => ({ id: e.id, class: e.classes[0] ?? "", title: e.title }));
        const ids = new Set([...selves.map((s) => s.id), ...drawn.current.nodes.keys()]);
        const alone = found.length === 1 && starts.length === 1;
        for (const e of found) {
          const relations = alone ? e.relations : e.relations.filter((r) => ids.has(r.other.id));
          add([...selves, ...(alone ? relations.map((r) => r.other) : [])], relations.map((r) => linkOf(e.id, r)), alone ? e.id : null);
          const known = drawn.current.nodes.get(e.id);
          if (known) known.totals = e.totals;
        }
        const first = selves[0];
        if (first) {
          setChosen(first.id);
          scene.current?.choose(first.id);
        }
      })
      .catch(failed)
      .finally(() => setBusy(false));
  }, [asked, turn]);

  useEffect(() => {
    setEntity(null);
    if (!chosen) return;
    let gone = false;
    ask(chosen, 1)
      .then((e) => !gone && setEntity(e))
      .catch(failed);
    return () => {
      gone = true;
    };
  }, [chosen]);

  const choose = (id: string) => {
    setChosen(id);
    scene.current?.choose(id);
  };
  const drop = (id: string) => {
    drawn.current.nodes.delete(id);
    for (const [n, l] of drawn.current.links) if (l.from === id || l.to === id) drawn.current.links.delete(n);
    scene.current?.drop(id);
    setChosen(null);
    setFull(false);
    setShape((n) => n + 1);
  };
  const clear = () => {
    for (const id of [...drawn.current.nodes.keys()]) drop(id);
    go(to("explore"));
  };
  const listed = useMemo(() => {
    const all = [...drawn.current.nodes.values()].map((k) => k.thing);
    const text = filter.trim().toLowerCase();
    if (!text) return all;
    // What is called most like it comes first.
    return all.filter((t) => t.title.toLowerCase().includes(text)).sort((a, b) => a.title.length - b.title.length);
  }, [shape, filter]);
  const known = drawn.current.nodes.size;
  const around = (id: string) => [...drawn.current.links.values()].filter((l) => l.from === id || l.to === id).length;

  return (
    <div class="explorer">
      <h1 class="unseen" tabIndex={-1}>
        Explore the graph
      </h1>
      <section class="canvas" aria-label="Graph">
        <div class="adding">
          <Picker label="Draw" hidden placeholder={known ? "Draw another thing" : "Begin with a thing"} chosen={(t) => go(to("explore", [], { start: [...starts, t.id] }))} />
        </div>
        <div ref={stage} class="drawn" role="img" aria-label={`${plural(known, "thing")} drawn; the list beside it has the same.`} />
        {known === 0 && !busy && (
          <Empty title="Begin with a thing" sign="explore">
            <p>Its neighbours open when you ask for them, so that the picture stays yours.</p>
          </Empty>
        )}
        <p class="status" role="status">
          {busy ? "Opening …" : settling ? "Finding places …" : `${plural(known, "thing")}, ${plural(drawn.current.links.size, "relation")}`}
        </p>
        <div class="tools" role="group" aria-label="Picture">
          <button type="button" class="icon" aria-label="Nearer" onClick={() => scene.current?.zoom(1.3)}>
            <Icon of="plus" />
          </button>
          <button type="button" class="icon" aria-label="Farther" onClick={() => scene.current?.zoom(1 / 1.3)}>
            <Icon of="minus" />
          </button>
          <button type="button" class="icon" aria-label="Show all" title="Show all" onClick={() => scene.current?.fit()}>
            <Icon of="fit" />
          </button>
          <button type="button" class="icon" aria-label="Save as PNG" title="Save as PNG" onClick={() => { const c = scene.current?.picture(); if (c) savePng(c, "graph.png"); }}>
            <Icon of="down" />
          </button>
        </div>
      </section>
      <aside class="panel" aria-label="What is drawn">
        {problem && <Trouble problem={problem} />}
        {full && <Note kind="warning">No more than {count(MOST)} things are drawn at once. Take some away, or start afresh.</Note>}
        {entity && (
          <>
            <p>
              <ThingLink thing={{ id: entity.id, class: entity.classes[0] ?? "", title: entity.title }} />
            </p>
            <div class="actions">
              <a class="button small" href={to("impact", [], { start: [entity.id] })}>
                If it fails
              </a>
              <button type="button" class="button small" onClick={() => drop(entity.id)}>
                Take away
              </button>
            </div>
            <h2>Open its neighbours</h2>
            <ul>
              {Object.entries(entity.totals).map(([role, n]) => {
                const held = words.role(entity.classes, role);
                return (
                  <li key={role}>
                    <button type="button" class="opening" disabled={busy} onClick={() => void open(entity.id, role)}>
                      <span>
                        {sentence(held?.label ?? role)} <span class="quiet">{held ? words.plural(held.to) : ""}</span>
                      </span>
                      <span class="count">{n > AT_ONCE ? `${AT_ONCE} of ${count(n)}` : count(n)}</span>
                    </button>
                  </li>
                );
              })}
            </ul>
          </>
        )}
        {!entity && known > 0 && <p class="quiet">Choose a thing in the picture or in the list; a double click opens its neighbours.</p>}
        {known > 0 && (
          <>
            <h2>
              Drawn <span class="count">{count(known)}</span>
            </h2>
            <label class="unseen" for="drawn-filter">
              Find in the picture
            </label>
            <input id="drawn-filter" type="text" placeholder="Find in the picture" value={filter} onInput={(e) => setFilter(e.currentTarget.value)} />
            <ul class="plain">
              {listed.slice(0, 40).map((t) => (
                <li key={t.id}>
                  <button type="button" class="thing" aria-pressed={t.id === chosen} onClick={() => choose(t.id)}>
                    <Tile of={t.class} />
                    <span class="name">{t.title}</span>
                    <span class="kind">
                      {words.label(t.class)} · {count(around(t.id))}
                    </span>
                  </button>
                </li>
              ))}
            </ul>
            {listed.length > 40 && <p class="quiet small">and {count(listed.length - 40)} more</p>}
            <p class="under">
              <button
                type="button"
                class="link"
                onClick={() =>
                  saveCsv("graph.csv", ["From", "Relation", "To"], [...drawn.current.links.values()].map((l) => [
                    drawn.current.nodes.get(l.from)?.thing.title, l.label, drawn.current.nodes.get(l.to)?.thing.title,
                  ]))
                }
              >
                Relations as CSV
              </button>
              <button type="button" class="link" onClick={clear}>
                Start afresh
              </button>
            </p>
          </>
        )}
      </aside>
    </div>
  );
}
