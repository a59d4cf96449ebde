/** What is affected if something fails: totals, who, through what, and when. */

import { useMemo, useState } from "preact/hooks";
import { post, Problem } from "../api.ts";
import { useAsked, useCompany } from "../company.tsx";
import { saveCsv } from "../export.ts";
import { Bar, Empty, Field, Head, Note, Select, Shown, Tabs, ThingLink, Tile } from "../parts/basics.tsx";
import { Chart, colour, type Drawing } from "../parts/chart.tsx";
import { Icon } from "../parts/icon.tsx";
import { PathView } from "../parts/path.tsx";
import { Picker } from "../parts/picker.tsx";
import { RecordLines } from "../parts/records.tsx";
import { go, to, type Place, type Values } from "../route.ts";
import type { Affected, Impact, ReportLine, Thing } from "../wire.ts";
import { count, day, days, decimal, hue, money, percent, plural, roundMoney, sentence } from "../words.ts";

const SENSES = [
  ["reach", "Everything it reaches"],
  ["strongest", "How strongly, at best path"],
  ["expected", "How much in total"],
  ["probability", "How likely"],
  ["earliest", "When first"],
  ["delayed", "Delayed by a failure that ends"],
  ["requires", "What can no longer be done"],
] as const;

const SENSE_HINTS: Record<string, string> = {
  reach: "All that a failure can be felt by, however weakly.",
  strongest: "By the strongest way that leads there.",
  expected: "Over all ways together.",
  probability: "By all ways together, as chances.",
  earliest: "By the quickest way: the day on which it can first be felt.",
  delayed: "It comes back after some days; what has slack is spared.",
  requires: "Only what has no other way: a second supplier keeps it going.",
};

export function ImpactView({ place }: { place: Place }) {
  const starts = place.query.getAll("start");
  return starts.length === 0 ? <Begin /> : <Found place={place} starts={starts} />;
}

function Begin() {
  return (
    <>
      <Head title="What if it fails?" lead="Choose a supplier, a part, a machine, a person: see who is affected, when, for how much money, and through what." />
      <div class="card begin">
        <Picker label="What fails" chosen={(t) => go(to("impact", [], { start: [t.id] }))} typed={(text) => go(to("impact", [], { start: [text] }))} />
      </div>
    </>
  );
}

/** Listed in all, and shown before one asks for more. */
const LISTED = 200;
const SHOWN = 50;

function Found({ place, starts }: { place: Place; starts: string[] }) {
  const { words, turn, say, may } = useCompany();
  const q = place.query;
  const semantics = q.get("semantics") ?? "reach";
  const view = q.get("view") ?? "list";
  const toClasses = q.getAll("to");
  const lasts = Number(q.get("days") ?? 0);
  const current: Values = {
    start: starts, to: toClasses, semantics: semantics === "reach" ? "" : semantics, depth: q.get("depth") ?? "",
    valid_at: q.get("valid_at") ?? "", known_at: q.get("known_at") ?? "", towards: q.get("towards") ?? "",
    days: q.get("days") ?? "", view: view === "list" ? "" : view, thing: q.get("thing") ?? "",
  };
  const move = (change: Values, replace = false) => go(to("impact", [], { ...current, ...change }), replace);
  const body = {
    starts: lasts > 0 ? starts.map((entity) => ({ entity, days: lasts })) : starts,
    semantics,
    to: toClasses,
    towards: q.get("towards") || "downstream",
    ...(q.get("depth") ? { depth: Number(q.get("depth")) } : {}),
    ...(q.get("valid_at") ? { valid_at: q.get("valid_at") } : {}),
    ...(q.get("known_at") ? { known_at: q.get("known_at") } : {}),
  };
  const asked = JSON.stringify(body);
  const impact = useAsked<Impact>((signal) => post("/v1/impact", { ...body, limit: LISTED, paths: 3 }, signal), [asked, turn]);
  const all = useAsked<Impact>(
    toClasses.length > 0 ? (signal) => post("/v1/impact", { ...body, to: [], limit: 0, paths: 0 }, signal) : null,
    [asked, turn],
  );
  const keep = async () => {
    try {
      const made = await post<ReportLine>("/v1/reports", { kind: "impact", question: { ...body, limit: LISTED, paths: 2 } });
      go(to("reports", [made.id]));
    } catch (error) {
      say(error instanceof Problem ? `${error.message}: ${error.detail}` : "It could not be kept.");
    }
  };
  const choose = (id: string) => move({ start: starts.length === 1 ? [id] : [...starts.slice(0, -1), id] }, true);
  return (
    <Shown top of={impact} what="Following what it reaches" choose={choose}>
      {(found) => (
        <>
          <Head
            title={<StartsTitle starts={found.starts} towards={body.towards} lasts={lasts} />}
            lead={
              <>
                {plural(found.found, "thing")} {body.towards === "upstream" ? "could affect it" : "affected"}, as of {day(found.as_of)}, graph version {found.version}
                {!found.complete && " (not complete: something was cut off)"}
              </>
            }
          >
            {may("ask") && (
              <button type="button" class="button" onClick={() => void keep()}>
                <Icon of="keep" /> Keep
              </button>
            )}
            <button type="button" class="button" onClick={() => saveAll(found)}>
              <Icon of="down" /> CSV
            </button>
          </Head>
          <Options q={q} starts={found.starts} semantics={semantics} move={move} />
          {found.assumed_inputs > 0 && (
            <Note kind="warning">{plural(found.assumed_inputs, "row")} behind this {found.assumed_inputs === 1 ? "is an assumption" : "are assumptions"}, not data.</Note>
          )}
          {found.notes.map((n, i) => (
            <Note key={i}>{n}</Note>
          ))}
          <TotalsView
            impact={all.data ?? found}
            chosen={toClasses}
            address={(c) => to("impact", [], { ...current, to: toClasses.includes(c) ? toClasses.filter((t) => t !== c) : [c], thing: "" })}
          />
          {found.found === 0 ? (
            <Empty title="Nothing that is recorded is affected" sign="check">
              <p>
                {toClasses.length > 0 ? "No such thing is reached. " : ""}
                {q.get("valid_at") !== "any" && (
                  <>
                    Only relations that hold on {day(found.valid_at)} were followed. <a href={to("impact", [], { ...current, valid_at: "any" })}>Follow those of all time</a>
                  </>
                )}
              </p>
            </Empty>
          ) : (
            <>
              <Tabs
                label="Ways to look at it"
                chosen={view}
                tabs={[
                  { id: "list", text: "Who", href: to("impact", [], { ...current, view: "" }) },
                  { id: "timeline", text: "When", href: to("impact", [], { ...current, view: "timeline" }) },
                ]}
              />
              {view === "timeline" ? (
                <Timeline body={body} impact={found} />
              ) : (
                <Listed impact={found} chosen={q.get("thing") ?? ""} pick={(id) => move({ thing: id }, true)} label={(c) => words.label(c)} />
              )}
            </>
          )}
        </>
      )}
    </Shown>
  );
}

function StartsTitle({ starts, towards, lasts }: { starts: readonly Thing[]; towards: string; lasts: number }) {
  const names = starts.map((s) => s.title).join(" and ");
  if (towards === "upstream") return <>What could affect {names}</>;
  return (
    <>
      If {names} {starts.length > 1 ? "fail" : "fails"}
      {lasts > 0 && <> for {plural(lasts, "day")}</>}
    </>
  );
}

function Options({ q, starts, semantics, move }: {
  q: URLSearchParams;
  starts: readonly Thing[];
  semantics: string;
  move: (change: Values) => void;
}) {
  const { words } = useCompany();
  const ids = starts.map((s) => s.id);
  const changed = ["depth", "valid_at", "known_at", "towards", "days"].filter((n) => q.get(n)).length + (semantics === "reach" ? 0 : 1);
  const classes = words.all.map((c) => [c.name, sentence(c.plural)] as const).sort((a, b) => a[1].localeCompare(b[1]));
  return (
    <details class="options card" open={changed > 0}>
      <summary>
        <Icon of="choose" /> Options {changed > 0 && <span class="count">{changed}</span>}
        <span class="chips">
          {starts.map((s) => (
            <span key={s.id} class="chip">
              <Tile of={s.class} /> {s.title}
              {starts.length > 1 && (
                <button type="button" aria-label={`Leave out ${s.title}`} onClick={(e) => { e.preventDefault(); move({ start: ids.filter((i) => i !== s.id) }); }}>
                  <Icon of="close" />
                </button>
              )}
            </span>
          ))}
        </span>
      </summary>
      <div class="fields">
        <Picker label="And what else fails" placeholder="Add another" chosen={(t) => move({ start: [...new Set([...ids, t.id])] })} />
        <Select label="In which sense" value={semantics} options={SENSES} hint={SENSE_HINTS[semantics] ?? ""} change={(v) => move({ semantics: v === "reach" ? "" : v, ...(v === "delayed" && !q.get("days") ? { days: "21" } : {}) })} />
        <Select label="Only report" value={q.getAll("to")[0] ?? ""} options={[["", "Everything"], ...classes]} change={(v) => move({ to: v ? [v] : [], thing: "" })} />
        <Select label="Direction" value={q.get("towards") ?? ""} options={[["", "What it affects"], ["upstream", "What could affect it"]]} change={(v) => move({ towards: v })} />
        <Field label="How many steps at most">
          {(p) => <input {...p} type="number" min={1} max={1000} placeholder="no bound" value={q.get("depth") ?? ""} onChange={(e) => move({ depth: e.currentTarget.value })} />}
        </Field>
        <Field label="It lasts, in days">
          {(p) => <input {...p} type="number" min={1} max={36525} placeholder="until further notice" value={q.get("days") ?? ""} onChange={(e) => move({ days: e.currentTarget.value })} />}
        </Field>
        <Field label="Relations that hold on">
          {(p) => (
            <span class="joined">
              <input {...p} type="date" value={q.get("valid_at") === "any" ? "" : (q.get("valid_at") ?? "")} onChange={(e) => move({ valid_at: e.currentTarget.value })} />
              <label class="check">
                <input type="checkbox" checked={q.get("valid_at") === "any"} onChange={(e) => move({ valid_at: e.currentTarget.checked ? "any" : "" })} /> any time
              </label>
            </span>
          )}
        </Field>
        <Field label="As it was recorded on">
          {(p) => <input {...p} type="date" value={(q.get("known_at") ?? "").slice(0, 10)} onChange={(e) => move({ known_at: e.currentTarget.value })} />}
        </Field>
      </div>
    </details>
  );
}

/** All that is affected, by kind: how many, how much money, from when on. */
export function TotalsView({ impact, chosen = [], address }: { impact: Impact; chosen?: readonly string[]; address: (className: string) => string }) {
  return (
    <ul class="totals" aria-label="Affected, by kind">
      {impact.totals.map((t) => {
        const amounts = Object.entries(t.amounts);
        return (
          <li key={t.class}>
            <a href={address(t.class)} class={`total hue-${hue(t.class)}`} aria-current={chosen.includes(t.class) ? "true" : undefined}>
              <span class="n">{count(t.count)}</span>
              <span class="label">{t.label}</span>
              {amounts.map(([c, a]) => (
                <span key={c} class="money" title={money(a, c)}>
                  {roundMoney(a, c)}
                </span>
              ))}
              <span class="when">
                {t.first_on ? `from ${day(t.first_on)}` : ""}
                {t.past > 0 && <span title="Due, or done, before they could be affected">{t.past === t.count ? "all" : count(t.past)} done before</span>}
              </span>
            </a>
          </li>
        );
      })}
    </ul>
  );
}

function Listed({ impact, chosen, pick, label }: {
  impact: Impact;
  chosen: string;
  pick: (id: string) => void;
  label: (className: string) => string;
}) {
  const { words } = useCompany();
  const scored = impact.semantics !== "reach";
  const most = Math.max(...impact.affected.map((a) => a.score), 1e-9);
  const shown = impact.affected.find((a) => a.entity.id === chosen) ?? null;
  const [rows, setMost] = useState(SHOWN);
  const due = impact.affected.some((a) => a.when !== null);
  const stake = impact.affected.some((a) => a.amount !== null);
  return (
    <div class={`split${shown ? " open" : ""}`}>
      <div class="card scroll">
        <table class="ranked">
          <caption class="unseen">Affected things, best first</caption>
          <thead>
            <tr>
              <th scope="col">Affected</th>
              {scored && <th scope="col">{SCORES[impact.semantics] ?? "Score"}</th>}
              <th scope="col">Felt</th>
              {due && <th scope="col">Due</th>}
              {stake && (
                <th scope="col" class="number">
                  At stake
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {impact.affected.slice(0, rows).map((a) => (
              <tr key={a.entity.id} class={a.entity.id === chosen ? "chosen" : ""}>
                <td>
                  <button type="button" class="thing" aria-pressed={a.entity.id === chosen} onClick={() => pick(a.entity.id === chosen ? "" : a.entity.id)}>
                    <Tile of={a.entity.class} />
                    <span class="name">{a.entity.title}</span>
                    <span class="kind">
                      {words.label(a.entity.class)}, {plural(a.hops, "step")}
                    </span>
                  </button>
                </td>
                {scored && (
                  <td>
                    <Score of={a} semantics={impact.semantics} most={most} />
                  </td>
                )}
                <td title={a.earliest_on ?? ""}>{a.earliest_on ? day(a.earliest_on) : days(a.earliest_days)}</td>
                {due && <td>{day(a.when)}</td>}
                {stake && <td class="number">{a.amount !== null ? money(a.amount, a.currency) : ""}</td>}
              </tr>
            ))}
          </tbody>
        </table>
        {impact.affected.length > rows && (
          <button type="button" class="link" onClick={() => setMost(LISTED)}>
            Show {count(impact.affected.length)}
          </button>
        )}
        {impact.found > impact.listed && (
          <p class="under quiet">
            The first {count(impact.listed)} of {count(impact.found)}. The totals count all; choose a kind above to see only that.
          </p>
        )}
      </div>
      {shown && (
        <aside class="card detail" aria-label={`Why ${shown.entity.title} is affected`}>
          <header class="card-head">
            <h2>
              <ThingLink thing={shown.entity} bare />
            </h2>
            <button type="button" class="icon" aria-label="Close" onClick={() => pick("")}>
              <Icon of="close" />
            </button>
          </header>
          <p class="quiet">
            {sentence(label(shown.entity.class))}, felt {days(shown.earliest_days)}
            {shown.earliest_on && ` (${day(shown.earliest_on)})`}
            {shown.when && `, due ${day(shown.when)}`}
            {shown.amount !== null && `, ${money(shown.amount, shown.currency)}`}
          </p>
          {shown.note && <Note>{shown.note}</Note>}
          <RecordLines records={shown.records} most={2} />
          {shown.paths.map((p, n) => (
            <section key={n}>
              <h3>{n === 0 ? "Through" : `Also through (${n + 1})`}</h3>
              <PathView path={p} />
            </section>
          ))}
          {shown.paths.length === 0 && <p class="quiet">No single path was kept for it.</p>}
        </aside>
      )}
    </div>
  );
}

const SCORES: Record<string, string> = {
  strongest: "How strongly", expected: "How much", probability: "How likely", earliest: "Days", delayed: "Days late", requires: "Lost",
};

function Score({ of, semantics, most }: { of: Affected; semantics: string; most: number }) {
  const text = semantics === "probability" || semantics === "strongest" ? percent(of.score) : decimal(Number(of.score.toFixed(1)));
  return (
    <span class="score">
      <Bar share={of.score / most} label={text} />
      {text}
    </span>
  );
}

function saveAll(found: Impact): void {
  saveCsv(
    `impact ${found.starts.map((s) => s.title).join(" ")}.csv`,
    ["Affected", "Kind", "Id", "Score", "Felt after days", "Felt on", "Due", "At stake", "Currency", "Steps", "Through"],
    found.affected.map((a) => [
      a.entity.title, a.entity.class, a.entity.id, a.score, a.earliest_days, a.earliest_on, a.when, a.amount, a.currency, a.hops,
      a.paths[0]?.sentence,
    ]),
  );
}

const WEEK = 7 * 24 * 3600 * 1000;
const FEW = 26;

/** When it is felt: how many things, and how much money is due after it is felt. */
function Timeline({ body, impact }: { body: Record<string, unknown>; impact: Impact }) {
  const { words } = useCompany();
  const [by, setBy] = useState<"felt" | "due">("felt");
  const all = useAsked<Impact>(
    (signal) => post("/v1/impact", { ...body, limit: 5000, paths: 0 }, signal),
    [JSON.stringify(body), impact.version],
  );
  const drawing = useMemo(() => (all.data ? drawn(all.data, by, (c) => words.plural(c)) : null), [all.data, by, words]);
  return (
    <Shown of={all} what="Laying it out in time">
      {(found) =>
        drawing === null || drawing.labels.length === 0 ? (
          <Empty title="Nothing of this has a date" sign="clock" />
        ) : (
          <section class="card">
            <div class="row">
              <Select label="Counted by" value={by} options={[["felt", "the week it can first be felt"], ["due", "the week it is due"]]} change={(v) => setBy(v as "felt" | "due")} />
            </div>
            <Chart drawing={drawing} title={by === "felt" ? "Things by the week in which it can first be felt" : "Things by the week in which they are due"} name="impact-timeline" height={320} />
            {found.found > found.listed && <p class="quiet">Of {count(found.found)} things the first {count(found.listed)} are drawn.</p>}
          </section>
        )
      }
    </Shown>
  );
}

function drawn(found: Impact, by: "felt" | "due", name: (c: string) => string): Drawing {
  const dated = found.affected
    .map((a) => ({ a, at: by === "felt" ? a.earliest_on : a.when }))
    .filter((d): d is { a: Affected; at: string } => d.at !== null);
  if (dated.length === 0) return { labels: [], series: [], format: String };
  const week = (text: string) => Math.floor((Date.parse(text) / WEEK) + 3 / 7);
  const first = Math.min(...dated.map((d) => week(d.at)));
  const last = Math.max(...dated.map((d) => week(d.at)));
  const step = Math.max(1, Math.ceil((last - first + 1) / FEW));
  const n = Math.floor((last - first) / step) + 1;
  const labels = Array.from({ length: n }, (_, i) => day(new Date((first + i * step) * WEEK - 3 * WEEK / 7).toISOString()));
  const sums = new Map<string, number[]>();
  for (const { a, at } of dated) {
    const row = sums.get(a.entity.class) ?? Array.from({ length: n }, () => 0);
    const place = Math.floor((week(at) - first) / step);
    row[place] = (row[place] ?? 0) + 1;
    sums.set(a.entity.class, row);
  }
  const ranked = [...sums].sort((x, y) => total(y[1]) - total(x[1]));
  const rest = ranked.slice(6);
  const series = ranked.slice(0, 6).map(([c, values], i) => ({ name: sentence(name(c)), values, colour: colour(`--series-${i}`) }));
  if (rest.length > 0) {
    const values = Array.from({ length: n }, (_, i) => rest.reduce((sum, [, v]) => sum + (v[i] ?? 0), 0));
    series.push({ name: "Others", values, colour: colour("--series-rest") });
  }
  return { labels, series, stacked: true, format: (v) => count(v) };
}

function total(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
