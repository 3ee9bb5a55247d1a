/**
 * What an update changes, before it is made.
 *
 * @module
 */
import { post } from "../api/client.ts";
import { changes } from "../api/events.ts";
import type { Preview, Update } from "../api/types.ts";
import { texts } from "../texts.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Show, useLoad } from "../ui/load.tsx";
import { notify } from "../ui/notices.tsx";
import { Button } from "../ui/parts.tsx";
import { PermissionList } from "./plugin_permissions.tsx";

const t = texts.updates;

interface UpdatePreview extends Preview {
  readonly changelog?: string;
}

export function UpdateDialog(
  { update, onClose }: { update: Update; onClose: () => void },
) {
  const { pluginId, name, current, available } = update;
  const loaded = useLoad<UpdatePreview>(`/updates/${pluginId}/preview`);
  async function apply() {
    const { ok, message } = await post<{ ok: boolean; message: string }>(
      `/updates/${pluginId}`,
    );
    notify(message, ok ? "success" : "error");
    changes.value++;
    onClose();
  }
  return (
    <Dialog
      title={t.dialogTitle(name, current, available ?? "")}
      size="lg"
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{texts.cancel}</Button>
          <Button kind="primary" onPress={apply}>{t.apply}</Button>
        </>
      }
    >
      <Show loaded={loaded}>
        {({ newPermissions = {}, changelog, warnings, problems }) => (
          <>
            {problems.map(({ code, detail }) => (
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
        )}
      </Show>
    </Dialog>
  );
}
