import { assertEquals } from "@std/assert";
import { consoleTest, PASSWORD } from "./browser.ts";
import { BROKEN, GREETER, manifestOf, UNLOADABLE } from "./plugins.ts";

consoleTest(
  "the console makes the first admin by the token of the address",
  async (open) => {
    await open.go(`/console#token=${open.server.firstToken}`);
    await open.see("Welcome");
    assertEquals(await open.page.evaluate("location.hash"), "");
    await open.inspect("first-start");
    await open.page.getByLabel("User name").fill("ada");
    await open.page.getByLabel("Password").fill(PASSWORD);
    await open.press("Create admin");
    await open.see("No plugins are installed");
    await open.inspect("plugins-none");

    await open.page.reload();
    await open.see("No plugins are installed");
    await open.press("Sign out");
    await open.see("Sign in");
    await open.page.getByLabel("User name").fill("ada");
    await open.page.getByLabel("Password").fill("wrong password");
    await open.press("Sign in");
    await open.page.getByRole("alert").waitFor();
    await open.inspect("sign-in-refused");
    await open.page.getByLabel("Password").fill(PASSWORD);
    await open.press("Sign in");
    await open.see("No plugins are installed");
  },
  { server: { firstUser: "token" } },
);

consoleTest(
  "the console asks for the link where there is no user and no token",
  async (open) => {
    await open.go("/console");
    await open.see(/one-time link/);
  },
  { server: { firstUser: "token" } },
);

consoleTest(
  "the console shows what is installed, and why a plugin fails",
  async (open) => {
    const { handler, page } = open;
    await handler.installPlugin(manifestOf("greeter", GREETER));
    const { id } = await handler.installPlugin(manifestOf("burning", BROKEN));
    await handler.installPlugin(manifestOf("vault", UNLOADABLE), {
      trial: false,
    });
    await handler.loadAllPlugins();
    for (let call = 0; call < 3; call++) {
      await handler.fetch(
        new Request("http://localhost/plugins/burning/routes/fail"),
      );
      await handler.fetch(
        new Request("http://localhost/plugins/greeter/routes/hello"),
      );
    }
    await open.becomeAdmin();
    await open.see("greeter");
    await open.inspect("plugins");
    await page.getByRole("button", { name: /^Failed/ }).click();
    await open.see("vault");
    assertEquals(await page.getByRole("link", { name: "greeter" }).count(), 0);

    await open.press("vault");
    await open.see(/no key for the vault/);
    await open.inspect("plugin-failed");
    await open.go(`/console/plugins/${id}`);
    await open.see(/the disk is on fire/);
    await open.inspect("plugin-errors");

    await open.press("Disable burning");
    await open.see("An operator disabled it: its code does not run.");
    await open.press("Enable burning");
    await open.page.locator("h1").getByText(/Active|Degraded/).waitFor();
  },
);

consoleTest("the console tries a plugin's route", async (open) => {
  const { id } = await open.handler.installPlugin(
    manifestOf("greeter", GREETER),
  );
  await open.handler.loadPlugin(id!);
  await open.becomeAdmin();
  await open.go(`/console/plugins/${id}?tab=routes`);
  await open.press("Send request");
  await open.see(/"text": "Hello"/);
  await open.inspect("plugin-routes");
});
