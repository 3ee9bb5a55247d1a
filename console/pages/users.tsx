/**
 * Who may do what: users and keys.
 *
 * @module
 */
import { useState } from "preact/hooks";
import { ask, post, user } from "../api/client.ts";
import type { Role, User } from "../api/types.ts";
import { ago, moment } from "../format.ts";
import { texts } from "../texts.ts";
import { confirmed } from "../ui/dialog.tsx";
import { Show, useLoad } from "../ui/load.tsx";
import { notify } from "../ui/notices.tsx";
import { Button, Empty, Field, PageHead, Panel } from "../ui/parts.tsx";

const t = texts.users;
const ROLES: readonly Role[] = ["viewer", "operator", "admin"];

export function UsersPage() {
  return (
    <>
      <PageHead title={t.title} lead={t.lead} />
      <Users />
      <Keys />
    </>
  );
}

function Users() {
  const loaded = useLoad<{ items: readonly User[] }>("/users");
  return (
    <Panel title={t.users}>
      <Show loaded={loaded}>
        {({ items }) => (
          <ul class="rows">
            {items.map((one) => (
              <UserRow key={one.id} one={one} reload={loaded.reload} />
            ))}
          </ul>
        )}
      </Show>
      <AddUser reload={loaded.reload} />
    </Panel>
  );
}

function UserRow(
  { one, reload }: { one: User; reload: () => Promise<void> },
) {
  const { id, name, role, createdAt } = one;
  const isSelf = id === user.value?.id;
  async function remove() {
    const agreed = await confirmed({
      title: t.removeOf(name),
      message: t.removeText,
      confirm: t.remove,
      danger: true,
    });
    if (!agreed) return;
    await ask(`/users/${id}`, { method: "DELETE" });
    await reload();
  }
  async function setRole(role: string) {
    await ask(`/users/${id}`, { method: "PATCH", body: { role } })
      .catch((error) => notify(error.message, "error"));
    await reload();
  }
  return (
    <li>
      <div>
        <strong>{name}</strong> {isSelf && <small>{t.you}</small>}
        {createdAt && (
          <p class="muted" title={moment(createdAt)}>
            {t.since(ago(createdAt))}
          </p>
        )}
      </div>
      <RoleSelect
        label={t.roleOf(name)}
        value={role}
        disabled={isSelf}
        onValue={setRole}
      />
      {!isSelf && (
        <Button small label={t.removeOf(name)} onPress={remove}>
          {t.remove}
        </Button>
      )}
    </li>
  );
}

function RoleSelect(
  { label, value, disabled, onValue }: {
    label: string;
    value: Role;
    disabled?: boolean;
    onValue: (role: Role) => void;
  },
) {
  return (
    <select
      aria-label={label}
      value={value}
      disabled={disabled}
      onChange={(event) => onValue(event.currentTarget.value as Role)}
    >
      {ROLES.map((role) => (
        <option key={role} value={role}>{texts.roles[role]}</option>
      ))}
    </select>
  );
}

function AddUser({ reload }: { reload: () => Promise<void> }) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [problem, setProblem] = useState<string>();
  async function add(event: Event) {
    event.preventDefault();
    setProblem(undefined);
    try {
      await post("/users", { name, password, role });
      notify(t.added(name));
      setName("");
      setPassword("");
      await reload();
    } catch (error) {
      setProblem((error as Error).message);
    }
  }
  return (
    <form class="inline-form after" onSubmit={add}>
      <Field label={t.name}>
        {(props) => (
          <input
            {...props}
            type="text"
            required
            autocomplete="off"
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        )}
      </Field>
      <Field label={t.password}>
        {(props) => (
          <input
            {...props}
            type="password"
            required
            minLength={10}
            autocomplete="new-password"
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        )}
      </Field>
      <RoleSelect label={t.role} value={role} onValue={setRole} />
      <Button type="submit">{t.add}</Button>
      {problem && <p class="callout bad" role="alert">{problem}</p>}
    </form>
  );
}

interface Key extends User {
  readonly expiresAt?: string;
}

function Keys() {
  const loaded = useLoad<{ items: readonly Key[] }>("/keys");
  const [made, setMade] = useState<string>();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  async function add(event: Event) {
    event.preventDefault();
    const { key } = await post<{ key: string }>("/keys", { name, role });
    setMade(key);
    setName("");
    await loaded.reload();
  }
  async function end({ id, name }: Key) {
    const agreed = await confirmed({
      title: t.endOf(name),
      message: t.endText,
      confirm: t.end,
      danger: true,
    });
    if (!agreed) return;
    await ask(`/keys/${id}`, { method: "DELETE" });
    await loaded.reload();
  }
  return (
    <Panel title={t.keys}>
      <p class="muted">{t.keysLead}</p>
      {made && (
        <div class="callout good after" role="status">
          <p>{t.keyOnce}</p>
          <p class="secret-once">
            <code>{made}</code>
            <Button small onPress={() => navigator.clipboard.writeText(made)}>
              {t.copy}
            </Button>
          </p>
        </div>
      )}
      <Show loaded={loaded}>
        {({ items }) =>
          items.length === 0 ? <Empty title={t.noKeys} /> : (
            <ul class="rows">
              {items.map((key) => (
                <li key={key.id}>
                  <div>
                    <strong>{key.name}</strong>{" "}
                    <small>{texts.roles[key.role]}</small>
                    {key.expiresAt && (
                      <p class="muted">{t.expires(moment(key.expiresAt))}</p>
                    )}
                  </div>
                  <Button
                    small
                    label={t.endOf(key.name)}
                    onPress={() => end(key)}
                  >
                    {t.end}
                  </Button>
                </li>
              ))}
            </ul>
          )}
      </Show>
      <form class="inline-form after" onSubmit={add}>
        <Field label={t.keyName}>
          {(props) => (
            <input
              {...props}
              type="text"
              required
              value={name}
              onInput={(event) => setName(event.currentTarget.value)}
            />
          )}
        </Field>
        <RoleSelect label={t.keyRole} value={role} onValue={setRole} />
        <Button type="submit">{t.addKey}</Button>
      </form>
    </Panel>
  );
}
