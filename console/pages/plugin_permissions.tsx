/**
 * What a plugin asks for, what each permission means, and what it got.
 *
 * @module
 */
import { useState } from "preact/hooks";
import { ask } from "../api/client.ts";
import type { PermissionReport, Permissions } from "../api/types.ts";
import { isAdmin } from "../roles.ts";
import { texts } from "../texts.ts";
import { Show, useLoad } from "../ui/load.tsx";
import { notify } from "../ui/notices.tsx";
import { Badge, Button, Empty, Panel } from "../ui/parts.tsx";

const t = texts.permissions;

export function PermissionsPanel({ id }: { id: number }) {
  const loaded = useLoad<PermissionReport>(`/plugins/${id}/permissions`);
  return (
    <Show loaded={loaded}>
      {(report) => (
        <Panel title={t.title}>
          {Object.keys(report.requested).length === 0
            ? <Empty title={t.none} />
            : (
              <Grants
                key={JSON.stringify(report.granted)}
                id={id}
                report={report}
                reload={loaded.reload}
              />
            )}
        </Panel>
      )}
    </Show>
  );
}

function Grants(
  { id, report, reload }: {
    id: number;
    report: PermissionReport;
    reload: () => Promise<void>;
  },
) {
  const { requested, granted, effective } = report;
  const [chosen, setChosen] = useState(new Set(Object.keys(granted)));
  const toggle = (name: string) => {
    const next = new Set(chosen);
    if (!next.delete(name)) next.add(name);
    setChosen(next);
  };
  async function save() {
    const next = Object.fromEntries(
      Object.entries(requested).filter(([name]) => chosen.has(name)),
    );
    await ask(`/plugins/${id}/permissions`, {
      method: "PUT",
      body: { granted: next },
    });
    notify(t.saved);
    await reload();
  }
  return (
    <>
      {Object.entries(requested).map(([name, terms]) => (
        <div class="permission" key={name}>
          <label class="check">
            <input
              type="checkbox"
              checked={chosen.has(name)}
              disabled={!isAdmin()}
              onChange={() =>
                toggle(name)}
            />
            {t.names(name)}
            {Object.hasOwn(effective, name)
              ? <Badge tone="good">{t.granted}</Badge>
              : <Badge tone="warn">{t.notGranted}</Badge>}
          </label>
          <p class="muted">{t.meanings(name)}</p>
          <Terms terms={terms} />
        </div>
      ))}
      {isAdmin() && (
        <div class="actions after">
          <Button kind="primary" onPress={save}>{t.save}</Button>
        </div>
      )}
    </>
  );
}

function Terms({ terms }: { terms: true | readonly string[] }) {
  if (terms === true) return <p>{t.everything}</p>;
  return (
    <p class="tags">{terms.map((term) => <code key={term}>{term}</code>)}</p>
  );
}

/** Permissions to read, as a dry run shows them. */
export function PermissionList({ permissions }: { permissions: Permissions }) {
  const all = Object.entries(permissions);
  if (all.length === 0) return <p class="muted">{t.none}</p>;
  return (
    <ul>
      {all.map(([name, terms]) => (
        <li class="permission" key={name}>
          <strong>{t.names(name)}</strong>
          <p class="muted">{t.meanings(name)}</p>
          <Terms terms={terms} />
        </li>
      ))}
    </ul>
  );
}
