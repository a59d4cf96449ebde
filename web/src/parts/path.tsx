/** A way through the graph, step by step, with the rows behind each step. */

import { useState } from "preact/hooks";
import { to } from "../route.ts";
import type { Path } from "../wire.ts";
import { day, percent, plural } from "../words.ts";
import { ThingLink } from "./basics.tsx";
import { Icon } from "./icon.tsx";
import { RecordLines } from "./records.tsx";
import { WrongButton } from "./wrong.tsx";

/** Its things as one line. */
export function PathLine({ path }: { path: Path }) {
  const first = path.hops[0];
  if (!first) return null;
  return (
    <span class="path-line">
      <ThingLink thing={first.source} bare />
      {path.hops.map((hop, n) => (
        <span key={n}>
          <span class="by">{hop.label}</span>
          <ThingLink thing={hop.target} bare />
        </span>
      ))}
    </span>
  );
}

export function PathView({ path, open = true }: { path: Path; open?: boolean }) {
  const [rows, setRows] = useState(open);
  const first = path.hops[0];
  if (!first) return null;
  const ids = [first.source.id, ...path.hops.map((h) => h.target.id)];
  return (
    <div class="path">
      <ol>
        <li class="stop">
          <ThingLink thing={first.source} />
        </li>
        {path.hops.map((hop, n) => (
          <li key={n} class="hop">
            <div class="step">
              <span class="by">{hop.label}</span>
              {hop.lag_days > 0 && (
                <span class="lag">
                  <Icon of="clock" /> {plural(hop.lag_days, "day")} later
                </span>
              )}
              {hop.weight !== 1 && <span class="lag">passes on {percent(hop.weight)}</span>}
              {(hop.valid_from ?? hop.valid_to) && (
                <span class="lag">
                  {hop.valid_from ? `from ${day(hop.valid_from)}` : ""} {hop.valid_to ? `until ${day(hop.valid_to)}` : ""}
                </span>
              )}
              {rows && <RecordLines records={hop.records} most={2} />}
              <WrongButton
                about={{
                  entity: hop.source,
                  relation: { id: hop.relation, label: hop.label, name: hop.name, other: hop.target },
                  records: hop.records,
                }}
              />
            </div>
            <div class="stop">
              <ThingLink thing={hop.target} />
            </div>
          </li>
        ))}
      </ol>
      <p class="under">
        <button type="button" class="link" aria-pressed={rows} onClick={() => setRows(!rows)}>
          {rows ? "Hide the rows" : "Show the rows behind each step"}
        </button>
        <a href={to("explore", [], { start: ids })}>Show in the graph</a>
        <span class="quiet">{plural(path.hops.length, "step")}</span>
      </p>
    </div>
  );
}
