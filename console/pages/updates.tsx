/**
 * New versions, and which of them come by themselves.
 *
 * @module
 */
import { useState } from "preact/hooks";
import { ask, post } from "../api/client.ts";
import { changes } from "../api/events.ts";
import { isThere, type Update } from "../api/types.ts";
import { ago } from "../format.ts";
import { canChange } from "../roles.ts";
import { linkTo } from "../router.ts";
import { texts } from "../texts.ts";
import { Show, useLoad } from "../ui/load.tsx";
import { notify } from "../ui/notices.tsx";
import { Badge, Button, Empty, PageHead, Panel } from "../ui/parts.tsx";
import { WindowButton } from "./update_window.tsx";
import { UpdateDialog } from "./update_dialog.tsx";
import { updateAll } from "./update_all.ts";

const t = texts.updates;

interface Updates {
  readonly checkedAt?: string;
  readonly items: readonly Update[];
}

export function UpdatesPage() {
  const [chosen, setChosen] = useState<Update>();
  const loaded = useLoad<Updates>("/updates");
  const waiting = loaded.data?.items.filter(({ available }) => available) ?? [];
  return (
    <>
      <PageHead
        title={t.title}
        lead={t.checked(
          loaded.data?.checkedAt && ago(loaded.data.checkedAt),
        )}
      >
        {canChange() && (
          <Button onPress={() => check(loaded.reload)}>{t.check}</Button>
        )}
        {canChange() && waiting.length > 0 && (
          <Button
            kind="primary"
            onPress={() => updateAll(waiting.length)}
          >
            {t.all(waiting.length)}
          </Button>
        )}
      </PageHead>
      <Show loaded={loaded}>
        {({ items }) =>
          items.length === 0 ? <Empty title={t.none} /> : (
            <Panel>
              <ul class="rows">
                {items.map((update) => (
                  <UpdateRow
                    key={update.pluginId}
                    update={update}
                    onLook={() => setChosen(update)}
                    reload={loaded.reload}
                  />
                ))}
              </ul>
            </Panel>
          )}
      </Show>
      {chosen && (
        <UpdateDialog
          update={chosen}
          onClose={() => {
            setChosen(undefined);
            loaded.reload();
          }}
        />
      )}
    </>
  );
}

async function check(reload: () => Promise<void>): Promise<void> {
  const { items } = await post<Updates>("/updates/check");
  notify(t.found(items.filter(isThere).length), "info");
  await reload();
  changes.value++;
}

function UpdateRow(
  { update, onLook, reload }: {
    update: Update;
    onLook: () => void;
    reload: () => Promise<void>;
  },
) {
  const { pluginId, name, current, available, policy, error } = update;
  return (
    <li>
      <div>
        <a href={linkTo(`/console/plugins/${pluginId}`)}>
          <strong>{name}</strong>
        </a>{" "}
        <small>{current}</small> {available
          ? <Badge tone="accent">{t.to(available)}</Badge>
          : !error && <small>{t.current}</small>}
        {error && isThere(update) && <Badge tone="warn">{t.asksMore}</Badge>}
        {error && !isThere(update) && <p class="bad-text">{error.detail}</p>}
      </div>
      <label class="policy">
        {t.policy}
        <select
          value={policy.policy}
          disabled={!canChange()}
          onChange={async ({ currentTarget }) => {
            await ask(`/plugins/${pluginId}/update-policy`, {
              method: "PUT",
              body: { ...policy, policy: currentTarget.value },
            });
            await reload();
          }}
        >
          {(["manual", "patch", "minor"] as const).map((one) => (
            <option key={one} value={one}>{t.policies[one]}</option>
          ))}
        </select>
      </label>
      {policy.policy !== "manual" && (
        <WindowButton {...{ update, reload }} disabled={!canChange()} />
      )}
      {isThere(update) && canChange() && (
        <Button small kind="primary" label={t.lookOf(name)} onPress={onLook}>
          {t.look}
        </Button>
      )}
    </li>
  );
}
