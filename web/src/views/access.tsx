/** Who may do what, and what answers leave out for whom: from the policies alone, whatever the data holds. */

import { get } from "../api.ts";
import { useAsked, useCompany } from "../company.tsx";
import { Empty, Head, Note, Shown } from "../parts/basics.tsx";
import { Icon } from "../parts/icon.tsx";
import { to, type Place } from "../route.ts";
import type { Policies, RoleLine } from "../wire.ts";
import { sentence } from "../words.ts";

const ACTIONS = [
  ["read", "look up"], ["ask", "ask"], ["review", "review"], ["decide", "decide"], ["ingest", "read sources"], ["undo", "take back"],
  ["audit", "audit"], ["administer", "keys, people"],
] as const;

const CHANGES: Record<string, string> = {
  apply: "making a scenario true", correct: "corrections", "correct-money": "corrections of money", erase: "erasing a person",
};

export function Access({ place: _ }: { place: Place }) {
  const { me, turn, may } = useCompany();
  const found = useAsked<Policies>((signal) => get("/v1/policies", {}, signal), [turn]);
  return (
    <>
      <Head title="Who sees what" lead="What each role may do, and what answers leave out for it. Somebody's key or invitation names the roles.">
        {may("administer") && (
          <a class="button" href={to("account")}>
            <Icon of="key" /> Keys
          </a>
        )}
      </Head>
      <Shown of={found}>
        {({ roles, files, digest }) => (
          <>
            <Rights roles={roles} mine={me?.roles ?? []} />
            <section class="card">
              <h2>What answers leave out</h2>
              <dl class="facts leaves-out">
                {roles.map((r) => (
                  <Left key={r.role} of={r} />
                ))}
              </dl>
              <p class="quiet small">Such things are taken out before anything is computed: they change no path, count, score or suggestion.</p>
            </section>
            {may("administer") && <People />}
            <section class="card">
              <header class="card-head">
                <h2>Policies in force</h2>
                <span class="quiet small">
                  <code>{digest}</code>
                </span>
              </header>
              <p class="quiet">
                In Cedar. Your own are files <code>policies/*.cedar</code> in the project folder; a permit adds, a forbid wins. They are read when the service starts.
              </p>
              {files.map((f) => (
                <details key={f.name} class="policy" open={!f.shipped}>
                  <summary>
                    {f.name} {f.shipped ? <span class="tag">comes with knockon</span> : <span class="tag">your own</span>}
                  </summary>
                  <pre tabIndex={0}>{f.text}</pre>
                </details>
              ))}
              {files.every((f) => f.shipped) && <Note>There are no policies of your own: the roles are as they come.</Note>}
            </section>
          </>
        )}
      </Shown>
    </>
  );
}

function Rights({ roles, mine }: { roles: readonly RoleLine[]; mine: readonly string[] }) {
  const second = roles.filter((r) => r.second_person.length > 0);
  return (
    <section class="card">
      <h2>What each role may do</h2>
      <div class="scroll">
        <table class="rights">
          <thead>
            <tr>
              <th scope="col">Role</th>
              {ACTIONS.map(([a, text]) => (
                <th key={a} scope="col">
                  {text}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {roles.map((r) => (
              <tr key={r.role}>
                <th scope="row">
                  {r.role} {mine.includes(r.role) && <span class="tag">you</span>}
                </th>
                {ACTIONS.map(([a, text]) => (
                  <td key={a}>{r.may.includes(a) ? <span class="yes"><Icon of="check" /><span class="unseen">may {text}</span></span> : <span class="unseen">may not {text}</span>}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {second.map((r) => (
        <p key={r.role} class="quiet">
          <b>{sentence(r.role)}</b> needs a second person for {r.second_person.map((c) => CHANGES[c] ?? c).join(", ")}.
        </p>
      ))}
    </section>
  );
}

const FEW = 6;

function Left({ of }: { of: RoleLine }) {
  return (
    <>
      <dt>{of.role}</dt>
      <dd>
        {of.may.length === 0 ? (
          <span class="quiet">Permits nothing by itself; with another role it lets more be seen.</span>
        ) : of.withheld.length === 0 ? (
          "nothing"
        ) : of.withheld.length <= FEW ? (
          of.withheld.join(", ")
        ) : (
          <details>
            <summary>
              {of.withheld.slice(0, FEW).join(", ")} and {of.withheld.length - FEW} more
            </summary>
            {of.withheld.slice(FEW).join(", ")}
          </details>
        )}
      </dd>
    </>
  );
}

interface Person {
  email: string;
  name: string;
  roles: string[];
  state: string;
}

function People() {
  const { turn } = useCompany();
  const found = useAsked<Person[]>((signal) => get("/v1/people", {}, signal), [turn]);
  return (
    <section class="card">
      <h2>People</h2>
      <Shown of={found}>
        {(people) =>
          people.length === 0 ? (
            <Empty title="Nobody is invited" sign="person">
              <p>
                <code>knockon invite ADDRESS --role viewer</code> makes an invitation.
              </p>
            </Empty>
          ) : (
            <div class="scroll">
              <table>
                <thead>
                  <tr>
                    <th scope="col">Who</th>
                    <th scope="col">Roles</th>
                    <th scope="col">State</th>
                  </tr>
                </thead>
                <tbody>
                  {people.map((p) => (
                    <tr key={p.email}>
                      <td>
                        {p.name} <span class="quiet">{p.email}</span>
                      </td>
                      <td>{p.roles.join(", ")}</td>
                      <td>{p.state}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Shown>
    </section>
  );
}
