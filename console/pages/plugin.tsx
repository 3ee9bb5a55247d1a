/**
 * One plugin.
 *
 * @module
 */
import { useEffect } from "preact/hooks";
import { ask } from "../api/client.ts";
import { changes } from "../api/events.ts";
import type { PluginDetail } from "../api/types.ts";
import { isAdmin } from "../roles.ts";
import { go, linkTo, place } from "../router.ts";
import { texts } from "../texts.ts";
import { confirmed } from "../ui/dialog.tsx";
import { Show, useLoad } from "../ui/load.tsx";
import { notify } from "../ui/notices.tsx";
import { Badge, Button, PageHead, StateBadge } from "../ui/parts.tsx";
import { AuditPanel } from "./audit.tsx";
import { TablesPanel } from "./data.tsx";
import { LogView } from "./logs.tsx";
import { Overview } from "./plugin_overview.tsx";
import { PermissionsPanel } from "./plugin_permissions.tsx";
import { RoutesPanel } from "./plugin_routes.tsx";
import { SettingsPanel } from "./plugin_settings.tsx";
import { VersionsPanel } from "./plugin_versions.tsx";
import { PluginSwitches } from "./plugins.tsx";
import { SchedulesPanel } from "./schedules.tsx";

const TABS = [
  "overview",
  "settings",
  "permissions",
  "routes",
  "schedules",
  "versions",
  "data",
  "log",
  "audit",
] as const;

export function PluginPage({ id }: { id: number }) {
  const loaded = useLoad<PluginDetail>(`/plugins/${id}`, 10_000);
  return (
    <>
      <p class="crumb">
        <a href={linkTo("/console/plugins")}>{texts.plugins.title}</a>
      </p>
      <Show loaded={loaded}>
        {(plugin) => <OnePlugin key={plugin.id} plugin={plugin} />}
      </Show>
    </>
  );
}

function OnePlugin({ plugin }: { plugin: PluginDetail }) {
  const { id, name, version, description, state, signature, pinned } = plugin;
  useEffect(() => void (document.title = texts.title(name)), [name]);
  const tab = place.value.query.get("tab") ?? "overview";
  return (
    <>
      <PageHead
        title={
          <span class="title-row">
            {name}
            <StateBadge state={state} />
          </span>
        }
        lead={description}
      >
        <PluginSwitches {...plugin} />
        {isAdmin() && (
          <Button
            kind="danger"
            small
            onPress={() => remove(plugin)}
          >
            {texts.plugin.delete}
          </Button>
        )}
      </PageHead>
      <div class="filters tags">
        <Badge>{texts.plugin.version(version)}</Badge>
        <Badge tone={signature === "signed" ? "good" : "neutral"}>
          {texts.signature(signature)}
        </Badge>
        {pinned && <Badge tone="warn">{texts.plugin.pinned(pinned)}</Badge>}
        {plugin.update && (
          <Badge tone="accent">{texts.updates.to(plugin.update.version)}</Badge>
        )}
        {plugin.tags.map((tag) => <Badge key={tag}>{tag}</Badge>)}
      </div>
      <nav class="tabs" aria-label={texts.plugin.parts}>
        {TABS.map((one) => (
          <a
            key={one}
            href={linkTo(`/console/plugins/${id}?tab=${one}`)}
            aria-current={one === tab ? "page" : undefined}
          >
            {texts.plugin.tabs[one]}
          </a>
        ))}
      </nav>
      <Tab tab={tab} plugin={plugin} />
    </>
  );
}

function Tab({ tab, plugin }: { tab: string; plugin: PluginDetail }) {
  const { id, name } = plugin;
  switch (tab) {
    case "settings":
      return <SettingsPanel id={id} />;
    case "permissions":
      return <PermissionsPanel id={id} />;
    case "routes":
      return <RoutesPanel plugin={plugin} />;
    case "schedules":
      return <SchedulesPanel path={`/plugins/${id}/schedules`} />;
    case "versions":
      return <VersionsPanel plugin={plugin} />;
    case "data":
      return <TablesPanel pluginId={id} />;
    case "log":
      return <LogView plugin={name} />;
    case "audit":
      return <AuditPanel path={`/plugins/${id}/audit`} />;
    default:
      return <Overview plugin={plugin} />;
  }
}

async function remove({ id, name, etag }: PluginDetail): Promise<void> {
  const agreed = await confirmed({
    title: texts.plugin.deleteTitle(name),
    message: texts.plugin.deleteText,
    confirm: texts.plugin.delete,
    danger: true,
  });
  if (!agreed) return;
  await ask(`/plugins/${id}`, { method: "DELETE", ifMatch: etag });
  notify(texts.plugin.deleted(name));
  go("/console/plugins");
  changes.value++;
}
