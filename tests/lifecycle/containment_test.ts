import { assertEquals, assertStringIncludes } from "@std/assert";
import { get, inMemory, save } from "../handler/plugins.ts";
import { waitFor } from "../wait_for.ts";

/** Three errors, each in another way, after the answer has been given. */
const LATE = `export default { config: {
  actions: {
    late() {
      setTimeout(() => { throw new Error("of a timer"); });
      Promise.reject(new Error("of a promise"));
      queueMicrotask(() => { throw new Error("of a microtask"); });
    },
  },
  apiRoutes: { "/late": { method: "GET", actions: ["late"] } },
} };`;

Deno.test(
  "late errors of a request's making are counted, and degrade a plugin",
  {
    permissions: "none",
  },
  async () => {
    await using handler = inMemory({ quarantineAfter: 1 });
    const id = save(handler, "late", LATE);
    await handler.loadPlugin(id);

    await handler.handleRoute(id, "/late", get());
    await waitFor(
      "all are counted",
      () => handler.getHealth(id).lateErrors === 3,
    );

    assertStringIncludes(handler.getHealth(id).lastError!, "of a ");
    assertEquals(handler.getHealth(id).state, "degraded");
    assertEquals(handler.getLoadedPlugins(), [id]);
  },
);

const AT_ONCE: Readonly<Record<string, string>> = {
  "a timer of init()": `init() {
    for (let i = 0; i < 3; i++) {
      setTimeout(() => { throw new Error("of a timer"); });
    }
  }`,
  "a promise of init()": `init() {
    for (let i = 0; i < 3; i++) Promise.reject("of a promise");
  }`,
  "a promise of a hook": `events: { boot() {
    for (let i = 0; i < 3; i++) Promise.reject("of a promise");
  } }`,
};

for (const [what, code] of Object.entries(AT_ONCE)) {
  Deno.test(`late errors of ${what} set a plugin aside`, {
    permissions: "none",
  }, async () => {
    await using handler = inMemory({ quarantineAfter: 3 });
    const id = save(handler, "late", `export default { ${code} };`);
    await handler.loadPlugin(id);
    await handler.emit("boot");
    await waitFor(
      "it is set aside",
      () => handler.getHealth(id).state === "quarantined",
    );
    assertEquals(handler.getLoadedPlugins(), []);
  });
}

for (const kind of ["rejection", "error"]) {
  Deno.test(`an uncaught ${kind} of the host's is left to the host`, {
    permissions: { read: true, run: true },
  }, async () => {
    const script = new URL("host_errors.ts", import.meta.url);
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", script.href, kind],
      env: { NO_COLOR: "1" },
    }).output();
    const text = new TextDecoder();
    assertEquals(text.decode(stdout).trim(), "The host goes on");
    assertStringIncludes(text.decode(stderr), "the host's");
    assertEquals(code, 1);
  });
}
