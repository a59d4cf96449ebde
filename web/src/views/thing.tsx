/** One thing: its values with where each comes from, what it hangs together with, what it was before, what is wrong with it. */

import { useState } from "preact/hooks";
import { get, part } from "../api.ts";
import { useAsked, useCompany } from "../company.tsx";
import { saveCsv } from "../export.ts";
import { Bar, Empty, Head, Note, Shown, Tabs, ThingLink, Tile } from "../parts/basics.tsx";
import { Icon } from "../parts/icon.tsx";
import { partsOf, PlaceLine } from "../parts/records.tsx";
import { WrongButton } from "../parts/wrong.tsx";
import { go, to, type Place } from "../route.ts";
import type { AsideRow, Entity, History, PlaceOf, RecordRow, RelationOf, Similar, Thing } from "../wire.ts";
import { count, day, instant, percent, plural, sentence, trimmed, value } from "../words.ts";

/** Relations shown of each role before one asks for more. */
const FEW = 6;
/** What tells two relations between the same things apart: of use to programs only. */
const TECHNICAL = new Set(["row_key"]);

export function ThingView({ place }: { place: Place }) {
  const { turn, words, may } = useCompany();
  const name = place.rest[0] ?? "";
  const tab = place.query.get("tab") ?? "facts";
  const knownAt = place.query.get("known_at") ?? "";
  const found = useAsked<Entity>(
    (signal) => get(`/v1/entities/${part(name)}`, { known_at: knownAt, limit: FEW }, signal),
    [name, knownAt, turn],
  );
  return (
    <Shown top of={found} choose={(id) => go(to("thing", [id]))}>
      {(entity) => {
        const main = entity.classes[0] ?? "";
        const stale = Object.entries(entity.records).filter(([, p]) => p.stale);
        const trouble = entity.warnings.length + stale.length;
        return (
          <article class="thing-view">
            <Head
              title={
                <span class="titled">
                  <Tile of={main} large />
                  {entity.title}
                </span>
              }
              lead={
                <>
                  {entity.classes.map((c) => words.label(c)).join(", ")} · <code>{entity.id}</code>
                  {entity.aliases.length > 0 && <> · also known as {entity.aliases.join(", ")}</>}
                </>
              }
            >
              {may("ask") && (
                <>
                  <a class="button primary" href={to("impact", [], { start: [entity.id] })}>
                    <Icon of="impact" /> If it fails
                  </a>
                  <a class="button" href={to("what-if", ["new"], { of: entity.id })}>
                    <Icon of="whatif" /> What if
                  </a>
                </>
              )}
              <a class="button" href={to("explore", [], { start: [entity.id] })}>
                <Icon of="explore" /> Explore
              </a>
            </Head>
            {knownAt && (
              <Note>
                As it was recorded at version {entity.version}. <a href={to("thing", [entity.id])}>As it is now</a>
              </Note>
            )}
            <Tabs
              label={`About ${entity.title}`}
              chosen={tab}
              tabs={[
                { id: "facts", text: "Facts", href: to("thing", [name], { known_at: knownAt }) },
                { id: "history", text: "History", href: to("thing", [name], { tab: "history" }) },
                ...(may("ask") ? [{ id: "alike", text: "Alike", href: to("thing", [name], { tab: "alike" }) }] : []),
                { id: "trouble", text: "What is wrong", href: to("thing", [name], { tab: "trouble" }), count: trouble || null },
              ]}
            />
            {tab === "history" ? (
              <HistoryOf entity={entity} />
            ) : tab === "alike" ? (
              <AlikeTo entity={entity} />
            ) : tab === "trouble" ? (
              <TroubleOf entity={entity} />
            ) : (
              <Facts entity={entity} />
            )}
          </article>
        );
      }}
    </Shown>
  );
}

function rowsOf(entity: Entity, ids: readonly string[]): RecordRow[] {
  return ids.map((id) => {
    const place = entity.records[id];
    const parts = partsOf(id);
    return {
      id, ...parts, kind: place?.kind ?? "source", stale: place?.stale ?? false, file: place?.file || null, row: place?.row ?? null,
    };
  });
}

function self(entity: Entity): Thing {
  return { id: entity.id, class: entity.classes[0] ?? "", title: entity.title };
}

function Facts({ entity }: { entity: Entity }) {
  const { words } = useCompany();
  const called = new Set(entity.classes.map((c) => words.class(c)?.title));
  const names = Object.keys(entity.values).sort((a, b) => Number(called.has(b)) - Number(called.has(a)));
  const currencyOf = (name: string): string | null => {
    const sibling = words.property(entity.classes, name)?.currency;
    const held = sibling ? entity.values[sibling]?.value : null;
    return typeof held === "string" ? held : null;
  };
  const save = () =>
    saveCsv(
      `${entity.title}.csv`,
      ["What", "Value", "Record", "File", "Row"],
      names.map((n) => {
        const held = entity.values[n];
        const first = held?.records[0] ?? "";
        const text = Array.isArray(held?.value) ? held.value.join("; ") : held?.value;
        return [words.property(entity.classes, n)?.label ?? n, String(text ?? ""), first, entity.records[first]?.file, entity.records[first]?.row];
      }),
    );
  const byRole = new Map<string, RelationOf[]>();
  for (const relation of entity.relations) byRole.set(relation.role, [...(byRole.get(relation.role) ?? []), relation]);
  return (
    <div class="facts-grid">
      <section class="card" aria-labelledby="values">
        <header class="card-head">
          <h2 id="values">What is recorded</h2>
          <button type="button" class="button small quiet" onClick={save}>
            <Icon of="down" /> CSV
          </button>
        </header>
        {names.length === 0 && <Empty title="Nothing is recorded of it itself" />}
        <dl class="values">
          {names.map((name) => {
            const held = entity.values[name];
            if (!held) return null;
            const property = words.property(entity.classes, name);
            const shown = value(held.value, property, currencyOf(name));
            return (
              <div key={name} class="value">
                <dt title={property?.comment}>{sentence(property?.label ?? name)}</dt>
                <dd>
                  <span class="shown">{shown}</span>
                  {property?.personal && <span class="tag">personal</span>}
                  <span class="from">
                    {held.records.slice(0, 2).map((r) => (
                      <PlaceLine key={r} id={r} place={entity.records[r]} />
                    ))}
                    {held.records.length > 2 && <span class="quiet">and {held.records.length - 2} more rows say the same</span>}
                  </span>
                  {(held.others ?? []).map((o) => (
                    <span key={o.record} class="other">
                      <b>≠ {value(o.value, property, currencyOf(name))}</b>
                      <PlaceLine id={o.record} place={entity.records[o.record]} />
                    </span>
                  ))}
                  <WrongButton
                    about={{ entity: self(entity), property: { text: property, name, shown }, records: rowsOf(entity, held.records) }}
                  />
                </dd>
              </div>
            );
          })}
        </dl>
      </section>
      <section class="relations" aria-label="What it hangs together with">
        {[...byRole].map(([role, list]) => (
          <RoleOf key={role} entity={entity} role={role} first={list} total={entity.totals[role] ?? list.length} />
        ))}
        {byRole.size === 0 && <Empty title="It stands alone" sign="explore"><p>No relation of it is recorded.</p></Empty>}
      </section>
    </div>
  );
}

function RoleOf({ entity, role, first, total }: { entity: Entity; role: string; first: readonly RelationOf[]; total: number }) {
  const { words } = useCompany();
  const [more, setMore] = useState<{ list: readonly RelationOf[]; records: Record<string, PlaceOf> } | null>(null);
  const list = more?.list ?? first;
  const held = more ? { ...entity, records: { ...entity.records, ...more.records } } : entity;
  const relation = words.role(entity.classes, role);
  const load = () => {
    void get<Entity>(`/v1/entities/${part(entity.id)}`, { limit: Math.min(1000, total) }).then((all) =>
      setMore({ list: all.relations.filter((r) => r.role === role), records: all.records }),
    );
  };
  return (
    <section class="card role">
      <header class="card-head">
        <h2>
          {sentence(first[0]?.label ?? role)} <span class="count">{count(total)}</span>
        </h2>
        {relation?.impact && <span class="tag spread">failure spreads</span>}
      </header>
      <ul>
        {list.map((r) => (
          <li key={r.id}>
            <div class="line">
              <ThingLink thing={r.other} bare={relation?.to === r.other.class} />
              {Object.entries(r.values)
                .filter(([n, v]) => !TECHNICAL.has(n) && v !== null)
                .map(([n, v]) => (
                  <span key={n} class="extra">
                    {n.replaceAll("_", " ")} <b>{typeof v === "string" ? trimmed(v) : value(v)}</b>
                  </span>
                ))}
              {(r.valid_from ?? r.valid_to) && (
                <span class="extra">
                  {r.valid_from && `from ${day(r.valid_from)}`} {r.valid_to && `until ${day(r.valid_to)}`}
                </span>
              )}
            </div>
            <div class="line under">
              <span class="from">
                {r.records.slice(0, 1).map((id) => (
                  <PlaceLine key={id} id={id} place={held.records[id]} />
                ))}
              </span>
              <WrongButton
                about={{
                  entity: self(entity),
                  relation: { id: r.id, name: r.relation, label: r.label, other: r.other, role },
                  records: rowsOf(held, r.records),
                }}
              />
            </div>
          </li>
        ))}
      </ul>
      {total > list.length && (
        <button type="button" class="link" onClick={load}>
          Show {total > 1000 ? "1,000 of" : "all"} {count(total)}
        </button>
      )}
    </section>
  );
}

function HistoryOf({ entity }: { entity: Entity }) {
  const { words, turn } = useCompany();
  const history = useAsked<History>((signal) => get(`/v1/history/${part(entity.id)}`, {}, signal), [entity.id, turn]);
  const runs = new Map(Object.values(entity.records).map((p) => [p.run, p]));
  return (
    <div class="history">
      <Shown of={history}>
        {({ changes }) =>
          changes.length === 0 ? (
            <Empty title="It has not changed since it was first recorded" sign="clock" />
          ) : (
            <ol class="timeline">
              {changes.map((c) => (
                <li key={c.until}>
                  <p class="when">
                    <b>{instant(c.at)}</b> {c.run && <a href={to("runs", [], { run: c.run })}>{c.run}</a>}{" "}
                    <a href={to("thing", [entity.id], { known_at: c.since })}>as it was before</a>
                  </p>
                  <ul>
                    {Object.keys(c.values).map((n) => {
                      const property = words.property(entity.classes, n);
                      return (
                        <li key={n}>
                          {sentence(property?.label ?? n)}: <del>{value(c.values[n] ?? null, property)}</del> →{" "}
                          <ins>{value(c.became[n] ?? null, property)}</ins>
                        </li>
                      );
                    })}
                  </ul>
                </li>
              ))}
            </ol>
          )
        }
      </Shown>
      <section class="card">
        <h2>The runs that its records come from</h2>
        <ul class="plain">
          {[...runs].map(([run, place]) => (
            <li key={run}>
              <a href={to("runs", [], { run })}>{run}</a>{" "}
              <span class="quiet">
                {instant(place.recorded)}, {place.agent}
                {place.because && `: ${place.because}`}
              </span>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

/** What could stand in for it, what is like it, and why. */
function AlikeTo({ entity }: { entity: Entity }) {
  const { turn } = useCompany();
  const replaceable = entity.classes.some((c) => c === "Product" || c === "Supplier");
  const substitutes = useAsked<Similar>(
    replaceable ? (signal) => get("/v1/substitutes", { thing: entity.id, limit: 8 }, signal) : null,
    [entity.id, turn],
  );
  const alike = useAsked<Similar>((signal) => get("/v1/similar", { thing: entity.id, limit: 8 }, signal), [entity.id, turn]);
  return (
    <>
      {replaceable && (
        <section class="card">
          <h2>What could stand in for it</h2>
          <Shown of={substitutes}>{(found) => <AlikeList list={found.similar} notes={found.notes} none="Nothing that is recorded could." />}</Shown>
        </section>
      )}
      <section class="card">
        <h2>What is like it</h2>
        <Shown of={alike}>{(found) => <AlikeList list={found.similar} notes={found.notes} none="Nothing hangs together with the same things." />}</Shown>
      </section>
    </>
  );
}

function AlikeList({ list, notes, none }: { list: Similar["similar"]; notes: readonly string[]; none: string }) {
  return (
    <>
      {list.length === 0 && <p class="quiet">{none}</p>}
      <ul class="hits">
        {list.map((s) => (
          <li key={s.id}>
            <div>
              <ThingLink thing={s} bare />
              <p class="quiet small">
                {[s.because, ...s.facts].filter((t) => t).join("; ")}
              </p>
            </div>
            <Bar share={s.score} label={`Alike ${percent(s.score)}`} />
          </li>
        ))}
      </ul>
      {notes.map((n, i) => (
        <Note key={i}>{n}</Note>
      ))}
    </>
  );
}

function TroubleOf({ entity }: { entity: Entity }) {
  const { may } = useCompany();
  const stale = Object.entries(entity.records).filter(([, p]) => p.stale);
  const tables = [...new Set(stale.map(([id]) => `${partsOf(id).source}.${partsOf(id).table}`))];
  const aside = useAsked<AsideRow[]>(
    tables.length && may("review")
      ? async (signal) => {
          const all = await Promise.all(
            tables.map((source) => get<{ rows: AsideRow[] }>("/v1/quarantine", { source, limit: 1000 }, signal)),
          );
          return all.flatMap((a) => a.rows).filter((r) => r.record !== null && r.record in entity.records);
        }
      : null,
    [entity.id, tables.join()],
  );
  if (entity.warnings.length === 0 && stale.length === 0) {
    return (
      <Empty title="Nothing is known to be wrong with it" sign="check">
        <p>No rule is broken, and none of its rows is set aside. If you know better: “This is wrong” stands at each fact.</p>
      </Empty>
    );
  }
  return (
    <>
      {entity.warnings.map((w, n) => (
        <Note key={n} kind="warning">
          {w.messages["en"] ?? w.rule}
          {w.value !== null && <> ({w.path}: {w.value})</>}
        </Note>
      ))}
      {stale.length > 0 && (
        <section class="card">
          <h2>{plural(stale.length, "row")} with a newer version that is set aside</h2>
          <ul class="plain">
            {(aside.data ?? []).map((r) => (
              <li key={r.id}>
                {r.file} row {r.row}: {r.reason} <a href={to("checks", ["aside"], { source: `${r.source}.${r.table}`, row: r.id })}>Mend it</a>
              </li>
            ))}
            {aside.data === null && stale.map(([id, p]) => <li key={id}><PlaceLine id={id} place={p} /></li>)}
          </ul>
        </section>
      )}
    </>
  );
}
