/**
 * What an update changes, before it is made.
 *
 * @module
 */
import { ask, post } from "../api/client.ts";
import { changes } from "../api/events.ts";
import type {
  PermissionReport,
  Permissions,
  Preview,
  Update,
} from "../api/types.ts";
import { isAdmin } from "../roles.ts";
import { texts } from "../texts.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Show, useLoad } from "../ui/load.tsx";
import { notify } from "../ui/notices.tsx";
import { Button } from "../ui/parts.tsx";
import { PermissionList } from "./plugin_permissions.tsx";

const t = texts.updates;

interface UpdatePreview {
  readonly preview: Preview;
  readonly changelog?: string;
}

export function UpdateDialog(
  { update, onClose }: { update: Update; onClose: () => void },
) {
  const { pluginId, name, current, available } = update;
  const loaded = useLoad<UpdatePreview>(`/updates/${pluginId}`);
  const preview = loaded.data?.preview;
  const asked = preview?.newPermissions ?? {};
  const asksMore = Object.keys(asked).length > 0;
  const isRefused = preview === undefined || problemsOf(preview).length > 0 ||
    (asksMore && !isAdmin());
  async function apply() {
    if (asksMore) await grant(pluginId, asked);
    const { ok, message } = await post<{ ok: boolean; message: string }>(
      `/updates/${pluginId}`,
    );
    notify(message, ok ? "success" : "error");
    changes.value++;
    onClose();
  }
  return (
    <Dialog
      title={t.dialogTitle(name, current, preview?.version ?? available ?? "…")}
      size="lg"
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{texts.cancel}</Button>
          <Button kind="primary" disabled={isRefused} onPress={apply}>
            {asksMore ? t.grantAndApply : t.apply}
          </Button>
        </>
      }
    >
      <Show loaded={loaded}>
        {(answer) => <Changes {...answer} />}
      </Show>
    </Dialog>
  );
}

/** What is in the way beside the permissions, which this dialog grants. */
function problemsOf({ problems }: Preview): Preview["problems"] {
  return problems.filter(({ code }) => code !== "PERMISSION_REQUIRED");
}

/** Grants what the new version asks for beside what the plugin has. */
async function grant(id: number, asked: Permissions): Promise<void> {
  const path = `/plugins/${id}/permissions`;
  const { granted } = await ask<PermissionReport>(path);
  const together = Object.entries(asked).map(([name, terms]) =>
    [name, joined(granted[name], terms)] as const
  );
  const body = { granted: { ...granted, ...Object.fromEntries(together) } };
  await ask(path, { method: "PUT", body });
}

function joined(
  before: true | readonly string[] | undefined,
  asked: true | readonly string[],
): true | readonly string[] {
  if (before === true || asked === true) return true;
  return [...new Set([...before ?? [], ...asked])];
}

function Changes({ preview, changelog }: UpdatePreview) {
  const { newPermissions = {}, warnings } = preview;
  return (
    <>
      {problemsOf(preview).map(({ code, detail }) => (
        <p key={code} class="callout bad after">{detail}</p>
      ))}
      {warnings.map((text) => (
        <p key={text} class="callout warn after">{text}</p>
      ))}
      <h3 class="after">{t.newPermissions}</h3>
      {Object.keys(newPermissions).length === 0
        ? <p class="muted">{t.noNewPermissions}</p>
        : <PermissionList permissions={newPermissions} />}
      <h3 class="after">{t.changelog}</h3>
      {changelog
        ? <pre tabIndex={0}>{changelog}</pre>
        : <p class="muted">{t.noChangelog}</p>}
    </>
  );
}
