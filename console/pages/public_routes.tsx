/**
 * The routes that an admin opens to everybody.
 *
 * @module
 */
import { useState } from "preact/hooks";
import { ask } from "../api/client.ts";
import { isAdmin } from "../roles.ts";
import { texts } from "../texts.ts";
import { useLoad } from "../ui/load.tsx";
import { notify } from "../ui/notices.tsx";
import { Button, Panel } from "../ui/parts.tsx";

const t = texts.routes;

interface PublicRouteReport {
  readonly requested: readonly string[];
  readonly allowed: readonly string[];
}

/** Nothing where the plugin asks for none. */
export function PublicRoutes({ id }: { id: number }) {
  const { data, reload } = useLoad<PublicRouteReport>(
    `/plugins/${id}/public-routes`,
  );
  if (!data?.requested.length) return null;
  return (
    <Panel title={t.publicTitle}>
      <p class="muted">{t.publicLead}</p>
      <Choice key={data.allowed.join()} id={id} report={data} reload={reload} />
    </Panel>
  );
}

function Choice(
  { id, report, reload }: {
    id: number;
    report: PublicRouteReport;
    reload: () => Promise<void>;
  },
) {
  const [chosen, setChosen] = useState(report.allowed);
  async function save() {
    await ask(`/plugins/${id}/public-routes`, {
      method: "PUT",
      body: { paths: chosen },
    });
    notify(t.publicSaved);
    await reload();
  }
  return (
    <>
      {report.requested.map((path) => (
        <label class="check after" key={path}>
          <input
            type="checkbox"
            disabled={!isAdmin()}
            checked={chosen.includes(path)}
            onChange={({ currentTarget }) =>
              setChosen([
                ...chosen.filter((one) => one !== path),
                ...(currentTarget.checked ? [path] : []),
              ])}
          />
          <code>{path}</code>
        </label>
      ))}
      {isAdmin() && (
        <div class="actions after">
          <Button kind="primary" onPress={save}>{t.savePublic}</Button>
        </div>
      )}
    </>
  );
}
