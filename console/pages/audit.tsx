/**
 * Who did what, and when.
 *
 * @module
 */
import { useState } from "preact/hooks";
import { ask } from "../api/client.ts";
import type { AuditEntry } from "../api/types.ts";
import { ago, moment } from "../format.ts";
import { texts } from "../texts.ts";
import { Show, useLoad } from "../ui/load.tsx";
import { Badge, Button, Empty, PageHead, Panel } from "../ui/parts.tsx";

const t = texts.audit;

interface AuditAnswer {
  readonly items: readonly AuditEntry[];
  readonly next?: string;
}

export function AuditPage() {
  return (
    <>
      <PageHead title={t.title} lead={t.lead} />
      <AuditPanel path="/audit" />
    </>
  );
}

export function AuditPanel({ path }: { path: string }) {
  const loaded = useLoad<AuditAnswer>(path);
  return (
    <Panel>
      <Show loaded={loaded}>
        {(first) => (
          <Entries key={first.items[0]?.id} path={path} first={first} />
        )}
      </Show>
    </Panel>
  );
}

function Entries({ path, first }: { path: string; first: AuditAnswer }) {
  const [more, setMore] = useState<AuditAnswer>({
    items: [],
    next: first.next,
  });
  const items = [...first.items, ...more.items];
  if (items.length === 0) return <Empty title={t.none} />;
  async function loadMore() {
    const answer = await ask<AuditAnswer>(`${path}?cursor=${more.next}`);
    setMore({ items: [...more.items, ...answer.items], next: answer.next });
  }
  return (
    <>
      <table class="plain stack-small">
        <thead>
          <tr>
            <th scope="col">{t.when}</th>
            <th scope="col">{t.who}</th>
            <th scope="col">{t.what}</th>
            <th scope="col">{t.plugin}</th>
            <th scope="col">{t.detail}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((entry) => (
            <tr key={entry.id}>
              <td title={moment(entry.at)}>{ago(entry.at)}</td>
              <td>{entry.actor}</td>
              <td>
                <Badge tone={entry.ok ? "neutral" : "bad"}>
                  {entry.action}
                </Badge>
              </td>
              <td>{entry.plugin}</td>
              <td class="muted">{entry.detail}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {more.next && (
        <div class="actions after">
          <Button onPress={loadMore}>{t.more}</Button>
        </div>
      )}
    </>
  );
}
