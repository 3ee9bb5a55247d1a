import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";

const FIXTURE = import.meta.resolve("./fixtures/late_errors.ts");

/** Late errors end a process, so that each of these has one of its own. */
async function fail(code: string, how = "") {
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", FIXTURE, code, how],
    env: { NO_COLOR: "1" },
  }).output();
  const [stdout, stderr] = [output.stdout, output.stderr].map((it) =>
    new TextDecoder().decode(it)
  );
  return { code: output.code, stdout: stdout!, stderr: stderr! };
}

/** Ways to fail late; the first two kinds have a stack trace. */
const WAYS: Readonly<Record<string, string>> = {
  "a timer that throws": `setTimeout(() => { null.x; }, 1);`,
  "a promise that floats":
    `export function init() { (async () => { await 1; null.x; })(); }`,
  "a rejected text": `Promise.reject("text");`,
  "a rejected nothing in a timer": `setTimeout(() => Promise.reject(), 1);`,
  "a fetch that nobody awaits":
    `export function init() { fetch("http://127.0.0.1:1/"); }`,
  "a listener that throws":
    `new EventTarget(); addEventListener("x", () => { null.x; }); dispatchEvent(new Event("x"));`,
  "a failed load that goes on":
    `setTimeout(() => { null.x; }, 1); throw new Error("load");`,
};

for (const [what, code] of Object.entries(WAYS)) {
  Deno.test(`containLateErrors() lays ${what} to the plugin`, async () => {
    const { stdout, stderr, code: status } = await fail(code);
    assertEquals([status, stderr], [0, ""]);
    assertMatch(stdout, /^\[3,.*\]\nwent on\n$/);
    assertEquals(stdout.includes("blob:"), false);
  });
}

Deno.test("containLateErrors() shows late errors under the plugin's name", async () => {
  const { stdout } = await fail(WAYS["a timer that throws"]!);
  assertStringIncludes(stdout, "my-plugin@1.0.0:1:");
});

for (const how of ["rejection", "timer"]) {
  Deno.test(`containLateErrors() leaves the host its own ${how}`, async () => {
    const { code, stdout, stderr } = await fail("", how);
    assertEquals([code, stdout], [1, ""]);
    assertStringIncludes(stderr, "the host's own");
  });
}

Deno.test("containLateErrors() ends when it is disposed of", async () => {
  const { code, stderr } = await fail(WAYS["a timer that throws"]!, "disposed");
  assertEquals(code, 1);
  assertStringIncludes(stderr, "Cannot read properties of null");
});
