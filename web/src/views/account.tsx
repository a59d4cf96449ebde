/** Who is asking, what he may do and see; keys and people for those who look after them. */

import { useState } from "preact/hooks";
import { get, key, part, post, Problem, send, setKey } from "../api.ts";
import { useAsked, useCompany, type Look } from "../company.tsx";
import { Copy, Field, Head, Note, Select, Shown, Trouble } from "../parts/basics.tsx";
import { go, to, type Place } from "../route.ts";
import { day, sentence } from "../words.ts";

const DOES: Record<string, string> = {
  read: "look things up", ask: "ask", review: "see what needs a person", decide: "correct and decide", ingest: "read sources",
  undo: "take runs back", audit: "read the audit", administer: "look after keys and people",
};

export function Account({ place: _ }: { place: Place }) {
  const { me, look, setLook, may } = useCompany();
  if (!me) return null;
  const leave = () => {
    const had = key() !== null;
    setKey(null);
    const gone = () => {
      location.hash = to("sign-in");
      location.reload();
    };
    if (had) gone();
    else send("DELETE", "/v1/session").then(gone, gone);
  };
  return (
    <>
      <Head title={sentence(me.name)} lead={me.kind === "local" ? "You ask from this machine, so no key is needed." : `${sentence(me.kind)} with ${me.roles.join(", ")}`}>
        {me.kind === "local" ? (
          <button type="button" class="button" onClick={() => go(to("sign-in"))}>
            Sign in as somebody
          </button>
        ) : (
          <button type="button" class="button" onClick={leave}>
            Sign out
          </button>
        )}
      </Head>
      <section class="card">
        <h2>You may</h2>
        <p>{me.may.map((m) => DOES[m] ?? m).join(", ")}.</p>
        <h2>Answers leave out for you</h2>
        <p>{me.withheld.length === 0 ? "Nothing." : `${me.withheld.join(", ")}. This is said by the policies, whatever the data holds.`}</p>
      </section>
      <section class="card">
        <Select
          label="Look"
          value={look}
          options={[["system", "As the system has it"], ["light", "Light"], ["dark", "Dark"]]}
          change={(v) => setLook(v as Look)}
        />
        <p class="hint">
          Keys: <kbd>/</kbd> or <kbd>Ctrl K</kbd> finds things, <kbd>Esc</kbd> closes.
        </p>
      </section>
      {may("administer") && <Keys />}
    </>
  );
}

interface KeyLine {
  id: string;
  name: string;
  roles: string[];
  created: string;
  expires: string | null;
  state: string;
}

function Keys() {
  const { turn } = useCompany();
  const [again, setAgain] = useState(0);
  const found = useAsked<{ keys: KeyLine[] }>((signal) => get("/v1/keys", {}, signal), [turn, again]);
  const [made, setMade] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const failed = (error: unknown) => {
    if (error instanceof Problem) setProblem(error);
  };
  return (
    <section class="card">
      <h2>Keys</h2>
      <Shown of={found}>
        {({ keys }) => (
          <div class="scroll">
            <table>
              <thead>
                <tr>
                  <th scope="col">For</th>
                  <th scope="col">Roles</th>
                  <th scope="col">Until</th>
                  <th scope="col">State</th>
                  <th scope="col">
                    <span class="unseen">End it</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {keys.map((k) => (
                  <tr key={k.id}>
                    <td>{k.name}</td>
                    <td>{k.roles.join(", ")}</td>
                    <td>{day(k.expires)}</td>
                    <td>{k.state}</td>
                    <td>
                      {k.state === "valid" && (
                        <button
                          type="button"
                          class="link"
                          aria-label={`End the key ${k.name}`}
                          onClick={() => send("DELETE", `/v1/keys/${part(k.id)}`).then(() => setAgain((a) => a + 1), failed)}
                        >
                          End it
                        </button>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Shown>
      <form
        class="row"
        onSubmit={(e) => {
          e.preventDefault();
          const form = new FormData(e.currentTarget);
          setProblem(null);
          post<{ key: string }>("/v1/keys", { name: String(form.get("name")), roles: [String(form.get("role"))] })
            .then((answer) => {
              setMade(answer.key);
              setAgain((a) => a + 1);
            })
            .catch(failed);
        }}
      >
        <Field label="A new key for">{(p) => <input {...p} name="name" type="text" required maxLength={120} />}</Field>
        <Field label="Role">
          {(p) => (
            <select {...p} name="role">
              {["viewer", "analyst", "steward", "owner"].map((r) => (
                <option key={r}>{r}</option>
              ))}
            </select>
          )}
        </Field>
        <button type="submit" class="button">
          Make
        </button>
      </form>
      {problem && <Trouble problem={problem} />}
      {made && (
        <Note kind="good">
          It is shown this once: <code>{made}</code> <Copy text={made} />
        </Note>
      )}
    </section>
  );
}
