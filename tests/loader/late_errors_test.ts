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

Deno.test("containLateErrors() goes on for plugins that outlive their handler", async () => {
  for (const way of ["a timer that throws", "a rejected text"]) {
    const { code, stdout } = await fail(WAYS[way]!, "disposed");
    assertEquals(code, 0);
    assertMatch(stdout, /^\[3,.*\]\nwent on\n$/);
  }
});

/** What is thrown without a stack trace outside of promises is anybody's. */
const UNATTRIBUTED: Readonly<Record<string, string>> = {
  "a text of a timer": `setTimeout(() => { throw "x"; }, 1);`,
  "nothing of a timer": `setTimeout(() => { throw undefined; }, 1);`,
  "a text of a microtask": `queueMicrotask(() => { throw "x"; });`,
  "a text of a port":
    `const { port1, port2 } = new MessageChannel(); port1.onmessage = () => { port1.close(); throw "x"; }; port2.postMessage(1);`,
  "a text of the next tick": `process.nextTick(() => { throw "x"; });`,
  "a text of an immediate": `setImmediate(() => { throw "x"; });`,
};

for (const [what, code] of Object.entries(UNATTRIBUTED)) {
  Deno.test(`containLateErrors() contains ${what}`, async () => {
    const { stdout, stderr, code: status } = await fail(code);
    assertEquals([status, stderr], [0, ""]);
    assertMatch(stdout, /^unattributed (?:x|undefined)\nwent on\n$/);
  });
}

Deno.test("containLateErrors() attributes a text of a listener to its plugin", async () => {
  const code =
    `addEventListener("x", () => { throw "x"; }); export function init() { dispatchEvent(new Event("x")); }`;
  const { stdout, code: status } = await fail(code);
  assertEquals([status, stdout], [0, `[3,"x"]\nwent on\n`]);
});
