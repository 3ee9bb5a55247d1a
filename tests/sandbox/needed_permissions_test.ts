import { assertEquals, assertStringIncludes } from "@std/assert";

/** Runs an isolated plugin in a host that has these permissions only. */
async function runHost(...permissions: string[]): Promise<string> {
  const script = new URL("isolated_library.ts", import.meta.url);
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", ...permissions, script.href],
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder();
  assertEquals(text.decode(stderr), "");
  return text.decode(stdout).trim();
}

Deno.test("isolation needs no more than the right to run deno", async () => {
  assertEquals(
    await runHost(`--allow-run=${Deno.execPath()}`),
    "count 1 of []",
  );
});

Deno.test("isolation needs no more than the right to run /bin/sh", {
  ignore: Deno.build.os === "windows",
}, async () => {
  assertEquals(await runHost("--allow-run=/bin/sh"), "count 1 of []");
});

Deno.test("isolation says which right it lacks", async () => {
  const line = await runHost();
  assertStringIncludes(line, "Could not load 1");
  assertStringIncludes(line, "--allow-run");
});
