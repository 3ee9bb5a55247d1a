/**
 * What plugins keep, backups, and how the machine is.
 *
 * @module
 */
import { useState } from "preact/hooks";
import { ask, askRaw, post } from "../api/client.ts";
import { cellText } from "../renderer/paths.ts";
import { isAdmin } from "../roles.ts";
import { texts } from "../texts.ts";
import { confirmed, Dialog } from "../ui/dialog.tsx";
import { Show, useLoad } from "../ui/load.tsx";
import { notify } from "../ui/notices.tsx";
import { Badge, Button, Empty, PageHead, Panel } from "../ui/parts.tsx";

const t = texts.data;
const PAGE = 100;

interface Table {
  readonly table: string;
  readonly pluginId: number;
  readonly plugin: string;
  readonly orphan: boolean;
  readonly ownFile: boolean;
  readonly rows?: number;
}

interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  readonly next?: number;
}

export function DataPage() {
  return (
    <>
      <PageHead title={t.title} lead={t.lead}>
        {isAdmin() && (
          <Button kind="primary" onPress={backUp}>{t.backUp}</Button>
        )}
      </PageHead>
      <TablesPanel />
      {isAdmin() && <Doctor />}
    </>
  );
}

async function backUp(): Promise<void> {
  const { path } = await post<{ path: string }>("/backups");
  notify(t.backedUp(path));
}

/** The tables of one plugin, or of all. */
export function TablesPanel({ pluginId }: { pluginId?: number }) {
  const [shown, setShown] = useState<Table>();
  const loaded = useLoad<{ items: readonly Table[] }>("/tables");
  return (
    <Panel title={t.tables}>
      <Show loaded={loaded}>
        {({ items }) => {
          const ours = items.filter((table) =>
            pluginId === undefined || table.pluginId === pluginId
          );
          return ours.length === 0
            ? <Empty title={t.none} />
            : (
              <ul class="rows">
                {ours.map((table) => (
                  <TableRow
                    key={table.table}
                    table={table}
                    onShow={() => setShown(table)}
                    reload={loaded.reload}
                  />
                ))}
              </ul>
            );
        }}
      </Show>
      {shown && (
        <RowsDialog
          table={shown}
          onClose={() => setShown(undefined)}
        />
      )}
    </Panel>
  );
}

function TableRow(
  { table, onShow, reload }: {
    table: Table;
    onShow: () => void;
    reload: () => Promise<void>;
  },
) {
  const { table: name, plugin, orphan, ownFile, rows } = table;
  return (
    <li>
      <div>
        <strong>{name}</strong>{" "}
        {orphan && <Badge tone="warn">{t.orphan}</Badge>}
        {ownFile && <Badge>{t.ownFile}</Badge>}
        <p class="muted">
          {rows === undefined ? plugin : t.rowsOf(plugin, rows)}
        </p>
      </div>
      <div class="row-actions">
        <Button small label={t.showOf(name)} onPress={onShow}>{t.show}</Button>
        {(["csv", "json"] as const).map((format) => (
          <Button
            key={format}
            small
            label={t.exportOf(format, name)}
            onPress={() => download(name, format)}
          >
            {t.export(format)}
          </Button>
        ))}
        {orphan && isAdmin() && (
          <Button
            small
            kind="danger"
            label={t.purgeOf(name)}
            onPress={() => purge(table, reload)}
          >
            {t.purge}
          </Button>
        )}
      </div>
    </li>
  );
}

/** The token is in a header, so that a link alone cannot fetch the file. */
async function download(name: string, format: string): Promise<void> {
  const path = `/tables/${encodeURIComponent(name)}/export?format=${format}`;
  const response = await askRaw(path);
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = `${name}.${format}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

async function purge(
  { table, pluginId }: Table,
  reload: () => Promise<void>,
): Promise<void> {
  const agreed = await confirmed({
    title: t.purgeOf(table),
    message: t.purgeText,
    confirm: t.purge,
    danger: true,
  });
  if (!agreed) return;
  const { message } = await ask<{ message: string }>(`/orphans/${pluginId}`, {
    method: "DELETE",
  });
  notify(message);
  await reload();
}

function RowsDialog(
  { table, onClose }: { table: Table; onClose: () => void },
) {
  const [offset, setOffset] = useState(0);
  const name = encodeURIComponent(table.table);
  const loaded = useLoad<Rows>(
    `/tables/${name}/rows?offset=${offset}&limit=${PAGE}`,
  );
  return (
    <Dialog
      title={table.table}
      size="xl"
      onClose={onClose}
      footer={
        <>
          <Button
            disabled={offset === 0}
            onPress={() => setOffset(Math.max(0, offset - PAGE))}
          >
            {t.before}
          </Button>
          <Button
            disabled={loaded.data?.next === undefined}
            onPress={() => setOffset(loaded.data!.next!)}
          >
            {t.after}
          </Button>
        </>
      }
    >
      <Show loaded={loaded}>
        {({ columns, rows }) =>
          rows.length === 0 ? <Empty title={t.noRows} /> : (
            <div
              class="w-table-scroll"
              tabIndex={0}
              role="group"
              aria-label={t.rows}
            >
              <table class="w-table striped size-sm">
                <thead>
                  <tr>
                    {columns.map((one) => <th key={one} scope="col">{one}</th>)}
                  </tr>
                </thead>
                <tbody>
                  {rows.map((row, at) => (
                    <tr key={at}>
                      {row.map((value, column) => (
                        <td key={column}>{cellText(value)}</td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
      </Show>
    </Dialog>
  );
}

interface Finding {
  readonly name: string;
  readonly state: "ok" | "warning" | "failed" | "unknown";
  readonly detail: string;
}

const TONES = {
  ok: "good",
  warning: "warn",
  failed: "bad",
  unknown: "neutral",
} as const;

function Doctor() {
  const loaded = useLoad<{ items: readonly Finding[] }>("/doctor");
  return (
    <Panel title={t.doctor}>
      <Show loaded={loaded}>
        {({ items }) => (
          <ul class="rows">
            {items.map(({ name, state, detail }) => (
              <li key={name}>
                <div>
                  <strong>{name}</strong>
                  <p class="muted">{detail}</p>
                </div>
                <Badge tone={TONES[state]}>{t.findings[state]}</Badge>
              </li>
            ))}
          </ul>
        )}
      </Show>
    </Panel>
  );
}
