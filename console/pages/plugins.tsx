/**
 * All plugins: how each is doing, and what can be done about it.
 *
 * @module
 */
import { useState } from "preact/hooks";
import { post } from "../api/client.ts";
import { changes } from "../api/events.ts";
import {
  isThere,
  type PluginState,
  type PluginSummary,
  type Update,
} from "../api/types.ts";
import { duration } from "../format.ts";
import { canChange } from "../roles.ts";
import { linkTo } from "../router.ts";
import { texts } from "../texts.ts";
import { Sparkline } from "../ui/charts.tsx";
import { Show, useLoad } from "../ui/load.tsx";
import { notify } from "../ui/notices.tsx";
import {
  Badge,
  Button,
  Empty,
  PageHead,
  Search,
  StateBadge,
} from "../ui/parts.tsx";
import { updateAll } from "./update_all.ts";

type Filter = PluginState | "all" | "update";

export function PluginsPage() {
  const loaded = useLoad<{ items: readonly PluginSummary[] }>(
    "/plugins",
    15_000,
  );
  const waiting = (loaded.data?.items ?? []).filter(({ update }) => update);
  return (
    <>
      <PageHead title={texts.plugins.title} lead={texts.plugins.lead}>
        {canChange() && (
          <>
            <Button onPress={checkUpdates}>{texts.updates.check}</Button>
            {waiting.length > 0 && (
              <Button
                kind="primary"
                onPress={() => updateAll(waiting.length)}
              >
                {texts.updates.all(waiting.length)}
              </Button>
            )}
          </>
        )}
      </PageHead>
      <Show loaded={loaded}>
        {({ items }) =>
          items.length === 0
            ? (
              <Empty title={texts.plugins.none}>
                <a class="button primary" href={linkTo("/console/catalogue")}>
                  {texts.plugins.browse}
                </a>
              </Empty>
            )
            : <PluginList items={items} />}
      </Show>
    </>
  );
}

async function checkUpdates(): Promise<void> {
  const { items } = await post<{ items: readonly Update[] }>("/updates/check");
  notify(texts.updates.found(items.filter(isThere).length), "info");
  changes.value++;
}

function PluginList({ items }: { items: readonly PluginSummary[] }) {
  const [filter, setFilter] = useState<Filter>("all");
  const [wanted, setWanted] = useState("");
  const shown = items.filter((plugin) =>
    fits(plugin, filter) && matches(plugin, wanted)
  );
  return (
    <>
      <div class="filters">
        <Search
          value={wanted}
          onValue={setWanted}
          label={texts.plugins.search}
        />
        <div class="chips" role="group" aria-label={texts.plugins.filter}>
          {filtersOf(items).map(([name, count]) => (
            <button
              type="button"
              key={name}
              class="chip"
              aria-pressed={filter === name}
              onClick={() => setFilter(filter === name ? "all" : name)}
            >
              {texts.plugins.filters(name, count)}
            </button>
          ))}
        </div>
      </div>
      <p class="visually-hidden" role="status">
        {texts.plugins.shown(shown.length)}
      </p>
      {shown.length === 0
        ? <Empty title={texts.plugins.noMatch} />
        : (
          <ul class="plugin-list">
            {shown.map((plugin) => <PluginRow key={plugin.id} {...plugin} />)}
          </ul>
        )}
    </>
  );
}

/** All states that there are now, with how many are in them. */
function filtersOf(items: readonly PluginSummary[]): [Filter, number][] {
  const counts = new Map<Filter, number>([["all", items.length]]);
  for (const { state } of items) {
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  const waiting = items.filter(({ update }) => update).length;
  if (waiting > 0) counts.set("update", waiting);
  return [...counts];
}

function fits({ state, update }: PluginSummary, filter: Filter): boolean {
  if (filter === "all") return true;
  return filter === "update" ? update !== undefined : state === filter;
}

function matches(plugin: PluginSummary, wanted: string): boolean {
  const { name, description, tags } = plugin;
  const words = wanted.toLowerCase();
  return [name, description ?? "", ...tags]
    .some((text) => text.toLowerCase().includes(words));
}

function PluginRow(plugin: PluginSummary) {
  const { id, name, version, description, state, update, requests } = plugin;
  const total = requests.perMinute.reduce((sum, count) => sum + count, 0);
  return (
    <li class="plugin-row">
      <div>
        <p class="plugin-name">
          <a href={linkTo(`/console/plugins/${id}`)}>{name}</a>
          <small>{version}</small>
          {update && (
            <Badge tone="accent">{texts.updates.to(update.version)}</Badge>
          )}
        </p>
        {description && <p class="plugin-text">{description}</p>}
      </div>
      <div class="plugin-state">
        <StateBadge state={state} />
        <WhyShort {...plugin} />
      </div>
      <div class="spark">
        <Sparkline
          values={requests.perMinute}
          label={texts.requestsChart(total)}
        />
      </div>
      <div class="plugin-numbers">
        <div class={plugin.errorsLastHour > 0 ? "bad" : ""}>
          {texts.plugins.errors(plugin.errorsLastHour)}
        </div>
        <div title={texts.plugins.latencyTitle}>
          {requests.p99Ms > 0 && texts.plugins.latency(
            duration(requests.p50Ms),
            duration(requests.p99Ms),
          )}
        </div>
      </div>
      <PluginSwitches {...plugin} />
    </li>
  );
}

function WhyShort({ state, reason, lastError }: PluginSummary) {
  if (state === "active" || state === "registered") return null;
  const why = reason ?? lastError?.split("\n")[0];
  return why ? <span class="why" title={why}>{why}</span> : null;
}

/** Turns a plugin on and off, and loads it anew. */
export function PluginSwitches(
  { id, name, state }: Pick<PluginSummary, "id" | "name" | "state">,
) {
  if (!canChange()) return <div />;
  const act = (verb: string, body?: object) => async () => {
    try {
      const { message } = await post<{ message: string }>(
        `/plugins/${id}/${verb}`,
        body,
      );
      notify(message);
    } finally {
      changes.value++;
    }
  };
  const isOff = state === "disabled" || state === "quarantined";
  return (
    <div class="row-actions">
      {!isOff && (
        <Button
          small
          label={texts.plugins.reloadOf(name)}
          onPress={act(state === "registered" ? "load" : "reload")}
        >
          {state === "registered" ? texts.plugins.load : texts.plugins.reload}
        </Button>
      )}
      {isOff
        ? (
          <Button
            small
            kind="primary"
            label={texts.plugins.enableOf(name)}
            onPress={act("enable")}
          >
            {texts.plugins.enable}
          </Button>
        )
        : (
          <Button
            small
            label={texts.plugins.disableOf(name)}
            onPress={act("disable", {})}
          >
            {texts.plugins.disable}
          </Button>
        )}
    </div>
  );
}
