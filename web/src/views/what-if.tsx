/** The workbench: scenarios in words or by hand, kept, compared, made true. */

import { useMemo, useState } from "preact/hooks";
import { get, part, post, Problem } from "../api.ts";
import { useAsked, useCompany } from "../company.tsx";
import { saveCsv } from "../export.ts";
import { figure, numberOf } from "../figure.ts";
import { Dialog, Empty, Field, Head, Note, Select, Shown, Trouble } from "../parts/basics.tsx";
import { Chart, colour, type Drawing } from "../parts/chart.tsx";
import { Icon } from "../parts/icon.tsx";
import { go, to, type Place } from "../route.ts";
import type { Comparison, Entity, KeptScenario, MeasureText, ScenarioText } from "../wire.ts";
import { clip, day, instant, plural, sentence } from "../words.ts";
import { EditForm, ScenarioView } from "./scenario.tsx";

export function WhatIf({ place }: { place: Place }) {
  const first = place.rest[0];
  if (first === "new") return <Make of={place.query.get("of") ?? ""} />;
  if (first === "compare") return <Compare ids={place.query.getAll("id")} />;
  return first ? <One key={first.slice(0, 3)} id={first} /> : <List />;
}

function List() {
  const { turn } = useCompany();
  const kept = useAsked<{ scenarios: KeptScenario[] }>((signal) => get("/v1/scenarios", {}, signal), [turn]);
  const [chosen, setChosen] = useState<string[]>([]);
  const [text, setText] = useState("");
  const toggle = (id: string) => setChosen((was) => (was.includes(id) ? was.filter((c) => c !== id) : [...was, id]));
  const { problem, busy, make } = useMake();
  return (
    <>
      <Head title="What if" lead="A scenario is tried on a copy: figures and impact with and without it, and why. The company's data is only read.">
        <a class="button" href={to("what-if", ["new"])}>
          <Icon of="plus" /> By hand
        </a>
      </Head>
      <form
        class="ask-box"
        aria-label="What if"
        onSubmit={(e) => {
          e.preventDefault();
          if (text.trim()) make({ question: text.trim() });
        }}
      >
        <label class="unseen" for="whatif">
          What if …
        </label>
        <textarea
          id="whatif"
          rows={1}
          maxLength={1000}
          placeholder="What if … is down for 3 weeks? … the price of … rises by 8 %? … we buy from … instead of …?"
          value={text}
          onInput={(e) => setText(e.currentTarget.value)}
          onKeyDown={(e) => {
            if (e.key === "Enter" && !e.shiftKey) {
              e.preventDefault();
              if (text.trim()) make({ question: text.trim() });
            }
          }}
        />
        <button type="submit" class="button primary" disabled={!text.trim() || busy}>
          Try it
        </button>
      </form>
      {problem && <Trouble problem={problem} />}
      <Shown of={kept}>
        {({ scenarios }) =>
          scenarios.length === 0 ? (
            <Empty title="No scenario is kept yet" sign="whatif">
              <p>Ask above in words, or put one together by hand.</p>
            </Empty>
          ) : (
            <section class="card">
              <header class="card-head">
                <h2>Kept</h2>
                <a
                  class="button small"
                  aria-disabled={chosen.length < 2}
                  href={chosen.length >= 2 ? to("what-if", ["compare"], { id: chosen }) : undefined}
                >
                  Compare {chosen.length > 1 ? chosen.length : "two or more"}
                </a>
              </header>
              <div class="scroll">
                <table>
                  <thead>
                    <tr>
                      <th scope="col"><span class="unseen">Compare</span></th>
                      <th scope="col">Scenario</th>
                      <th scope="col">Edits</th>
                      <th scope="col">Made</th>
                      <th scope="col">By</th>
                    </tr>
                  </thead>
                  <tbody>
                    {[...scenarios].reverse().map((s) => (
                      <tr key={s.id}>
                        <td>
                          <input type="checkbox" aria-label={`Compare ${s.name}`} checked={chosen.includes(s.id)} onChange={() => toggle(s.id)} />
                        </td>
                        <td>
                          <a href={to("what-if", [s.id])}>{s.name || "Without a name"}</a>
                          {s.because && <div class="quiet small">{s.because}</div>}
                        </td>
                        <td>{s.interventions}</td>
                        <td>{instant(s.created)}</td>
                        <td>{s.author}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            </section>
          )
        }
      </Shown>
    </>
  );
}

function useMake() {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const make = (body: Record<string, unknown>) => {
    setBusy(true);
    setProblem(null);
    post<ScenarioText>("/v1/scenarios", body)
      .then((made) => go(to("what-if", [made.id])))
      .catch((error: unknown) => error instanceof Problem && setProblem(error))
      .finally(() => setBusy(false));
  };
  return { problem, busy, make };
}

function One({ id }: { id: string }) {
  const { turn, may, partial } = useCompany();
  const found = useAsked<ScenarioText>((signal) => get(`/v1/scenarios/${part(id)}`, {}, signal), [id, turn]);
  const [applying, setApplying] = useState(false);
  return (
    <Shown top of={found}>
      {(scenario) => (
        <>
          <Head title={sentence(scenario.name || "What if")} lead={scenario.because}>
            {may("decide") && (
              <button type="button" class="button" onClick={() => setApplying(true)}>
                {partial ? "Propose it" : "Make it true"}
              </button>
            )}
            <a class="button" href={to("what-if")}>
              All scenarios
            </a>
          </Head>
          <ScenarioView scenario={scenario} />
          {applying && <Apply scenario={scenario} close={() => setApplying(false)} />}
        </>
      )}
    </Shown>
  );
}

function Apply({ scenario, close }: { scenario: ScenarioText; close: () => void }) {
  const { changed, say, partial } = useCompany();
  const [because, setBecause] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [tried, setTried] = useState<string>("");
  const send = (dry: boolean) => {
    setProblem(null);
    post<Record<string, unknown>>(`/v1/scenarios/${part(scenario.id)}/apply`, { because, dry_run: dry })
      .then((report) => {
        if (dry) {
          const items = (report["entities"] ?? {}) as Record<string, number>;
          setTried(`${plural(Number(items["changed"] ?? 0), "thing")} would change.`);
        } else if (report["proposal"]) {
          changed();
          say("Proposed. It waits in the inbox until somebody else approves it.");
          close();
        } else {
          changed();
          say("The scenario is true now. Undo takes it back.");
          close();
        }
      })
      .catch((error: unknown) => error instanceof Problem && setProblem(error));
  };
  return (
    <Dialog title={partial ? "Propose to make it true" : "Make it true"} close={close}>
      <form
        class="remedy"
        onSubmit={(e) => {
          e.preventDefault();
          send(false);
        }}
      >
        {partial && <Note>Some of the graph is withheld from you, so somebody who sees all of it decides.</Note>}
        <p>Its values and relations enter the graph as corrections, through the rules, in one run that can be taken back. Failures are no facts: they are refused.</p>
        <ul class="plain">
          {(scenario.sentences ?? []).map((s, n) => (
            <li key={n}>{sentence(s)}</li>
          ))}
        </ul>
        <Field label="Because" hint="It is kept with each correction.">
          {(p) => <input {...p} type="text" required value={because} onInput={(e) => setBecause(e.currentTarget.value)} />}
        </Field>
        {tried && <Note kind="good">{tried}</Note>}
        {problem && <Trouble problem={problem} />}
        <footer class="buttons">
          {!partial && (
            <button type="button" class="button" disabled={!because.trim()} onClick={() => send(true)}>
              What would change?
            </button>
          )}
          <button type="submit" class="button primary" disabled={!because.trim()}>
            {partial ? "Propose it" : "Make it true"}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

interface Draft {
  edit: Record<string, unknown>;
  said: string;
}

function Make({ of }: { of: string }) {
  const [name, setName] = useState("");
  const [edits, setEdits] = useState<Draft[]>([]);
  const { problem, busy, make } = useMake();
  const first = useAsked<Entity>(of ? (signal) => get(`/v1/entities/${part(of)}`, { limit: 1 }, signal) : null, [of]);
  const start = first.data ? { id: first.data.id, class: first.data.classes[0] ?? "", title: first.data.title } : undefined;
  return (
    <>
      <Head title="A scenario by hand" lead="Edits are applied in this order, to a copy." />
      <section class="card">
        <h2>An edit</h2>
        {of && first.loading ? null : <EditForm first={start} add={(edit, said) => setEdits((was) => [...was, { edit, said }])} />}
      </section>
      {edits.length > 0 && (
        <section class="card does">
          <h2>The scenario</h2>
          <ol>
            {edits.map((d, n) => (
              <li key={n}>
                <span>{sentence(d.said)}</span>
                <button type="button" class="icon small" aria-label={`Leave out: ${d.said}`} onClick={() => setEdits((was) => was.filter((_, i) => i !== n))}>
                  <Icon of="close" />
                </button>
              </li>
            ))}
          </ol>
          <div class="row">
            <div class="grow">
              <Field label="What to call it">
                {(p) => <input {...p} type="text" maxLength={120} placeholder={clip(edits.map((e) => e.said).join(", "), 80)} value={name} onInput={(e) => setName(e.currentTarget.value)} />}
              </Field>
            </div>
            <button
              type="button"
              class="button primary"
              disabled={busy}
              onClick={() => make({ scenario: { format: 1, name: name || clip(edits.map((e) => e.said).join(", "), 100), do: edits.map((e) => e.edit) } })}
            >
              Try it
            </button>
          </div>
        </section>
      )}
      {problem && <Trouble problem={problem} />}
    </>
  );
}

function Compare({ ids }: { ids: string[] }) {
  const { turn } = useCompany();
  const [first = "", ...others] = ids;
  const found = useAsked<Comparison>(
    others.length ? (signal) => post(`/v1/scenarios/${part(first)}/compare`, { others, limit: 40 }, signal) : null,
    [ids.join(), turn],
  );
  const list = useAsked<{ measures: MeasureText[] }>((signal) => get("/v1/measures", {}, signal), [turn]);
  const labels = useMemo(() => new Map((list.data?.measures ?? []).map((m) => [m.name, sentence(m.label || m.name)])), [list.data]);
  const [chosen, setChosen] = useState("");
  return (
    <>
      <Head title="Scenarios side by side" lead="All run on the published version, as of the latest of their days.">
        <a class="button" href={to("what-if")}>
          All scenarios
        </a>
      </Head>
      {others.length === 0 && <Empty title="Choose two or more in the list" sign="whatif" />}
      <Shown of={found} what="Running all of them">
        {(answer) => {
          const measures = [...new Set(answer.figures.map((f) => f.measure))];
          const shown = chosen || measures[0] || "";
          const rows = answer.figures.filter((f) => f.measure === shown);
          const names = answer.scenarios.map((s) => s.name);
          return answer.figures.length === 0 ? (
            <Empty title="They do not differ in any figure" sign="check" />
          ) : (
            <section class="card">
              <header class="card-head">
                <Select label="Figure" value={shown} options={measures.map((m) => [m, labels.get(m) ?? m] as const)} change={setChosen} />
                <button
                  type="button"
                  class="button small quiet"
                  onClick={() =>
                    saveCsv("scenarios.csv", ["Figure", "Of", "As it is", ...names], answer.figures.map((f) => [
                      labels.get(f.measure) ?? f.measure, f.title, figure(f.base), ...f.values.map((v) => figure(v)),
                    ]))
                  }
                >
                  <Icon of="down" /> CSV
                </button>
              </header>
              <CompareChart rows={rows} names={names} title={labels.get(shown) ?? shown} />
              <div class="scroll">
                <table>
                  <thead>
                    <tr>
                      <th scope="col">{labels.get(shown) ?? shown} of</th>
                      <th scope="col" class="number">As it is</th>
                      {answer.scenarios.map((s) => (
                        <th key={s.id} scope="col" class="number">
                          <a href={to("what-if", [s.id])}>{clip(s.name, 32)}</a>
                        </th>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {rows.map((f) => (
                      <tr key={`${f.entity}${f.period ?? ""}`}>
                        <td>
                          <a href={to("thing", [f.entity])}>{f.title}</a>
                        </td>
                        <td class="number">{figure(f.base)}</td>
                        {f.values.map((v, n) => (
                          <td key={n} class="number">
                            {figure(v)}
                          </td>
                        ))}
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
              <p class="under quiet">
                {plural(answer.found, "figure")} differ; on graph version {answer.version}
                {answer.scenarios[0]?.as_of && `, as of ${day(answer.scenarios[0].as_of)}`}
              </p>
            </section>
          );
        }}
      </Shown>
    </>
  );
}

function CompareChart({ rows, names, title }: { rows: Comparison["figures"]; names: readonly string[]; title: string }) {
  const drawing = useMemo<Drawing>(() => {
    const listed = rows.slice(0, 8);
    const currency = listed.map((f) => f.base?.currency ?? f.values[0]?.currency).find((c) => c);
    return {
      labels: listed.map((f) => f.title),
      series: [
        { name: "As it is", values: listed.map((f) => numberOf(f.base)), colour: colour("--now") },
        ...names.map((n, i) => ({ name: clip(n, 40), values: listed.map((f) => numberOf(f.values[i] ?? null)), colour: colour(`--series-${i % 6}`) })),
      ],
      lying: true,
      format: (v) => figure({ number: String(v), ...(currency ? { currency } : {}) }, 1),
    };
  }, [rows, names.join()]);
  if (rows.length === 0) return null;
  return <Chart drawing={drawing} title={title} name="scenarios" height={80 + Math.min(8, rows.length) * (22 + names.length * 16)} />;
}
