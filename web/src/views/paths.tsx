/** How two things hang together. */

import { get, post, Problem } from "../api.ts";
import { useAsked, useCompany } from "../company.tsx";
import { Empty, Head, Note, Shown, ThingLink } from "../parts/basics.tsx";
import { Icon } from "../parts/icon.tsx";
import { PathView } from "../parts/path.tsx";
import { Picker } from "../parts/picker.tsx";
import { go, to, type Place } from "../route.ts";
import type { Connection, ReportLine } from "../wire.ts";
import { plural } from "../words.ts";

export function Paths({ place }: { place: Place }) {
  const { turn, say } = useCompany();
  const from = place.query.get("from") ?? "";
  const end = place.query.get("to") ?? "";
  const found = useAsked<Connection>(
    from && end ? (signal) => get("/v1/paths", { from, to: end, k: 5 }, signal) : null,
    [from, end, turn],
  );
  const keep = () => {
    post<ReportLine>("/v1/reports", { kind: "path", question: { from, to: end, k: 5 } })
      .then((made) => go(to("reports", [made.id])))
      .catch((error: unknown) => say(error instanceof Problem ? error.message : "It could not be kept."));
  };
  return (
    <>
      <Head title="How do they hang together?" lead="The shortest ways between two things, each step with the rows behind it.">
        {found.data && found.data.paths.length > 0 && (
          <button type="button" class="button" onClick={keep}>
            <Icon of="keep" /> Keep
          </button>
        )}
      </Head>
      <div class="row filters card">
        <div class="grow">
          {found.data ? (
            <div class="field">
              <span class="label">From</span>
              <ThingLink thing={found.data.start} />
            </div>
          ) : null}
          <Picker label={found.data ? "From another" : "From"} chosen={(t) => go(to("paths", [], { from: t.id, to: end }))} keep />
        </div>
        <div class="grow">
          {found.data ? (
            <div class="field">
              <span class="label">To</span>
              <ThingLink thing={found.data.end} />
            </div>
          ) : null}
          <Picker label={found.data ? "To another" : "To"} chosen={(t) => go(to("paths", [], { from, to: t.id }))} keep />
        </div>
      </div>
      {from && end ? (
        <Shown of={found} what="Looking for ways">
          {(answer) =>
            answer.paths.length === 0 ? (
              <Empty title="They do not hang together" sign="explore">
                <p>No way leads from one to the other through what is recorded.</p>
              </Empty>
            ) : (
              <>
                {answer.assumed_inputs > 0 && <Note kind="warning">{plural(answer.assumed_inputs, "row")} behind these ways are assumptions.</Note>}
                {answer.paths.map((p, n) => (
                  <section key={n} class="card">
                    <h2>{n === 0 ? "The shortest way" : `Another way (${n + 1})`}</h2>
                    <PathView path={p} />
                  </section>
                ))}
              </>
            )
          }
        </Shown>
      ) : (
        <Empty title="Choose two things" sign="explore" />
      )}
    </>
  );
}
