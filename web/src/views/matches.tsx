/** Who is the same? Open questions, those whose answer changes most first; and why two are one or are not. */

import { useState } from "preact/hooks";
import { get, post, Problem } from "../api.ts";
import { useAsked, useCompany } from "../company.tsx";
import { Empty, Field, Head, Note, Shown, ThingLink, Tile, Trouble } from "../parts/basics.tsx";
import { JobWatch } from "../parts/job.tsx";
import { go, to, type Place } from "../route.ts";
import type { Entity, Job, MatchQuestion, Why } from "../wire.ts";
import { decimal, percent, plural, sentence, value } from "../words.ts";

export function Matches({ place }: { place: Place }) {
  if (place.rest[0] === "compare") {
    return <Compare left={place.query.get("left") ?? ""} right={place.query.get("right") ?? ""} />;
  }
  return <Questions />;
}

interface Held {
  questions: MatchQuestion[];
  contradictions: string[];
  left_out: string[];
}

function Questions() {
  const { turn, words } = useCompany();
  const found = useAsked<Held>((signal) => get("/v1/resolution/questions", { limit: 40 }, signal), [turn]);
  return (
    <>
      <Head title="Same or not" lead="Records that may be one thing. Those whose answer changes the graph most come first.">
        <a class="button" href={to("matches", ["compare"])}>
          Compare any two
        </a>
      </Head>
      <Shown of={found} what="Comparing records">
        {({ questions, contradictions, left_out }) => (
          <>
            {left_out.length > 0 && (
              <Note>Pairs of {left_out.join(", ")} are not shown: some of what they are compared by is withheld from you.</Note>
            )}
            {contradictions.map((c, n) => (
              <Note key={n} kind="warning">
                {c}
              </Note>
            ))}
            {questions.length === 0 ? (
              <Empty title="No question is open" sign="check">
                <p>No two records are alike enough to ask about.</p>
              </Empty>
            ) : (
              <div class="list">
                {questions.map((q) => (
                  <section key={`${q.left.record}${q.right.record}`} class="card">
                    <header class="card-head">
                      <h2>
                        <Tile of={q.class} /> {q.left.title} and {q.right.title}
                      </h2>
                      <span class="quiet small">
                        {words.label(q.class)}, {percent(q.probability)} likely the same
                      </span>
                    </header>
                    <Sides left={q.left.entity} right={q.right.entity} />
                    <ul class="reasons" aria-label="What speaks for and against, in bits">
                      {q.reasons.slice(0, 6).map((r, n) => (
                        <li key={n} class={/[-−]\d/.test(r) ? "bad" : "good"}>
                          {r}
                        </li>
                      ))}
                    </ul>
                    <p class="quiet small">If they are the same, {plural(q.moves, "record or relation", "records and relations")} come together.</p>
                    <Decide left={q.left.record} right={q.right.record} />
                  </section>
                ))}
              </div>
            )}
          </>
        )}
      </Shown>
    </>
  );
}

/** What is recorded of both, side by side, where they differ first. */
function Sides({ left, right }: { left: string; right: string }) {
  const { words } = useCompany();
  const both = useAsked<[Entity, Entity]>(
    (signal) =>
      Promise.all([
        get<Entity>(`/v1/entities/${encodeURIComponent(left)}`, { limit: 1 }, signal),
        get<Entity>(`/v1/entities/${encodeURIComponent(right)}`, { limit: 1 }, signal),
      ]),
    [left, right],
  );
  if (!both.data) return <div aria-busy={both.loading} />;
  const [a, b] = both.data;
  const names = [...new Set([...Object.keys(a.values), ...Object.keys(b.values)])];
  const told = (e: Entity, n: string) => value(e.values[n]?.value ?? null, words.property(e.classes, n));
  const different = (n: string) => told(a, n) !== told(b, n);
  names.sort((x, y) => Number(different(y)) - Number(different(x)));
  return (
    <div class="sides">
      <table>
        <thead>
          <tr>
            <th scope="col">
              <span class="unseen">What</span>
            </th>
            {[a, b].map((e, n) => (
              <th key={n} scope="col">
                <ThingLink thing={{ id: e.id, title: e.title, class: e.classes[0] ?? "" }} bare />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {names.slice(0, 10).map((n) => (
            <tr key={n}>
              <th scope="row">{sentence(words.property(a.classes, n)?.label ?? n)}</th>
              <td>{told(a, n)}</td>
              <td>{different(n) ? told(b, n) : <span class="quiet">the same</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Decide({ left, right }: { left: string; right: string }) {
  const { may } = useCompany();
  const [because, setBecause] = useState("");
  const [job, setJob] = useState<Job | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  if (!may("decide")) return null;
  const say = (verdict: "same" | "different" | "unsure") => {
    setProblem(null);
    post<Job>("/v1/resolution/decisions", { left, right, verdict, because })
      .then(setJob)
      .catch((error: unknown) => error instanceof Problem && setProblem(error));
  };
  return (
    <>
      <div class="row">
        <div class="grow">
          <Field label="Because" hint="It is kept with the judgement, which can be taken back.">
            {(p) => <input {...p} type="text" value={because} onInput={(e) => setBecause(e.currentTarget.value)} />}
          </Field>
        </div>
        <div class="actions">
          <button type="button" class="button primary" disabled={!because.trim()} onClick={() => say("same")}>
            The same
          </button>
          <button type="button" class="button" disabled={!because.trim()} onClick={() => say("different")}>
            Different
          </button>
          <button type="button" class="button" disabled={!because.trim()} onClick={() => say("unsure")}>
            Nobody can tell
          </button>
        </div>
      </div>
      {problem && <Trouble problem={problem} />}
      {job && <JobWatch key={job.id} job={job} />}
    </>
  );
}

function Compare({ left, right }: { left: string; right: string }) {
  const { turn } = useCompany();
  const found = useAsked<Why>(left && right ? (signal) => get("/v1/resolution/why", { left, right }, signal) : null, [left, right, turn]);
  return (
    <>
      <Head title="Are these the same?" lead="What decides it, and what speaks for and against." />
      <form
        class="card"
        onSubmit={(e) => {
          e.preventDefault();
          const form = new FormData(e.currentTarget);
          go(to("matches", ["compare"], { left: String(form.get("left")), right: String(form.get("right")) }));
        }}
      >
        <div class="compare">
          <Field label="One" hint="A record (source/table/key), an id, or a name.">
            {(p) => <input {...p} name="left" type="text" required value={left} />}
          </Field>
          <Field label="The other">{(p) => <input {...p} name="right" type="text" required value={right} />}</Field>
        </div>
        <footer class="buttons">
          <button type="submit" class="button">
            Compare
          </button>
        </footer>
      </form>
      <Shown of={found} choose={(id) => go(to("matches", ["compare"], { left: left || id, right: id }))}>
        {(why) => (
          <section class="card">
            <h2>{why.together ? "They are one thing" : "They are two things"}</h2>
            <ul class="plain">
              {why.because.map((b, n) => (
                <li key={n}>{b}</li>
              ))}
            </ul>
            {why.compared && (
              <div class="scroll">
                <table>
                  <caption class="unseen">What each comparison adds</caption>
                  <thead>
                    <tr>
                      <th scope="col">Compared</th>
                      <th scope="col">One</th>
                      <th scope="col">The other</th>
                      <th scope="col" class="number">Bits</th>
                    </tr>
                  </thead>
                  <tbody>
                    {why.compared.parts.map((p) => (
                      <tr key={p.comparison}>
                        <th scope="row">{sentence(p.comparison.replaceAll("_", " "))}</th>
                        <td>{p.left}</td>
                        <td>{p.right}</td>
                        <td class={`number ${p.bits > 0 ? "good" : p.bits < 0 ? "bad" : ""}`}>
                          {p.bits > 0 ? "+" : ""}
                          {decimal(p.bits.toFixed(1))}
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
                <p class="under quiet">
                  All together {decimal(why.compared.weight.toFixed(1))} bits, so {percent(why.compared.probability)} likely the same.
                </p>
              </div>
            )}
            <Decide left={why.left} right={why.right} />
          </section>
        )}
      </Shown>
    </>
  );
}
