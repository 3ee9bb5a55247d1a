import { assertEquals } from "@std/assert";

const HOST = import.meta.resolve("./original_host.ts");
const EVENTS = 10_000;

Deno.test("a host written as the original's lives, and loses no event", async () => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", HOST, `${EVENTS}`],
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder();
  assertEquals([code, text.decode(stderr)], [0, ""]);
  assertEquals(JSON.parse(text.decode(stdout)), {
    thrown: true,
    before: EVENTS,
    reloaded: EVENTS,
    after: EVENTS,
    loaded: true,
  });
});
