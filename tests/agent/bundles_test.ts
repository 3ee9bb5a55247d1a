import { assertEquals } from "@std/assert";
import { repository } from "./agent_process.ts";

Deno.test("bundles and digests of the example plugins are what their sources make", async () => {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-read",
      "--allow-run",
      "tools/bundle_examples.ts",
      "--check",
    ],
    cwd: repository,
    env: { NO_COLOR: "1" },
  }).output();
  assertEquals(success, true, new TextDecoder().decode(stderr));
});
