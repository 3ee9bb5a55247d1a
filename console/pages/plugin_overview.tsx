/**
 * Why a plugin is in its state, and how its calls go.
 *
 * @module
 */
import type { CallReport, PluginDetail } from "../api/types.ts";
import { ago, bytes, duration, moment } from "../format.ts";
import { linkTo } from "../router.ts";
import { texts } from "../texts.ts";
import { RequestChart } from "../ui/charts.tsx";
import { Empty, Panel } from "../ui/parts.tsx";
import { pagePlace } from "../ui/shell.tsx";

const t = texts.overview;

export function Overview({ plugin }: { plugin: PluginDetail }) {
  const { requests, health } = plugin;
  return (
    <div class="stack">
      <Why plugin={plugin} />
      <div class="columns">
        <Panel title={t.requests}>
          <RequestChart values={requests.perMinute} />
        </Panel>
        <Panel title={t.about}>
          <Facts plugin={plugin} />
        </Panel>
      </div>
      <div class="columns">
        <Panel title={t.actions}>
          <Calls calls={health.actions} />
        </Panel>
        <Panel title={t.hooks}>
          <Calls calls={health.hooks} />
        </Panel>
      </div>
    </div>
  );
}

/** The reason of the state, with the last error in full. */
function Why({ plugin }: { plugin: PluginDetail }) {
  const { state, reason, lastError, lastErrorAt, retryAt, warnings } = plugin;
  const isFine = state === "active" && lastError === undefined;
  return (
    <Panel title={t.why}>
      <p class={`callout ${toneOf(state)}`}>
        {texts.stateMeanings[state]}
        {reason && <>{t.reason(reason)}</>}
      </p>
      {retryAt && <p class="hint">{t.retry(ago(retryAt), moment(retryAt))}</p>}
      {lastError && (
        <>
          <h3 class="after">
            {t.lastError}
            {lastErrorAt && (
              <small title={moment(lastErrorAt)}>· {ago(lastErrorAt)}</small>
            )}
          </h3>
          <pre tabIndex={0}>{lastError}</pre>
        </>
      )}
      {warnings.map((text) => (
        <p key={text} class="callout warn after">{text}</p>
      ))}
      {isFine && warnings.length === 0 && <p class="muted after">{t.fine}</p>}
    </Panel>
  );
}

function toneOf(state: PluginDetail["state"]): string {
  if (state === "active") return "good";
  if (state === "failed") return "bad";
  return state === "degraded" || state === "quarantined" ? "warn" : "";
}

function Facts({ plugin }: { plugin: PluginDetail }) {
  const { health, requests, author, repository, pages, hooks } = plugin;
  const facts: [string, unknown][] = [
    [t.errors, plugin.errorsLastHour],
    [t.latency, `${duration(requests.p50Ms)} / ${duration(requests.p99Ms)}`],
    [t.loadTime, health.loadMs === undefined ? "" : duration(health.loadMs)],
    [t.memory, health.residentBytes && bytes(health.residentBytes)],
    [t.table, health.tableBytes && bytes(health.tableBytes)],
    [t.crashes, health.crashes || ""],
    [t.late, health.lateErrors || ""],
    [t.dropped, health.droppedEvents || ""],
    [t.author, author.name],
    [t.repository, repository],
    [t.events, hooks.join(", ")],
  ];
  return (
    <dl class="facts">
      {facts.map(([name, value]) =>
        value === undefined || value === "" || value === null ? null : (
          <>
            <dt>{name}</dt>
            <dd>{String(value)}</dd>
          </>
        )
      )}
      {pages.length > 0 && (
        <>
          <dt>{t.pages}</dt>
          <dd>
            {pages.map(({ path, title }) => (
              <a key={path} href={linkTo(pagePlace(plugin.name, path))}>
                {title}
              </a>
            ))}
          </dd>
        </>
      )}
    </dl>
  );
}

function Calls({ calls }: { calls: Readonly<Record<string, CallReport>> }) {
  const all = Object.entries(calls);
  if (all.length === 0) return <Empty title={t.noCalls} />;
  return (
    <div class="table-box" tabIndex={0} role="group" aria-label={t.callTable}>
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">{t.name}</th>
            <th scope="col" class="end">{t.calls}</th>
            <th scope="col" class="end">{t.failures}</th>
            <th scope="col" class="end">{t.latency}</th>
          </tr>
        </thead>
        <tbody>
          {all.map(([name, { calls, failures, p50Ms, p99Ms }]) => (
            <tr key={name}>
              <td>
                <code>{name}</code>
              </td>
              <td class="end">{calls}</td>
              <td class="end">{failures}</td>
              <td class="end">{duration(p50Ms)} / {duration(p99Ms)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
