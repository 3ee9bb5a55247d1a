/**
 * The console's entry.
 *
 * @module
 */
import { render } from "preact";
import { useEffect } from "preact/hooks";
import { user } from "./api/client.ts";
import { followEvents } from "./api/events.ts";
import { AccountPage } from "./pages/account.tsx";
import { AuditPage } from "./pages/audit.tsx";
import { CataloguePage } from "./pages/catalogue.tsx";
import { DataPage } from "./pages/data.tsx";
import { FleetPage } from "./pages/fleet.tsx";
import { LogsPage } from "./pages/logs.tsx";
import { PluginPage } from "./pages/plugin.tsx";
import { PluginsPage } from "./pages/plugins.tsx";
import { RenderedPage } from "./pages/rendered_page.tsx";
import { SchedulesPage } from "./pages/schedules.tsx";
import { findUser, isKnown, SignIn } from "./pages/sign_in.tsx";
import { UpdatesPage } from "./pages/updates.tsx";
import { UsersPage } from "./pages/users.tsx";
import { followAddress, place } from "./router.ts";
import { texts } from "./texts.ts";
import { applyTheme } from "./theme.ts";
import { Questions } from "./ui/dialog.tsx";
import { Notices } from "./ui/notices.tsx";
import { followProgress, Progress } from "./ui/progress.tsx";
import { Empty, Loading } from "./ui/parts.tsx";
import { Shell } from "./ui/shell.tsx";

const PAGES = new Map(
  [
    ["plugins", [PluginsPage, texts.plugins.title]],
    ["catalogue", [CataloguePage, texts.catalogue.title]],
    ["updates", [UpdatesPage, texts.updates.title]],
    ["schedules", [SchedulesPage, texts.schedules.title]],
    ["fleet", [FleetPage, texts.fleet.title]],
    ["data", [DataPage, texts.data.title]],
    ["logs", [LogsPage, texts.logs.title]],
    ["audit", [AuditPage, texts.audit.title]],
    ["users", [UsersPage, texts.users.title]],
    ["account", [AccountPage, texts.account.password]],
  ] as const,
);

function App() {
  return (
    <>
      {!isKnown.value
        ? (
          <main class="sign-in">
            <Loading />
          </main>
        )
        : user.value === undefined
        ? <SignIn />
        : (
          <Shell>
            <CurrentPage />
          </Shell>
        )}
      <Questions />
      <Progress />
      <Notices />
    </>
  );
}

function CurrentPage() {
  const { path } = place.value;
  const [, first = "", second = "plugins", third] = path.split("/");
  if (first === "p") return <RenderedPage key={path} path={path} />;
  if (second === "plugins" && third && /^\d+$/.test(third)) {
    return <PluginPage key={third} id={Number(third)} />;
  }
  return <NamedPage name={second} />;
}

function NamedPage({ name }: { name: string }) {
  const [Page, title] = PAGES.get(name as "plugins") ?? [];
  useEffect(() => void (document.title = texts.title(title)), [title]);
  return Page ? <Page /> : <Empty title={texts.notFound} />;
}

applyTheme();
followAddress();
followEvents();
followProgress();
findUser();
render(<App />, document.getElementById("app")!);
