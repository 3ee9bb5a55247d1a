/**
 * Earlier versions to go back to, and the range that updates stay in.
 *
 * @module
 */
import { useState } from "preact/hooks";
import { ask, post } from "../api/client.ts";
import { changes } from "../api/events.ts";
import type { PluginDetail } from "../api/types.ts";
import { ago, moment } from "../format.ts";
import { canChange } from "../roles.ts";
import { texts } from "../texts.ts";
import { confirmed } from "../ui/dialog.tsx";
import { Show, useLoad } from "../ui/load.tsx";
import { notify } from "../ui/notices.tsx";
import { Badge, Button, Empty, Field, Panel } from "../ui/parts.tsx";

const t = texts.versions;

interface Version {
  readonly version: string;
  readonly digest: string;
  readonly replacedAt: string;
}

export function VersionsPanel({ plugin }: { plugin: PluginDetail }) {
  const loaded = useLoad<{ items: readonly Version[] }>(
    `/plugins/${plugin.id}/versions`,
  );
  return (
    <div class="stack">
      <Panel title={t.title}>
        <ul class="rows">
          <li>
            <div>
              <strong>{plugin.version}</strong>{" "}
              <Badge tone="good">{t.now}</Badge>
            </div>
            {plugin.update && canChange() && (
              <Button
                kind="primary"
                small
                onPress={() => update(plugin)}
              >
                {texts.updates.to(plugin.update.version)}
              </Button>
            )}
          </li>
          <Show loaded={loaded}>
            {({ items }) => (
              <>
                {items.map((version) => (
                  <EarlierVersion
                    key={version.digest + version.replacedAt}
                    plugin={plugin}
                    earlier={version}
                  />
                ))}
              </>
            )}
          </Show>
        </ul>
        {loaded.data?.items.length === 0 && <Empty title={t.none} />}
      </Panel>
      {canChange() && <Pin key={plugin.pinned} plugin={plugin} />}
    </div>
  );
}

function EarlierVersion(
  { plugin, earlier }: { plugin: PluginDetail; earlier: Version },
) {
  const { version, digest, replacedAt } = earlier;
  return (
    <li>
      <div>
        <strong>{version}</strong>{" "}
        <small title={moment(replacedAt)}>{t.replaced(ago(replacedAt))}</small>
        <br />
        <code class="muted">{digest.slice(0, 19)}</code>
      </div>
      {canChange() && (
        <Button
          small
          label={t.rollbackTo(version)}
          onPress={() => rollback(plugin, version)}
        >
          {t.rollback}
        </Button>
      )}
    </li>
  );
}

async function update({ id }: PluginDetail): Promise<void> {
  const { ok, message } = await post<{ ok: boolean; message: string }>(
    `/updates/${id}`,
  );
  notify(message, ok ? "success" : "error");
  changes.value++;
}

async function rollback(plugin: PluginDetail, version: string): Promise<void> {
  const { id, name, etag } = plugin;
  const agreed = await confirmed({
    title: t.question(name, version),
    message: t.questionText,
    confirm: t.rollback,
  });
  if (!agreed) return;
  const { message } = await ask<{ message: string }>(
    `/plugins/${id}/rollback`,
    { method: "POST", body: { version }, ifMatch: etag },
  );
  notify(message);
  changes.value++;
}

function Pin({ plugin }: { plugin: PluginDetail }) {
  const { id, pinned } = plugin;
  const [range, setRange] = useState(pinned ?? "");
  const [problem, setProblem] = useState<string>();
  async function save(event: Event) {
    event.preventDefault();
    setProblem(undefined);
    try {
      await ask(`/plugins/${id}/pin`, {
        method: "PUT",
        body: { range: range.trim() || null },
      });
      notify(t.pinSaved);
      changes.value++;
    } catch (error) {
      setProblem((error as Error).message);
    }
  }
  return (
    <Panel title={t.pin}>
      <form class="form" onSubmit={save}>
        <Field label={t.range} hint={t.rangeHint} error={problem}>
          {(props) => (
            <input
              {...props}
              type="text"
              class="mono"
              placeholder="^1.2.0"
              value={range}
              onInput={(event) => setRange(event.currentTarget.value)}
            />
          )}
        </Field>
        <div>
          <Button type="submit">{t.savePin}</Button>
        </div>
      </form>
    </Panel>
  );
}
