import { assertEquals, assertMatch } from "@std/assert";

Deno.test("fuzz:statements finds no statement that reaches another table", async () => {
  const script = new URL("../../tools/fuzz_statements.ts", import.meta.url);
  // In a process of its own: a store limits the heap of all of SQLite for good.
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-read",
      "--allow-write",
      "--allow-env",
      "--v8-flags=--expose-gc",
      script.href,
      Deno.env.get("FUZZ_RUNS") ?? "20000",
    ],
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder();
  assertEquals(code, 0, text.decode(stderr));
  assertMatch(text.decode(stdout), /none reached another table/);
});
