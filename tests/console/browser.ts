/**
 * A real Chromium, a server behind it, and a short way to look at both.
 *
 * @module
 */
import { fromFileUrl } from "@std/path";
import { assertEquals } from "@std/assert";
import { type Browser, chromium, type Page } from "playwright-core";
import { PluginHandler } from "@dockstat/plugin-handler";
import {
  createServer,
  type Server,
  type ServerOptions,
} from "@dockstat/plugin-handler/server";

/** Where the pictures of the pages go. */
const ARTIFACTS = fromFileUrl(new URL("../../artifacts/", import.meta.url));

const CHROMIUM = Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium";

/** Whether there is no browser, or one that does not start. */
export const browserIsMissing: boolean =
  (Deno.env.get("BROWSER_UNAVAILABLE") ?? "") !== "" ||
  !await Deno.stat(CHROMIUM).then(({ isFile }) => isFile, () => false);

/** A password that is long enough. */
export const PASSWORD = "correct horse battery";

const PATIENCE_MS = 60_000;

/** What a test of the console works with. */
export interface OpenConsole {
  readonly handler: PluginHandler;
  readonly server: Server;
  readonly origin: string;
  readonly page: Page;
  /** Goes to an address below the server's. */
  go(path: string): Promise<void>;
  /** Waits until something can be seen. */
  see(text: string | RegExp): Promise<void>;
  /** Presses a button or follows a link by its name. */
  press(name: string | RegExp): Promise<void>;
  /** Makes the first admin in the browser. */
  becomeAdmin(): Promise<void>;
  /** Checks the page for violations, and keeps a picture of it. */
  inspect(name: string): Promise<void>;
}

/** What a test may set. */
export interface ConsoleOptions {
  readonly server?: ServerOptions;
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: "light" | "dark";
}

/** Runs a test of the console in a browser; without one it is left out. */
export function consoleTest(
  name: string,
  run: (open: OpenConsole) => Promise<void>,
  options: ConsoleOptions = {},
): void {
  Deno.test({
    name,
    ignore: browserIsMissing,
    // The browser's pipes belong to playwright, which closes them later.
    sanitizeOps: false,
    sanitizeResources: false,
    fn: () => withConsole(run, options),
  });
}

async function withConsole(
  run: (open: OpenConsole) => Promise<void>,
  options: ConsoleOptions,
): Promise<void> {
  await using handler = new PluginHandler(":memory:");
  await using server = createServer(handler, {
    allowPrivateHosts: true,
    ...options.server,
  });
  const http = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    server.fetch,
  );
  const origin = `http://127.0.0.1:${http.addr.port}`;
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu"],
    timeout: PATIENCE_MS,
  });
  try {
    const page = await openPage(browser, options);
    const complaints = complaintsOf(page);
    await run(helpersOf({ handler, server, origin, page }));
    assertEquals(complaints, []);
  } finally {
    await browser.close();
    await http.shutdown();
  }
}

async function openPage(
  browser: Browser,
  { width = 1280, height = 860, colorScheme = "light" }: ConsoleOptions,
): Promise<Page> {
  const page = await browser.newPage({
    viewport: { width, height },
    colorScheme,
    reducedMotion: "reduce",
  });
  page.setDefaultTimeout(PATIENCE_MS);
  return page;
}

/** What broke in the browser: errors of scripts, and of the policy. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    const text = message.text();
    // Refusals that a test provokes are shown on the page.
    if (message.type() === "error" && !text.startsWith("Failed to load")) {
      complaints.push(text);
    }
  });
  return complaints;
}

function helpersOf(
  base: Pick<OpenConsole, "handler" | "server" | "origin" | "page">,
): OpenConsole {
  const { page, origin } = base;
  const go = async (path: string) => void await page.goto(origin + path);
  const see = (text: string | RegExp) =>
    page.getByText(text).filter({ visible: true }).first()
      .waitFor({ state: "visible" });
  return {
    ...base,
    go,
    see,
    press: (name) =>
      page.getByRole("button", { name, exact: typeof name === "string" })
        .or(
          page.getByRole("link", { name, exact: typeof name === "string" }),
        ).first().click(),
    async becomeAdmin() {
      await go("/console");
      await page.getByLabel("User name").fill("ada");
      await page.getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Create admin" }).click();
      await page.locator(".shell").waitFor();
    },
    inspect: (name) => inspect(page, name),
  };
}

/** One violation as the test shows it. */
interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

async function inspect(page: Page, name: string): Promise<void> {
  await Deno.mkdir(ARTIFACTS, { recursive: true });
  await page.screenshot({ path: `${ARTIFACTS}${name}.png` });
  const violations = await page.evaluate(
    `${await axeSource()}; axe.run().then(({ violations }) => violations
      .map(({ id, impact, nodes }) => ({ id, impact, nodes })))`,
  ) as readonly Violation[];
  const serious = violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
  assertEquals(serious, [], `axe on ${name}`);
}

let source: Promise<string> | undefined;

/** The policy lets no page load axe; the debugger may run what it likes. */
function axeSource(): Promise<string> {
  return source ??= import("axe-core").then((axe) => axe.default.source);
}
