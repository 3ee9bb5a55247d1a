import { assertEquals } from "@std/assert";
import {
  CONSOLE_SCRIPT,
  CONSOLE_STYLE,
} from "../../src/server/console/console_bundle.ts";
import { consoleTest } from "./browser.ts";
import { GREETER, manifestOf } from "./plugins.ts";

Deno.test("the console weighs at most 120 KB", async () => {
  const packed = new Blob([CONSOLE_SCRIPT, CONSOLE_STYLE]).stream()
    .pipeThrough(new CompressionStream("gzip"));
  const { byteLength } = await new Response(packed).arrayBuffer();
  assertEquals(byteLength <= 120_000, true, String(byteLength));
});

consoleTest(
  "the console lists 300 plugins and filters them as one types",
  async (open) => {
    const { handler, page } = open;
    for (let count = 0; count < 300; count++) {
      handler.savePlugin({
        ...manifestOf(`plugin-${count}`, GREETER) as {
          name: string;
          version: string;
          repository: string;
          manifest: string;
          author: { name: string };
          plugin: string;
        },
        repoType: "default",
      });
    }
    await open.becomeAdmin();
    await page.getByRole("link", { name: "plugin-299", exact: true }).waitFor({
      state: "attached",
    });
    await page.reload();
    await page.getByRole("link", { name: "plugin-299", exact: true }).waitFor({
      state: "attached",
    });
    // A figure for the run's output; the machine decides how fast it is.
    const shown = await page.evaluate("Math.round(performance.now())");
    console.log(`The list of 300 plugins was there after ${shown} ms`);
    await page.getByRole("searchbox").fill("plugin-299");
    await open.see("1 plugin shown");
    assertEquals(await page.locator(".plugin-row").count(), 1);
  },
);
