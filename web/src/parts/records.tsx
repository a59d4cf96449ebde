/** Where something comes from: file, row, and whether it is data, a correction or an assumption. */

import { to } from "../route.ts";
import type { PlaceOf, RecordRow } from "../wire.ts";
import { instant } from "../words.ts";
import { Icon } from "./icon.tsx";

/** Source, table and key of a record id. */
export function partsOf(id: string): { source: string; table: string; key: string } {
  const [source = "", table = "", ...rest] = id.split("/");
  let key = rest.join("/");
  try {
    key = decodeURIComponent(key);
  } catch {
    // It stands as it is.
  }
  return { source, table, key };
}

export function RecordLine({ record }: { record: RecordRow }) {
  const entered = record.kind !== "source";
  return (
    <span class={`record${entered ? " entered" : ""}`} title={record.id}>
      <Icon of={entered ? "person" : "row"} />
      {entered ? (
        <span>{record.kind === "assumption" ? "assumption" : "correction"}</span>
      ) : (
        <span>
          {record.file ?? `${record.source}.${record.table}`}
          {record.row !== null && <> row {record.row}</>}
        </span>
      )}
      <span class="of">
        {record.source}.{record.table}
      </span>
      {record.stale && <span class="flag">newer version set aside</span>}
    </span>
  );
}

export function RecordLines({ records, most = 4 }: { records: readonly RecordRow[]; most?: number }) {
  if (records.length === 0) return <span class="record none">no row is told</span>;
  return (
    <span class="records">
      {records.slice(0, most).map((r) => (
        <RecordLine key={r.id} record={r} />
      ))}
      {records.length > most && <span class="more">and {records.length - most} more</span>}
    </span>
  );
}

/** The same, where the card says more of the row. */
export function PlaceLine({ id, place }: { id: string; place: PlaceOf | undefined }) {
  const { source, table } = partsOf(id);
  if (!place) return <span class="record">{id}</span>;
  const entered = place.kind !== "source";
  return (
    <span class={`record${entered ? " entered" : ""}`} title={id}>
      <Icon of={entered ? "person" : "row"} />
      {entered ? (
        <span>
          {place.kind} by {place.agent}
          {place.because && <>: {place.because}</>}
        </span>
      ) : (
        <span>
          {place.file || `${source}.${table}`} row {place.row}
        </span>
      )}
      {place.run && (
        <a class="of" href={to("runs", [], { run: place.run })} title={`Recorded ${instant(place.recorded)} by ${place.agent}`}>
          {place.run.replace(/^(run-\d+).*/, "$1")}
        </a>
      )}
      {place.stale && (
        <a class="flag" href={to("checks", ["aside"], { source: `${source}.${table}` })}>
          newer version set aside
        </a>
      )}
    </span>
  );
}
