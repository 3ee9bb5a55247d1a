import { assertEquals, assertStringIncludes } from "@std/assert";
import { isAttributed, WAYS } from "./late_error_ways.ts";

const HOST = import.meta.resolve("./late_errors_host.ts");

async function runHost(...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", HOST, ...args],
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder();
  const [counts = "{}", ...rest] = text.decode(stdout).trim().split("\n");
  return { code, counts, rest, stderr: text.decode(stderr) };
}

Deno.test("no late error of an inline plugin ends the host, loaded, unloaded or closed", async () => {
  const { code, counts, rest, stderr } = await runHost("with");
  assertEquals([code, rest, stderr], [0, ["unloaded", "closed"], ""]);
  const expected = Object.keys(WAYS).flatMap((way) =>
    ["action", "hook"].map((from) => [
      `${way} of a ${from}`,
      isAttributed(way) ? 1 : 0,
    ])
  );
  assertEquals(JSON.parse(counts), Object.fromEntries(expected));
});

Deno.test("no late error ends the host where the runtime has no cheap contexts", async () => {
  const { code, counts, rest, stderr } = await runHost("without");
  assertEquals([code, rest, stderr], [0, ["unloaded", "closed"], ""]);
  // What has a stack trace is known at once, what has none from the second on.
  assertEquals(JSON.parse(counts)["timer_error of a hook"], 1);
  assertEquals(JSON.parse(counts)["timedPromise_text of a hook"], 1);
});

Deno.test('late errors are left to the host with lateErrors: "throw"', async () => {
  const { code, stderr } = await runHost("with", "throw");
  assertEquals(code, 1);
  assertStringIncludes(stderr, "late");
});
