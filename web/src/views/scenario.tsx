/** One scenario: what it does, in sentences; its amounts as sliders; what is different, and why. */

import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { get, part, post, Problem } from "../api.ts";
import { useAsked, useCompany } from "../company.tsx";
import { saveCsv } from "../export.ts";
import { difference, figure, figureIn, near, numberOf } from "../figure.ts";
import { Empty, Field, Loading, Note, Select, Shown, ThingLink, Trouble, Dialog } from "../parts/basics.tsx";
import { Chart, colour, type Drawing } from "../parts/chart.tsx";
import { Icon } from "../parts/icon.tsx";
import { KeepButton } from "../parts/keep.tsx";
import { Picker } from "../parts/picker.tsx";
import { RecordLines } from "../parts/records.tsx";
import { go, to } from "../route.ts";
import type { Change, Explanation, MeasureText, ScenarioRun, ScenarioText, Thing } from "../wire.ts";
import { clip, count, day, plural, sentence, unitText } from "../words.ts";
import { TotalsView } from "./impact.tsx";

/** A question in words, made a scenario; or why it is none. */
export function ScenarioOf({ question, otherwise }: { question: string; otherwise?: ComponentChildren }) {
  const made = useAsked<ScenarioText>((signal) => post("/v1/scenarios", { question }, signal), [question]);
  if (made.problem) {
    if (otherwise) return <>{otherwise}</>;
    return (
      <>
        <Trouble problem={made.problem} />
        <p class="actions">
          <a class="button" href={to("what-if", ["new"])}>
            Set it up by hand
          </a>
        </p>
      </>
    );
  }
  return made.data ? <ScenarioView scenario={made.data} inline /> : <Loading what="Setting up the scenario" />;
}

const KEPT = ["format", "name", "because", "as_of", "valid_at", "seed", "draws", "ask", "do", "names"];

/** What makes a scenario, without what knockon added to it. */
export function content(scenario: ScenarioText): Record<string, unknown> {
  return Object.fromEntries(Object.entries(scenario).filter(([n]) => KEPT.includes(n)));
}

export function ScenarioView({ scenario: first, inline }: { scenario: ScenarioText; inline?: boolean }) {
  const { turn } = useCompany();
  const [scenario, setScenario] = useState(first);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => setScenario(first), [first.id]);
  const run = useAsked<ScenarioRun>((signal) => post(`/v1/scenarios/${part(scenario.id)}/run`, { limit: 12 }, signal), [scenario.id, turn]);
  const change = (edits: Record<string, unknown>[]) => {
    setProblem(null);
    post<ScenarioText>("/v1/scenarios", { scenario: { ...content(scenario), do: edits } })
      .then((made) => {
        setScenario(made);
        if (!inline) go(to("what-if", [made.id]), true);
      })
      .catch((error: unknown) => error instanceof Problem && setProblem(error));
  };
  return (
    <div class="scenario">
      <section class="card does">
        <header class="card-head">
          <h2>{inline ? "This is what would be tried" : "What it does"}</h2>
          <span class="actions">
            <KeepButton small kind="what-if" question={{ scenario: scenario.id }} />
            {inline && (
              <a class="button small" href={to("what-if", [scenario.id])}>
                Open in the workbench
              </a>
            )}
          </span>
        </header>
        <ol>
          {(scenario.sentences ?? []).map((s, n) => (
            <li key={n}>
              <span>{sentence(s)}</span>
              <Slider edit={scenario.do?.[n]} change={(edit) => change((scenario.do ?? []).map((d, i) => (i === n ? edit : d)))} />
            </li>
          ))}
        </ol>
        <p class="quiet small">
          On graph version {scenario.base}
          {scenario.as_of && <>, as of {day(scenario.as_of)}</>}. Nothing in the company's data is changed.
        </p>
        {problem && <Trouble problem={problem} />}
      </section>
      <Shown of={run} what="Working it out">
        {(found) => <RunView run={found} />}
      </Shown>
    </div>
  );
}

interface Amount {
  value: number;
  least: number;
  most: number;
  step: number;
  label: string;
  shown: (v: number) => string;
  put: (v: number) => Record<string, unknown>;
}

function amountOf(edit: Record<string, unknown>): Amount | null {
  const factor = typeof edit["by"] === "string" && "scale" in edit ? Number(edit["by"]) : NaN;
  if (Number.isFinite(factor)) {
    const now = Math.round((factor - 1) * 1000) / 10;
    return {
      value: now, least: Math.min(-50, now), most: Math.max(100, now), step: 1, label: "Change in per cent",
      shown: (v) => `${v > 0 ? "+" : ""}${v} %`,
      put: (v) => ({ ...edit, by: String(Math.round(1000 + v * 10) / 1000) }),
    };
  }
  for (const name of ["days", "by", "to"] as const) {
    const held = edit[name];
    const now = typeof held === "string" || typeof held === "number" ? Number(held) : NaN;
    if (!Number.isFinite(now) || (name === "to" && !("set" in edit)) || (name === "by" && !("shift" in edit))) continue;
    const days = name === "days" || /days/.test(String(edit["set"] ?? edit["shift"] ?? ""));
    const most = Math.max(days ? 120 : 10, Math.ceil(Math.abs(now) * 2));
    const step = Number.isInteger(now) ? 1 : Math.pow(10, -(String(held).split(".")[1]?.length ?? 0));
    return {
      value: now, least: name === "by" ? -most : name === "days" ? 1 : 0, most, step, label: days ? "Days" : "Amount",
      shown: (v) => (days ? plural(v, "day") : count(v)),
      put: (v) => ({ ...edit, [name]: String(v) }),
    };
  }
  return null;
}

const PAUSE = 350;

function Slider({ edit, change }: { edit: Record<string, unknown> | undefined; change: (edit: Record<string, unknown>) => void }) {
  const amount = edit ? amountOf(edit) : null;
  const [value, setValue] = useState(amount?.value ?? 0);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => setValue(amount?.value ?? 0), [amount?.value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  if (!amount) return null;
  return (
    <span class="slider">
      <input
        type="range"
        aria-label={amount.label}
        aria-valuetext={amount.shown(value)}
        min={amount.least}
        max={amount.most}
        step={amount.step}
        value={value}
        onInput={(e) => {
          const now = Number(e.currentTarget.value);
          setValue(now);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => change(amount.put(now)), PAUSE);
        }}
      />
      <output>{amount.shown(value)}</output>
    </span>
  );
}

function useMeasures() {
  const { turn } = useCompany();
  const list = useAsked<{ measures: MeasureText[] }>((signal) => get("/v1/measures", {}, signal), [turn]);
  return useMemo(() => new Map((list.data?.measures ?? []).map((m) => [m.name, m])), [list.data]);
}

export function RunView({ run }: { run: ScenarioRun }) {
  const measures = useMeasures();
  const [chosen, setChosen] = useState("");
  const [why, setWhy] = useState<Change | null>(null);
  const named = (name: string) => sentence(measures.get(name)?.label || (name.split(".")[1] ?? name).replaceAll("_", " "));
  const shown = run.measures.find((m) => m.measure === chosen) ?? run.measures[0];
  const unit = unitText(measures.get(shown?.measure ?? "")?.unit);
  const wrong = (run.findings ?? []).filter((f) => f.severity === "violation");
  return (
    <>
      {run.notes.map((n, i) => (
        <Note key={i}>{n}</Note>
      ))}
      {wrong.length > 0 && (
        <Note kind="bad">
          It breaks {plural(wrong.length, "rule")} of the data and could not be applied: {wrong[0]?.entity?.title} {wrong[0]?.message}
        </Note>
      )}
      {run.impact && <ImpactPart run={run} />}
      {run.measures.length > 0 && shown ? (
        <section class="card" aria-labelledby="figures">
          <header class="card-head">
            <h2 id="figures">
              Figures that differ <span class="count">{count(run.cells)}</span>
            </h2>
            <button type="button" class="button small quiet" onClick={() => saveFigures(run, named)}>
              <Icon of="down" /> CSV
            </button>
          </header>
          <div class="row">
            <Select
              label="Figure"
              value={shown.measure}
              options={run.measures.map((m) => [m.measure, `${named(m.measure)} of a ${m.measure.split(".")[0]?.toLowerCase()} (${count(m.count)})`] as const)}
              change={setChosen}
            />
            <p class="quiet">
              {shown.higher > 0 && <span class={verdict(measures.get(shown.measure), "higher")}>{count(shown.higher)} higher</span>}{" "}
              {shown.lower > 0 && <span class={verdict(measures.get(shown.measure), "lower")}>{count(shown.lower)} lower</span>}{" "}
              {shown.lost > 0 && <span class="bad">{count(shown.lost)} no longer known</span>}
            </p>
          </div>
          <BeforeAfter changes={shown.largest} name={named(shown.measure)} />
          <div class="scroll">
            <table>
              <thead>
                <tr>
                  <th scope="col">{named(shown.measure)} of</th>
                  <th scope="col" class="number">Now</th>
                  <th scope="col" class="number">Then</th>
                  <th scope="col" class="number">Difference</th>
                  <th scope="col"><span class="unseen">Why</span></th>
                </tr>
              </thead>
              <tbody>
                {shown.largest.map((c) => (
                  <tr key={`${c.entity}${c.period ?? ""}`}>
                    <td>
                      <a href={to("thing", [c.entity])}>{c.title}</a>
                    </td>
                    <td class="number">{figureIn(c.before, unit)}</td>
                    <td class="number">{figureIn(c.after, unit)}</td>
                    <td class={`number ${verdictOf(measures.get(shown.measure), c.delta)}`}>{difference(c.delta, c.after?.currency ?? c.before?.currency)}</td>
                    <td>
                      <button type="button" class="link" onClick={() => setWhy(c)} aria-label={`Why ${c.title}?`}>
                        Why?
                      </button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
      ) : (
        <Empty title="No figure is different" sign="check">
          <p>{run.impact ? "What it hits is above." : "The edits change nothing that a measure rests on."}</p>
        </Empty>
      )}
      <Edits run={run} />
      {why && <WhyDialog run={run} change={why} measure={measures.get(why.measure)} close={() => setWhy(null)} />}
    </>
  );
}

function verdict(measure: MeasureText | undefined, way: "higher" | "lower"): string {
  return !measure?.better ? "" : measure.better === way ? "good" : "bad";
}

function verdictOf(measure: MeasureText | undefined, delta: string | null): string {
  const value = near(delta);
  return value === null || value === 0 ? "" : verdict(measure, value > 0 ? "higher" : "lower");
}

function saveFigures(run: ScenarioRun, named: (name: string) => string): void {
  saveCsv(
    `${run.scenario.name}.csv`,
    ["Figure", "Of", "Period", "Now", "Then", "Difference", "Currency"],
    run.measures.flatMap((m) =>
      m.largest.map((c) => [
        named(m.measure), c.title, c.period ?? "", c.before?.number ?? numberOf(c.before), c.after?.number ?? numberOf(c.after), c.delta,
        c.after?.currency ?? c.before?.currency ?? "",
      ]),
    ),
  );
}

function BeforeAfter({ changes, name }: { changes: readonly Change[]; name: string }) {
  const drawing = useMemo<Drawing>(() => {
    const listed = changes.slice(0, 8);
    const first = listed.map((c) => c.after ?? c.before).find((f) => f !== null) ?? null;
    return {
      labels: listed.map((c) => c.title),
      series: [
        { name: "Now", values: listed.map((c) => numberOf(c.before)), colour: colour("--now") },
        { name: "Then", values: listed.map((c) => numberOf(c.after)), colour: colour("--accent") },
      ],
      lying: true,
      format: (v) => figure({ number: String(v), ...(first?.currency ? { currency: first.currency } : {}) }, 1),
    };
  }, [changes]);
  if (!changes.some((c) => numberOf(c.before) !== null || numberOf(c.after) !== null)) return null;
  return <Chart drawing={drawing} title={`${name}, now and then`} name={name} height={60 + Math.min(8, changes.length) * 44} />;
}

function ImpactPart({ run }: { run: ScenarioRun }) {
  const impact = run.impact;
  if (!impact) return null;
  const found = impact.scenario;
  const starts = found.starts.map((s) => s.id);
  const late = found.affected.filter((a) => a.when !== null && a.earliest_on !== null && a.earliest_on <= a.when);
  return (
    <section class="card">
      <header class="card-head">
        <h2>
          What the failure hits <span class="count">{count(found.found)}</span>
        </h2>
        <a class="button small" href={to("impact", [], { start: starts, semantics: found.semantics })}>
          See through what
        </a>
      </header>
      {impact.nothing_fails ? (
        <p>What fails in the base is gone in the scenario.</p>
      ) : found.found === 0 ? (
        <p>With what is in place, the failure hits nothing.</p>
      ) : (
        <TotalsView impact={found} address={(c) => to("impact", [], { start: starts, to: [c], semantics: found.semantics })} />
      )}
      {late.length > 0 && (
        <ul class="plain">
          {late.slice(0, 5).map((a) => (
            <li key={a.entity.id}>
              <ThingLink thing={a.entity} /> <span class="quiet">felt from {day(a.earliest_on)}, due {day(a.when)}</span>
            </li>
          ))}
        </ul>
      )}
      {impact.base && (
        <p>
          Against the same failure without the other edits: {count(impact.spared.length)} spared, {count(impact.struck.length)} struck instead,{" "}
          {count(impact.later)} later, {count(impact.earlier)} earlier.
        </p>
      )}
    </section>
  );
}

function Edits({ run }: { run: ScenarioRun }) {
  const edits = run.edits;
  if (edits.listed.length === 0) return null;
  return (
    <details class="card">
      <summary>{plural(edits.values, "value")} edited in the scenario</summary>
      <ul class="plain">
        {edits.listed.map((v, n) => (
          <li key={n}>
            {v.name.replaceAll("_", " ")} of <ThingLink thing={v.entity} bare />: {v.before} → <b>{v.after}</b>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Why a figure differs: which edit adds how much, and from which inputs it starts. */
function WhyDialog({ run, change, measure, close }: {
  run: ScenarioRun;
  change: Change;
  measure: MeasureText | undefined;
  close: () => void;
}) {
  const named = `${change.measure}${change.period ? `[${change.period}]` : ""} of ${change.entity}`;
  const found = useAsked<ScenarioRun>(
    (signal) => post(`/v1/scenarios/${part(run.scenario.id)}/run`, { explain: [named], limit: 1, check: false }, signal),
    [named, run.scenario.id],
  );
  return (
    <Dialog title={`Why ${change.title}?`} close={close} wide>
      <div class="body">
        <Shown of={found} what="Dividing the difference">
          {(answer) => {
            const explanation = answer.explanations?.[0];
            return explanation ? <Why explanation={explanation} measure={measure} /> : <Empty title="There is no explanation" />;
          }}
        </Shown>
      </div>
    </Dialog>
  );
}

function Why({ explanation, measure }: { explanation: Explanation; measure: MeasureText | undefined }) {
  const currency = explanation.after?.currency ?? explanation.before?.currency;
  const [by, setBy] = useState<"edits" | "inputs">("edits");
  const parts = useMemo(() => (by === "edits" ? editParts(explanation) : inputParts(explanation)), [explanation, by]);
  const drawing = useMemo(() => waterfall(explanation, parts, currency, measure?.better ?? null), [explanation, parts, currency, measure]);
  const inputs = explanation.steps.flatMap((s) => s.arguments.filter((a) => a.records.length > 0));
  return (
    <>
      <p class="lead">
        {explanation.title}: {figure(explanation.before)} → <b>{figure(explanation.after)}</b> ({difference(explanation.delta, currency)})
      </p>
      {explanation.interventions_method === "none" && <Note>With only some of the edits there is no figure, so it cannot be divided among them.</Note>}
      <div class="row">
        <Select label="Divided" value={by} options={[["edits", "by edit: what each one adds"], ["inputs", "by input: what it starts from"]]} change={(v) => setBy(v as "edits" | "inputs")} />
      </div>
      {parts.length > 0 && <Chart drawing={drawing} title="From now to then" name="attribution" height={80 + (parts.length + 2) * 36} />}
      <ul class="plain parts">
        {parts.map((p, n) => (
          <li key={n}>
            <b class="number">{difference(String(p.share), currency)}</b> {p.text}
          </li>
        ))}
      </ul>
      {inputs.length > 0 && (
        <section>
          <h3>The rows that it rests on</h3>
          <ul class="plain">
            {inputs.slice(0, 8).map((a, n) => (
              <li key={n}>
                {a.label}: {figure(a.before)} → {figure(a.after)} <RecordLines records={a.records} most={1} />
                {a.assumed && <span class="flag">assumption</span>}
              </li>
            ))}
          </ul>
        </section>
      )}
      {explanation.notes.map((n, i) => (
        <Note key={i}>{n}</Note>
      ))}
    </>
  );
}

interface Share {
  text: string;
  share: number;
}

function editParts(explanation: Explanation): Share[] {
  return explanation.interventions.map((p) => ({ text: sentence(p.text), share: near(p.share) ?? 0 })).filter((p) => p.share !== 0);
}

const MOST_PARTS = 7;

function inputParts(explanation: Explanation): Share[] {
  const named = new Map<string, string>();
  for (const step of explanation.steps) {
    for (const a of step.arguments) named.set(`${a.kind}|${a.owner}|${a.name}|${a.period}`, a.label);
  }
  const all = explanation.inputs
    .map((i) => ({ text: named.get(`${i.kind}|${i.owner}|${i.name}|${i.period}`) ?? i.name, share: near(i.flow) ?? 0 }))
    .filter((p) => p.share !== 0)
    .sort((a, b) => Math.abs(b.share) - Math.abs(a.share));
  const rest = all.slice(MOST_PARTS).reduce((sum, p) => sum + p.share, 0) + (near(explanation.rest) ?? 0);
  const told = all.slice(0, MOST_PARTS);
  return Math.abs(rest) > 1e-9 ? [...told, { text: "All others", share: rest }] : told;
}

function waterfall(explanation: Explanation, parts: readonly Share[], currency: string | undefined, better: string | null): Drawing {
  const before = numberOf(explanation.before) ?? 0;
  const after = numberOf(explanation.after) ?? before + parts.reduce((s, p) => s + p.share, 0);
  let at = before;
  const steps = parts.map((p): [number, number] => {
    const from = at;
    at += p.share;
    return [from, at];
  });
  const more = colour(better === "lower" ? "--fall" : better === "higher" ? "--up" : "--series-3");
  const less = colour(better === "lower" ? "--up" : better === "higher" ? "--fall" : "--series-1");
  return {
    labels: ["Now", ...parts.map((p) => clip(p.text, 60)), "Then"],
    series: [{ name: "Amount", values: [[0, before], ...steps, [0, after]], colour: colour("--accent") }],
    colours: [colour("--now"), ...parts.map((p) => (p.share >= 0 ? more : less)), colour("--accent")],
    lying: true,
    format: (v) => figure({ number: String(v), ...(currency ? { currency } : {}) }, 1),
  };
}

const KINDS = [
  ["fail", "fails"],
  ["delay", "delivers late"],
  ["scale", "a value changes by per cent"],
  ["set", "a value becomes"],
  ["replace", "is replaced by"],
  ["remove", "is gone"],
] as const;

/** Making a scenario by hand: one edit after another. */
export function EditForm({ add, first }: { add: (edit: Record<string, unknown>, said: string) => void; first?: Thing | undefined }) {
  const { words } = useCompany();
  const [thing, setThing] = useState<Thing | null>(first ?? null);
  const [other, setOther] = useState<Thing | null>(null);
  const [kind, setKind] = useState("fail");
  const [property, setProperty] = useState("");
  const [amount, setAmount] = useState("21");
  useEffect(() => {
    if (first) setThing(first);
  }, [first?.id]);
  const numeric = words.class(thing?.class ?? "")?.properties.filter((p) => ["decimal", "integer", "float"].includes(p.type)) ?? [];
  const name = property || numeric[0]?.name || "";
  const make = () => {
    if (!thing) return;
    const label = words.property([thing.class], name)?.label ?? name;
    switch (kind) {
      case "fail":
        return add({ fail: thing.id, ...(amount ? { days: amount } : {}) }, `${thing.title} fails${amount ? ` for ${amount} days` : ""}`);
      case "delay":
        return add({ delay: thing.id, days: amount || "7" }, `${thing.title} is ${amount || 7} days late`);
      case "scale":
        return add({ scale: name, of: thing.id, by: `${Number(amount) >= 0 ? "+" : ""}${amount} %` }, `${label} of ${thing.title} ${amount} %`);
      case "set":
        return add({ set: name, of: thing.id, to: amount }, `${label} of ${thing.title} is ${amount}`);
      case "replace":
        return other ? add({ replace: thing.id, by: other.id }, `${other.title} takes the place of ${thing.title}`) : undefined;
      default:
        return add({ remove: thing.id }, `${thing.title} is gone`);
    }
  };
  const needsValue = kind === "scale" || kind === "set";
  return (
    <form
      class="edit"
      onSubmit={(e) => {
        e.preventDefault();
        make();
      }}
    >
      <div class="fields">
        {thing ? (
          <div class="field">
            <span class="label">What</span>
            <span class="chip large">
              <ThingLink thing={thing} />
              <button type="button" aria-label={`Choose another than ${thing.title}`} onClick={() => setThing(null)}>
                <Icon of="close" />
              </button>
            </span>
          </div>
        ) : (
          <Picker label="What" chosen={setThing} />
        )}
        <Select label="What happens" value={kind} options={KINDS} change={setKind} />
        {needsValue && <Select label="Value" value={name} options={numeric.length ? numeric.map((p) => [p.name, sentence(p.label)] as const) : [["", "it has no number"]]} change={setProperty} />}
        {kind === "replace" &&
          (other ? (
            <div class="field">
              <span class="label">By</span>
              <span class="chip large">
                <ThingLink thing={other} />
                <button type="button" aria-label={`Choose another than ${other.title}`} onClick={() => setOther(null)}>
                  <Icon of="close" />
                </button>
              </span>
            </div>
          ) : (
            <Picker label="By" {...(thing ? { class: thing.class } : {})} chosen={setOther} />
          ))}
        {(kind === "fail" || kind === "delay" || needsValue) && (
          <Field label={kind === "scale" ? "Per cent" : kind === "set" ? "To" : kind === "fail" ? "Days (empty: until further notice)" : "Days late"}>
            {(p) => <input {...p} type="number" step="any" value={amount} onInput={(e) => setAmount(e.currentTarget.value)} />}
          </Field>
        )}
      </div>
      <button type="submit" class="button" disabled={!thing || (needsValue && !name) || (kind === "replace" && !other)}>
        <Icon of="plus" /> Add this edit
      </button>
    </form>
  );
}
