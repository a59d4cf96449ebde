/** Finding things: by name or key, and by kind. */

import { get } from "../api.ts";
import { useAsked, useCompany } from "../company.tsx";
import { Empty, Head, Select, Shown, ThingLink } from "../parts/basics.tsx";
import { Picker } from "../parts/picker.tsx";
import { go, to, type Place } from "../route.ts";
import type { Found } from "../wire.ts";
import { plural, sentence } from "../words.ts";

export function Find({ place }: { place: Place }) {
  const { words, turn } = useCompany();
  const q = place.query.get("q") ?? "";
  const only = place.query.get("class") ?? "";
  const found = useAsked<{ results: Found[] }>(
    q ? (signal) => get("/v1/search", { q, class: only, limit: 60 }, signal) : null,
    [q, only, turn],
  );
  const kinds = words.all.map((c) => [c.name, sentence(c.plural)] as const).sort((a, b) => a[1].localeCompare(b[1]));
  return (
    <>
      <Head title={q ? `“${q}”` : "Find"} lead={q ? undefined : "Anything that the records know: by name, number, address or key."} />
      <div class="row filters">
        <div class="grow">
          <Picker
            key={`${q}${only}`}
            label="Name or key"
            {...(only ? { class: only } : {})}
            chosen={(t) => go(to("thing", [t.id]))}
            typed={(text) => go(to("find", [], { q: text, class: only }))}
          />
        </div>
        <Select label="Kind" value={only} options={[["", "All kinds"], ...kinds]} change={(v) => go(to("find", [], { q, class: v }))} />
      </div>
      {q && (
        <Shown of={found} what="Searching">
          {({ results }) =>
            results.length === 0 ? (
              <Empty title="Nothing is called that" sign="find">
                <p>Try a part of the name, or its number. {only && <a href={to("find", [], { q })}>Search all kinds</a>}</p>
              </Empty>
            ) : (
              <>
                <p class="quiet">{plural(results.length, "hit")}, best first</p>
                <ul class="hits card">
                  {results.map((r) => (
                    <li key={r.id}>
                      <ThingLink thing={r} />
                      <span class="why">{r.why}</span>
                    </li>
                  ))}
                </ul>
              </>
            )
          }
        </Shown>
      )}
    </>
  );
}
