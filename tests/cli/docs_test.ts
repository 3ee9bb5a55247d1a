import { assertEquals } from "@std/assert";
import { cliPage } from "../../tools/cli_docs.ts";
import { gettingStarted } from "../../tools/getting_started.ts";
import { registry } from "../../src/cli/program/registry.ts";
import { CHECKOUT } from "./new_project.ts";
import { runCli } from "./run_cli.ts";

async function page(name: string) {
  return await Deno.readTextFile(`${CHECKOUT}docs/${name}`);
}

Deno.test("docs/cli.md is what the program's help says", async () => {
  assertEquals(await page("cli.md"), await cliPage());
});

Deno.test("docs/getting-started.md is what its commands print", async () => {
  assertEquals(await page("getting-started.md"), await gettingStarted());
});

Deno.test("each command's help has an example, its permissions and --json", async () => {
  for (const [name, { load }] of Object.entries(registry)) {
    const { command } = await load();
    const parts = [command, ...Object.values(command.subcommands ?? {})]
      .filter(({ run }) => run !== undefined);
    for (const { examples, permissions } of parts) {
      assertEquals([name, examples.length > 0, permissions.length > 0], [
        name,
        true,
        true,
      ]);
    }
  }
  const { code, out } = await runCli(["help", "sign"], { cwd: CHECKOUT });
  assertEquals(code, 0);
  for (const part of ["Examples:", "Permissions:", "--json"]) {
    assertEquals([part, out.includes(part)], [part, true]);
  }
});
