/**
 * What runs by the clock.
 *
 * @module
 */
import { post } from "../api/client.ts";
import type { Schedule, ScheduleRun } from "../api/types.ts";
import { ago, duration, moment } from "../format.ts";
import { canChange } from "../roles.ts";
import { texts } from "../texts.ts";
import { Show, useLoad } from "../ui/load.tsx";
import { notify } from "../ui/notices.tsx";
import { Badge, Button, Empty, PageHead, Panel } from "../ui/parts.tsx";

const t = texts.schedules;

export function SchedulesPage() {
  return (
    <>
      <PageHead title={t.title} lead={t.lead} />
      <SchedulesPanel path="/schedules" showPlugin />
    </>
  );
}

export function SchedulesPanel(
  { path, showPlugin }: { path: string; showPlugin?: boolean },
) {
  const loaded = useLoad<
    { items: readonly (Schedule & { plugin: string })[] }
  >(path, 10_000);
  return (
    <Panel title={showPlugin ? undefined : t.title}>
      <Show loaded={loaded}>
        {({ items }) =>
          items.length === 0 ? <Empty title={t.none} /> : (
            <ul class="rows">
              {items.map((schedule) => (
                <li key={`${schedule.pluginId}/${schedule.name}`}>
                  <div>
                    <strong>{schedule.name}</strong>{" "}
                    {showPlugin && <small>{schedule.plugin}</small>}
                    <p class="muted">
                      <code>{schedule.every}</code>
                      {schedule.nextAt && (
                        <span title={moment(schedule.nextAt)}>
                          {` · ${t.next(ago(schedule.nextAt))}`}
                        </span>
                      )}
                    </p>
                    <LastRun schedule={schedule} />
                  </div>
                  {canChange() && (
                    <Button
                      small
                      label={t.runOf(schedule.name)}
                      onPress={async () => {
                        await run(schedule);
                        await loaded.reload();
                      }}
                    >
                      {t.run}
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          )}
      </Show>
    </Panel>
  );
}

function LastRun({ schedule: { last, running } }: { schedule: Schedule }) {
  if (running) return <Badge tone="accent">{t.running}</Badge>;
  if (!last) return <small>{t.neverRan}</small>;
  return (
    <p>
      <Badge tone={last.ok ? "good" : "bad"}>{last.ok ? t.ok : t.failed}</Badge>
      {" "}
      <small title={moment(last.startedAt)}>
        {ago(last.startedAt)}, {duration(last.durationMs)}
      </small>
      {last.error && <small class="bad-text">{` ${last.error}`}</small>}
    </p>
  );
}

async function run({ pluginId, name }: Schedule): Promise<void> {
  const { ok, error, durationMs } = await post<ScheduleRun>(
    `/plugins/${pluginId}/schedules/${encodeURIComponent(name)}/run`,
  );
  if (ok) notify(t.ran(name, duration(durationMs)));
  else notify(error ?? t.failed, "error");
}
