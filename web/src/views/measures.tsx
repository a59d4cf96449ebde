/** Measures: which figures there are, what each thing has, what is not known, and why a value is what it is. */

import { useMemo, useState } from "preact/hooks";
import { get, part } from "../api.ts";
import { useAsked, useCompany } from "../company.tsx";
import { saveCsv } from "../export.ts";
import { Dialog, Empty, Field, Head, Note, Select, Shown, ThingLink } from "../parts/basics.tsx";
import { Chart, colour, type Drawing } from "../parts/chart.tsx";
import { Called } from "../parts/called.tsx";
import { Icon } from "../parts/icon.tsx";
import { Picker } from "../parts/picker.tsx";
import { RecordLines } from "../parts/records.tsx";
import { go, to, type Place } from "../route.ts";
import type { MeasureText, MeasureValue, MeasureValues, Trace } from "../wire.ts";
import { count, day, decimal, instant, money, plural, sentence, trimmed, unitText } from "../words.ts";

export function Measures({ place }: { place: Place }) {
  const name = place.rest[0];
  return name ? <One key={name} name={name} place={place} /> : <List place={place} />;
}

interface Listed {
  measures: MeasureText[];
  withheld: string[];
}

function List({ place }: { place: Place }) {
  const { words, turn } = useCompany();
  const wanted = (place.query.get("q") ?? "").toLowerCase();
  const found = useAsked<Listed>((signal) => get("/v1/measures", {}, signal), [turn]);
  return (
    <>
      <Head title="Measures" lead="Figures that are worked out from the records, by formulas that anyone can read. Nothing is edited here: your own stand in measures/*.yaml of the project folder." />
      <Shown of={found}>
        {({ measures, withheld }) => {
          const shown = measures.filter((m) => [m.name, m.label, m.description, m.formula].some((t) => t.toLowerCase().includes(wanted)));
          const groups = new Map<string, MeasureText[]>();
          for (const m of shown) groups.set(m.class, [...(groups.get(m.class) ?? []), m]);
          return (
            <>
              <div class="row filters">
                <Field label="Containing">
                  {(p) => <input {...p} type="search" value={place.query.get("q") ?? ""} placeholder="such as: margin" onInput={(e) => go(to("measures", [], { q: e.currentTarget.value }), true)} />}
                </Field>
                <p class="quiet">
                  {plural(shown.length, "measure")}
                  {withheld.length > 0 && "; those that rest on what is withheld from you are left out"}
                </p>
              </div>
              {shown.length === 0 && <Empty title="No measure is called that" sign="measures" />}
              <div class="list">
                {[...groups].map(([owner, list]) => (
                  <section key={owner} class="card">
                    <h2>{sentence(words.plural(owner))}</h2>
                    <ul class="measures">
                      {list.map((m) => (
                        <li key={m.name}>
                          <a href={to("measures", [m.name])}>{sentence(m.label)}</a>
                          {!m.shipped && <span class="tag">your own</span>}
                          {m.over && <span class="tag">by {m.over}</span>}
                          {m.description && <p class="quiet">{m.description}</p>}
                          <code class="formula">{m.formula}</code>
                        </li>
                      ))}
                    </ul>
                  </section>
                ))}
              </div>
            </>
          );
        }}
      </Shown>
    </>
  );
}

const ORDERS = [
  ["worst", "worst first"],
  ["largest", "largest first"],
  ["smallest", "smallest first"],
] as const;
const DRAWN = 12;
const LISTED = 200;

function One({ name, place }: { name: string; place: Place }) {
  const { words, turn } = useCompany();
  const q = place.query;
  const order = q.get("order") ?? "worst";
  const asOf = q.get("as_of") ?? "";
  const only = q.get("entity") ?? "";
  const list = useAsked<Listed>((signal) => get("/v1/measures", {}, signal), [turn]);
  const found = useAsked<MeasureValues>(
    (signal) => get(`/v1/measures/${part(name)}`, { order, as_of: asOf, entity: only, limit: LISTED }, signal),
    [name, order, asOf, only, turn],
  );
  const measure = list.data?.measures.find((m) => m.name === name);
  const owner = name.split(".")[0] ?? "";
  const move = (change: Record<string, string>) => go(to("measures", [name], { order: order === "worst" ? "" : order, as_of: asOf, entity: only, period: q.get("period") ?? "", ...change }));
  return (
    <Shown top of={found} what="Working it out">
      {(values) => (
        <>
          <Head
            title={sentence(values.label)}
            lead={
              <>
                of {words.plural(owner)}, reckoned on {day(values.as_of)}, graph version {values.version}
              </>
            }
          >
            <a class="button" href={to("measures")}>
              All measures
            </a>
          </Head>
          <section class="card about-measure">
            {measure?.description && <p>{measure.description}</p>}
            <code class="formula">{values.formula}</code>
            <p class="quiet small">
              {unitText(values.unit) && <>In {unitText(values.unit)}. </>}
              {values.unit === "money" && <>An amount of money. </>}
              {measure?.better && <>{sentence(measure.better)} is better. </>}
              {measure && !measure.shipped && <>A measure of your own. </>}
              {measure && measure.uses.length > 0 && (
                <>
                  Rests on{" "}
                  {measure.uses.map((u, n) => (
                    <>
                      {n > 0 && ", "}
                      <a href={to("measures", [u])}>{u}</a>
                    </>
                  ))}
                  .
                </>
              )}
            </p>
          </section>
          <div class="row filters measure-filters">
            <div class="grow">
              {only ? (
                <p>
                  Only one thing. <button type="button" class="link" onClick={() => move({ entity: "" })}>Show all</button>
                </p>
              ) : (
                <Picker label={`Only of one ${words.label(owner)}`} class={owner} chosen={(t) => move({ entity: t.id })} />
              )}
            </div>
            <Select label="Order" value={order} options={ORDERS} change={(v) => move({ order: v === "worst" ? "" : v })} />
            <Field label="As of">{(p) => <input {...p} type="date" value={asOf} onChange={(e) => move({ as_of: e.currentTarget.value })} />}</Field>
          </div>
          {values.found > 0 && <Known values={values} />}
          <Rows values={values} period={q.get("period") ?? ""} choose={(p) => move({ period: p })} />
        </>
      )}
    </Shown>
  );
}

/** What is known of it, and what is not. */
function Known({ values }: { values: MeasureValues }) {
  const causes = new Map<string, { text: string; cells: number; begins: string[] }>();
  for (const c of values.causes) {
    const held = causes.get(c.text) ?? { text: c.text, cells: 0, begins: [] };
    causes.set(c.text, { ...held, cells: held.cells + c.cells, begins: [...held.begins, c.entity] });
  }
  const dated = values.off_axis.before + values.off_axis.after + values.off_axis.undated;
  return (
    <>
      <ul class="totals" aria-label="What is known">
        <li>
          <span class="total">
            <span class="n">{count(values.known)}</span>
            <span class="label">known</span>
            {values.periods === null &&
              values.totals.map((t) =>
                Object.entries(t).map(([c, a]) => (
                  <span key={c} class="money">
                    {money(a, c)} in all
                  </span>
                )),
              )}
          </span>
        </li>
        <li>
          <span class="total">
            <span class="n">{count(values.unknown)}</span>
            <span class="label">not known</span>
          </span>
        </li>
        {values.errors > 0 && (
          <li>
            <span class="total">
              <span class="n">{count(values.errors)}</span>
              <span class="label">cannot be worked out</span>
            </span>
          </li>
        )}
      </ul>
      {[...causes.values()].slice(0, 4).map(({ text, cells, begins }) => (
        <Note key={text} kind="warning">
          {count(cells)} of them: {text} It begins at{" "}
          {begins.slice(0, 3).map((id, n) => (
            <>
              {n > 0 && ", "}
              <Called id={id} />
            </>
          ))}
          {begins.length > 3 && ` and ${begins.length - 3} more`}.
        </Note>
      ))}
      {dated > 0 && <Note>{plural(dated, "entry", "entries")} lie outside the time that is looked at, or have no date.</Note>}
    </>
  );
}

function shown(held: MeasureValue | undefined, unit: string): string {
  if (!held || held.state === "unknown") return "not known";
  if (held.state === "error") return "cannot be worked out";
  const found = held.value;
  if (typeof found === "boolean") return found ? "yes" : "no";
  if (found === null || found === undefined) return "not known";
  const text = String(found);
  if (held.currency) return money(trimmed(text), held.currency);
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return day(text);
  if (/^\d{4}-\d{2}-\d{2}T/.test(text)) return instant(text);
  const called = unitText(unit);
  return decimal(trimmed(text)) + (called && /^-?[\d.]+$/.test(text) ? ` ${called}` : "");
}

function plain(held: MeasureValue | undefined): number | null {
  const found = held?.state === "known" && typeof held.value !== "boolean" ? Number(held.value) : NaN;
  return Number.isFinite(found) ? found : null;
}

function Rows({ values, period, choose }: { values: MeasureValues; period: string; choose: (period: string) => void }) {
  const [why, setWhy] = useState<{ id: string; title: string } | null>(null);
  const periods = values.periods ?? [];
  const lastKnown = periods.findLastIndex((_, n) => values.rows.some((r) => r.values[n]?.state === "known"));
  const named = periods.indexOf(period);
  const at = values.periods === null ? 0 : named >= 0 ? named : Math.max(0, lastKnown);
  const drawing = useMemo<Drawing | null>(() => drawn(values, at), [values, at]);
  if (values.rows.length === 0) {
    return (
      <Empty title="Nothing has this figure" sign="measures">
        <p>No thing of that kind is recorded{values.found > 0 && " among those that are looked at"}. Once a source brings some, they are reckoned at once.</p>
      </Empty>
    );
  }
  return (
    <>
      {drawing && (
        <section class="card">
          <Chart drawing={drawing} title={values.periods === null ? values.label : `${values.label} in time`} name={values.measure} height={values.periods === null ? 60 + drawing.labels.length * 30 : 280} />
        </section>
      )}
      <section class="card">
        <header class="card-head">
          <h2>
            Values <span class="count">{count(values.found)}</span>
          </h2>
          <button type="button" class="button small quiet" onClick={() => saveAll(values)}>
            <Icon of="down" /> CSV
          </button>
        </header>
        {periods.length > 0 && (
          <div class="row">
            <Select label="Period" value={periods[at] ?? ""} options={periods.map((p) => [p, p] as const)} change={choose} />
          </div>
        )}
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">Of</th>
                <th scope="col" class="number">
                  {sentence(values.label)}
                </th>
                <th scope="col">
                  <span class="unseen">Why</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {values.rows.map((r) => (
                <tr key={r.entity.id}>
                  <td>
                    <ThingLink thing={r.entity} bare />
                  </td>
                  <td class={`number${r.values[at]?.state === "known" ? "" : " quiet"}`} title={r.values[at]?.error?.text ?? ""}>
                    {shown(r.values[at], values.unit)}
                  </td>
                  <td>
                    <button type="button" class="link" aria-label={`Why ${r.entity.title}?`} onClick={() => setWhy(r.entity)}>
                      Why?
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {values.found > values.rows.length && (
          <p class="under quiet">
            The first {count(values.rows.length)} of {count(values.found)}; counts and sums take all.
          </p>
        )}
      </section>
      {why && <WhyDialog name={values.measure} thing={why} period={periods[at] ?? ""} asOf={values.as_of} close={() => setWhy(null)} />}
    </>
  );
}

function drawn(values: MeasureValues, at: number): Drawing | null {
  const first = values.rows.find((r) => r.values.some((v) => v.state === "known"));
  const currency = first?.values.find((v) => v.currency)?.currency ?? null;
  const format = (v: number) => (currency ? money(v.toFixed(2), currency) : decimal(Number(v.toFixed(2))));
  if (values.periods !== null) {
    const rows = values.rows.filter((r) => r.values.some((v) => plain(v) !== null)).slice(0, 5);
    if (rows.length === 0) return null;
    return {
      labels: values.periods,
      series: rows.map((r, n) => ({ name: r.entity.title, values: r.values.map(plain), colour: colour(`--series-${n}`), kind: "line" as const })),
      format,
    };
  }
  const rows = values.rows.filter((r) => plain(r.values[at]) !== null).slice(0, DRAWN);
  if (rows.length < 2) return null;
  return {
    labels: rows.map((r) => r.entity.title),
    series: [{ name: values.label, values: rows.map((r) => plain(r.values[at])), colour: colour("--accent") }],
    lying: true,
    format,
  };
}

function saveAll(values: MeasureValues): void {
  const periods = values.periods ?? [""];
  saveCsv(
    `${values.measure}.csv`,
    ["Id", "Of", ...periods.map((p) => p || values.label), "Currency"],
    values.rows.map((r) => [r.entity.id, r.entity.title, ...r.values.map((v) => (v.state === "known" ? String(v.value) : v.state)), r.values.find((v) => v.currency)?.currency ?? ""]),
  );
}

/** Why a thing has the value it has: what the formula reads, down to the rows. */
function WhyDialog({ name, thing, period, asOf, close }: {
  name: string;
  thing: { id: string; title: string };
  period: string;
  asOf: string;
  close: () => void;
}) {
  const found = useAsked<Trace>(
    (signal) => get(`/v1/measures/${part(name)}/explain`, { entity: thing.id, period, as_of: asOf }, signal),
    [name, thing.id, period, asOf],
  );
  return (
    <Dialog title={`Why ${thing.title}?`} close={close} wide>
      <div class="body">
        <Shown of={found} what="Looking behind it">
          {(trace) => <TraceView trace={trace} first />}
        </Shown>
      </div>
    </Dialog>
  );
}

const MOST = 30;

function TraceView({ trace, first }: { trace: Trace; first?: boolean }) {
  return (
    <div class="trace">
      <p class={first ? "lead" : ""}>
        {sentence(trace.label)}
        {trace.period && ` in ${trace.period}`}: <b>{shown(trace.value, trace.unit)}</b>
      </p>
      <code class="formula">{trace.formula}</code>
      {trace.value.error && <Note kind="warning">{trace.value.error.text}</Note>}
      {trace.aggregates.length > 0 && (
        <ul class="plain">
          {trace.aggregates.map((a, n) => (
            <li key={n}>
              <code>{a.text}</code> = <b>{shown(a.value, "")}</b>{" "}
              <span class="quiet">
                over {count(a.terms)}
                {a.unknown > 0 && `, ${count(a.unknown)} of them not known`}
              </span>
            </li>
          ))}
        </ul>
      )}
      <ul class="plain operands">
        {trace.operands.slice(0, MOST).map((o, n) => (
          <li key={n}>
            {o.trace ? (
              <details>
                <summary>
                  {sentence(o.label)}: <b>{shown(o.value, o.trace.unit)}</b>
                </summary>
                <TraceView trace={o.trace} />
              </details>
            ) : (
              <>
                {o.entity ? <a href={to("thing", [o.entity.id])}>{sentence(o.label)}</a> : sentence(o.label)}: <b>{shown(o.value, "")}</b>{" "}
                {o.assumed && <span class="flag">assumption</span>} {o.records.length > 0 && <RecordLines records={o.records} most={1} />}
              </>
            )}
          </li>
        ))}
      </ul>
      {(trace.operands.length > MOST || trace.more > 0) && <p class="quiet">and {count(Math.max(0, trace.operands.length - MOST) + trace.more)} more</p>}
    </div>
  );
}
