/**
 * What stands around every page: the navigation, who is there, the theme.
 *
 * @module
 */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { hasFleet, signOut, user } from "../api/client.ts";
import { isLive } from "../api/events.ts";
import type { NavigationItem } from "../api/types.ts";
import { go, linkTo, place } from "../router.ts";
import { texts } from "../texts.ts";
import { type Theme, theme } from "../theme.ts";
import { Logo } from "../pages/sign_in.tsx";
import { Icon, type IconName } from "./icon.tsx";
import { useLoad } from "./load.tsx";

const ITEMS: readonly (readonly [string, IconName, string])[] = [
  ["/console/plugins", "plugins", texts.nav.plugins],
  ["/console/catalogue", "catalogue", texts.nav.catalogue],
  ["/console/updates", "updates", texts.nav.updates],
  ["/console/schedules", "schedule", texts.nav.schedules],
  ["/console/data", "data", texts.nav.data],
  ["/console/logs", "logs", texts.nav.logs],
  ["/console/audit", "audit", texts.nav.audit],
];

export function Shell({ children }: { children: ComponentChildren }) {
  const [isOpen, setOpen] = useState(false);
  const { path } = place.value;
  useEffect(() => setOpen(false), [path]);
  return (
    <div class="shell">
      <a class="skip" href="#main">{texts.skip}</a>
      <header class="top">
        <a href={linkTo("/console/plugins")} class="home">
          <Logo />
        </a>
        <button
          type="button"
          class="button ghost menu"
          aria-expanded={isOpen}
          aria-controls="navigation"
          onClick={() => setOpen(!isOpen)}
        >
          <Icon name={isOpen ? "close" : "menu"} />
          <span class="visually-hidden">{texts.menu}</span>
        </button>
      </header>
      <div id="navigation" class={`side ${isOpen ? "open" : ""}`}>
        <nav aria-label={texts.nav.label}>
          <a href={linkTo("/console/plugins")} class="home">
            <Logo />
          </a>
          <ul>
            {ITEMS.map(([path, icon, text]) => (
              <NavLink key={path} {...{ path, icon, text }} />
            ))}
            {hasFleet && (
              <NavLink
                path="/console/fleet"
                icon="fleet"
                text={texts.nav.fleet}
              />
            )}
            {user.value?.role === "admin" && (
              <NavLink
                path="/console/users"
                icon="users"
                text={texts.nav.users}
              />
            )}
          </ul>
          <PluginPages />
        </nav>
        <Foot />
      </div>
      <main id="main" tabIndex={-1}>{children}</main>
    </div>
  );
}

function NavLink(
  { path, icon, text }: { path: string; icon: IconName; text: string },
) {
  const here = place.value.path;
  const isHere = here === path || here.startsWith(`${path}/`) ||
    (path === "/console/plugins" && /^\/console\/?$/.test(here));
  return (
    <li>
      <a href={linkTo(path)} aria-current={isHere ? "page" : undefined}>
        <Icon name={icon} />
        {text}
      </a>
    </li>
  );
}

/** The pages that plugins brought. */
function PluginPages() {
  const { data } = useLoad<{ items: readonly NavigationItem[] }>("/pages");
  if (!data?.items.length) return null;
  return (
    <>
      <h2>{texts.nav.pages}</h2>
      <ul>
        {data.items.map(({ pluginId, pluginName, path, title }) => (
          <NavLink
            key={`${pluginId}${path}`}
            path={pagePlace(pluginName, path)}
            icon="page"
            text={title}
          />
        ))}
      </ul>
    </>
  );
}

/** The address of a page; the navigation says `/p/<id>/<path>`. */
export function pagePlace(plugin: string, path: string): string {
  const below = path.replace(/^\/p\/[^/]+/, "");
  return `/p/${encodeURIComponent(plugin)}${
    below.startsWith("/") ? below : `/${below}`
  }`;
}

function Foot() {
  const who = user.value;
  return (
    <div class="side-foot">
      <p class={`live ${isLive.value ? "on" : ""}`}>
        <span class="dot" aria-hidden="true" />
        {isLive.value ? texts.live : texts.notLive}
      </p>
      <ThemeSwitch />
      {who && who.id !== 0 && (
        <div class="who">
          <a href={linkTo("/console/account")}>
            <Icon name="account" />
            <span>
              {who.name}
              <small>{texts.roles[who.role]}</small>
            </span>
          </a>
          <button
            type="button"
            class="button ghost small"
            aria-label={texts.signOut}
            onClick={leave}
          >
            <Icon name="out" />
          </button>
        </div>
      )}
    </div>
  );
}

/** The next one to sign in begins at the beginning. */
async function leave(): Promise<void> {
  await signOut();
  go("/console");
}

function ThemeSwitch() {
  const choices: readonly Theme[] = ["system", "light", "dark"];
  return (
    <fieldset class="themes">
      <legend class="visually-hidden">{texts.theme.label}</legend>
      {choices.map((choice) => (
        <label key={choice} title={texts.theme[choice]}>
          <input
            type="radio"
            name="theme"
            checked={theme.value === choice}
            onChange={() => theme.value = choice}
          />
          <Icon name={choice} />
          <span class="visually-hidden">{texts.theme[choice]}</span>
        </label>
      ))}
    </fieldset>
  );
}
