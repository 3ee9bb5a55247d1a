import { assertEquals } from "@std/assert";
import { consoleTest, type OpenConsole, PASSWORD } from "./browser.ts";
import { BROKEN, GREETER, manifestOf } from "./plugins.ts";

const PAGES = [
  "plugins",
  "plugins/1",
  "catalogue",
  "updates",
  "schedules",
  "data",
  "logs",
  "audit",
  "users",
  "account",
];

async function installTwo({ handler }: OpenConsole): Promise<void> {
  await handler.installPlugin(manifestOf("greeter", GREETER));
  await handler.installPlugin(manifestOf(
    "a-plugin-with-quite-a-long-name-that-goes-on",
    BROKEN,
  ));
  await handler.loadAllPlugins();
  await handler.fetch(
    new Request("http://localhost/plugins/2/routes/fail"),
  );
}

/** Looks at every page, and that nothing is wider than the window. */
async function lookAtAll(open: OpenConsole, kind: string): Promise<void> {
  const { page } = open;
  await installTwo(open);
  await open.becomeAdmin();
  for (const name of PAGES) {
    await open.go(`/console/${name}`);
    await page.locator("h1").waitFor();
    const loading = page.locator("main .loading");
    while (await loading.count() > 0) {
      await loading.first().waitFor({ state: "detached" });
    }
    const tooWide = await page.evaluate(
      "document.documentElement.scrollWidth > innerWidth",
    );
    assertEquals(tooWide, false, `${name} scrolls sideways`);
    await open.inspect(`${kind}-${name.replace("/", "-")}`);
  }
}

consoleTest(
  "the console is dark where the system is, and where the person wants it",
  async (open) => {
    await lookAtAll(open, "dark");
    const ground = () =>
      open.page.evaluate("getComputedStyle(document.body).backgroundColor");
    const dark = await ground();
    await open.page.getByRole("radio", { name: "Light" }).check({
      force: true,
    });
    assertEquals(await ground() === dark, false);
    await open.page.reload();
    await open.page.locator("h1").waitFor();
    assertEquals(await ground() === dark, false);
  },
  { colorScheme: "dark" },
);

consoleTest(
  "the console fits into 380 pixels",
  async (open) => {
    await lookAtAll(open, "narrow");
    await open.press("Menu");
    await open.page.getByRole("link", { name: "Catalogue" }).click();
    await open.page.getByRole("heading", { name: "Catalogue" }).waitFor();
    assertEquals(
      await open.page.getByRole("link", { name: "Audit" }).isVisible(),
      false,
    );
  },
  { width: 380, height: 780 },
);

consoleTest("the console can be used with the keyboard alone", async (open) => {
  const { page } = open;
  await installTwo(open);
  const reach = async (name: string) => {
    for (let presses = 0; presses < 60; presses++) {
      const focused = await page.evaluate(
        `(() => { const it = document.activeElement;
          return it.getAttribute("aria-label") ?? it.innerText ?? ""; })()`,
      );
      if (String(focused).trim() === name) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`Cannot reach "${name}" with the keyboard`);
  };
  await open.go("/console");
  await open.see("Welcome");
  await page.keyboard.type("ada");
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "greeter", exact: true }).waitFor();
  await reach("greeter");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /greeter/ }).waitFor();
  await reach("Delete");
  await page.keyboard.press("Enter");
  await open.see("Delete greeter?");
  // A dialog keeps the focus, and gives it back.
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await reach("Delete");
  await page.keyboard.press("Enter");
  await open.see("Delete greeter?");
  await page.keyboard.press("Tab");
  await reach("Delete");
  await page.keyboard.press("Enter");
  await open.see("greeter is deleted");
  assertEquals(open.handler.getAll().length, 1);
});

consoleTest(
  "the console of a viewer offers nothing that would be refused",
  async (open) => {
    const { page } = open;
    await installTwo(open);
    await open.becomeAdmin();
    await open.go("/console/users");
    await page.getByLabel("New user's name").fill("vera");
    await page.getByLabel("Password").fill(PASSWORD);
    await open.press("Add user");
    await open.see("vera is added");
    await open.press("Sign out");
    await page.getByLabel("User name").fill("vera");
    await page.getByLabel("Password").fill(PASSWORD);
    await open.press("Sign in");
    await page.getByRole("link", { name: "greeter", exact: true }).waitFor();
    for (const name of [/^Disable/, /^Reload/, /^Check for/, /^Users/]) {
      assertEquals(await page.getByRole("button", { name }).count(), 0);
      assertEquals(await page.getByRole("link", { name }).count(), 0);
    }
  },
);
