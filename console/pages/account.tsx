/**
 * The person's own password, and where it is signed in.
 *
 * @module
 */
import { useState } from "preact/hooks";
import { ask, post, user } from "../api/client.ts";
import { ago } from "../format.ts";
import { texts } from "../texts.ts";
import { Show, useLoad } from "../ui/load.tsx";
import { notify } from "../ui/notices.tsx";
import { Badge, Button, Field, PageHead, Panel } from "../ui/parts.tsx";

const t = texts.account;

interface Session {
  readonly id: number;
  readonly createdAt: string;
  readonly lastUsedAt: string;
  readonly address: string;
  readonly userAgent: string;
  readonly current: boolean;
}

export function AccountPage() {
  const loaded = useLoad<{ items: readonly Session[] }>("/session/all");
  return (
    <>
      <PageHead title={user.value?.name} lead={t.lead} />
      <Panel title={t.password}>
        <PasswordForm />
      </Panel>
      <Panel title={t.sessions}>
        <Show loaded={loaded}>
          {({ items }) => (
            <ul class="rows">
              {items.map((session) => (
                <li key={session.id}>
                  <div>
                    <strong>{session.address || t.unknown}</strong>{" "}
                    {session.current && <Badge tone="good">{t.here}</Badge>}
                    <p class="muted">{session.userAgent}</p>
                    <small>{t.used(ago(session.lastUsedAt))}</small>
                  </div>
                  {!session.current && (
                    <Button
                      small
                      onPress={async () => {
                        const path = `/session/all/${session.id}`;
                        await ask(path, { method: "DELETE" });
                        await loaded.reload();
                      }}
                    >
                      {t.end}
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          )}
        </Show>
      </Panel>
    </>
  );
}

function PasswordForm() {
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [problem, setProblem] = useState<string>();
  async function save(event: Event) {
    event.preventDefault();
    setProblem(undefined);
    try {
      await post("/session/password", { current, next });
      notify(t.changed);
      setCurrent("");
      setNext("");
    } catch (error) {
      setProblem((error as Error).message);
    }
  }
  return (
    <form class="form" onSubmit={save}>
      <Field label={t.current}>
        {(props) => (
          <input
            {...props}
            type="password"
            required
            autocomplete="current-password"
            value={current}
            onInput={(event) => setCurrent(event.currentTarget.value)}
          />
        )}
      </Field>
      <Field label={t.next} hint={texts.signIn.passwordHint} error={problem}>
        {(props) => (
          <input
            {...props}
            type="password"
            required
            minLength={10}
            autocomplete="new-password"
            value={next}
            onInput={(event) => setNext(event.currentTarget.value)}
          />
        )}
      </Field>
      <div>
        <Button type="submit">{t.change}</Button>
      </div>
    </form>
  );
}
