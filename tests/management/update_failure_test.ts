import { assert, assertEquals } from "@std/assert";
import { digestOf } from "../../src/shared/digest.ts";
import {
  ask,
  auditOf,
  inMemory,
  installed,
  Market,
  notesSource,
  type Offer,
  storedVersion,
  tell,
  versionSource,
} from "./market.ts";

const TEXT = `text: { type: "TEXT" },`;

/** A step at which an update fails, and what the next version is then. */
interface FailingStep {
  readonly step: string;
  readonly code: string;
  readonly offer: Offer | undefined;
  /** Whether the new version had its place before it failed. */
  readonly isReturned?: boolean;
}

const STEPS: readonly FailingStep[] = [
  {
    step: "the manifest cannot be fetched",
    code: "MANIFEST_FETCH_FAILED",
    offer: undefined,
  },
  {
    step: "the manifest is malformed",
    code: "INVALID_MANIFEST",
    offer: { repository: 5 },
  },
  {
    step: "the manifest is of another plugin",
    code: "INVALID_MANIFEST",
    offer: { name: "other" },
  },
  {
    step: "the bundle cannot be fetched",
    code: "MANIFEST_FETCH_FAILED",
    offer: { plugin: undefined, bundle: "gone.js" },
  },
  {
    step: "the code is not what was promised",
    code: "INTEGRITY_MISMATCH",
    offer: { integrity: digestOf("something else") },
  },
  {
    step: "the code changed under the same version",
    code: "INTEGRITY_MISMATCH",
    offer: { version: "1.0.0", plugin: versionSource("evil") },
  },
  {
    step: "the code does not parse",
    code: "LOAD_FAILED",
    offer: { plugin: "export default {" },
  },
  {
    step: "the code throws",
    code: "LOAD_FAILED",
    offer: { plugin: "throw new Error('top')" },
  },
  {
    step: "the code never finishes",
    code: "LOAD_TIMEOUT",
    offer: {
      plugin: "await globalThis.stuckImport.promise; export default {}",
    },
  },
  {
    step: "the definition is invalid",
    code: "INVALID_PLUGIN",
    offer: { plugin: "export default { config: { actions: 5 } }" },
  },
  {
    step: "the table belongs to somebody else",
    code: "TABLE_NAME_TAKEN",
    offer: { plugin: notesSource(TEXT, { table: "theirs" }) },
  },
  {
    step: "the table cannot be migrated",
    code: "STORE_FAILED",
    offer: {
      plugin: notesSource(
        `text: { type: "TEXT", check: "length(text) > 99" },`,
      ),
    },
  },
  {
    step: "init() throws",
    code: "LOAD_FAILED",
    offer: {
      plugin: notesSource(`mood: { type: "TEXT" },`, {
        rest: "init() { throw new Error('init') }",
      }),
    },
    isReturned: true,
  },
  {
    step: "init() hangs",
    code: "LOAD_TIMEOUT",
    offer: {
      plugin: notesSource(`mood: { type: "TEXT" },`, {
        rest: "init: () => new Promise(() => {})",
      }),
    },
    isReturned: true,
  },
];

/** An import that hangs until the test is over; Deno ends with none open. */
function stuckImport(): Disposable {
  const { promise, resolve } = Promise.withResolvers<void>();
  Object.assign(globalThis, { stuckImport: { promise } });
  return { [Symbol.dispose]: resolve };
}

for (const { step, code, offer, isReturned = false } of STEPS) {
  Deno.test(`updateFromManifestLink() keeps the old version when ${step}`, async () => {
    await using market = new Market();
    using _stuck = stuckImport();
    await using handler = inMemory({
      loadTimeoutMs: code === "LOAD_TIMEOUT" ? 2_000 : 60_000,
    });
    await installed(
      handler,
      market.offer("neighbour", {
        plugin: notesSource(TEXT, { table: "theirs" }),
      }),
    );
    const plugin = notesSource(TEXT);
    const id = await installed(handler, market.offer("a", { plugin }));
    await tell(handler, id, ["/add", { text: "mine" }]);

    if (offer === undefined) market.serve("a.json", undefined);
    else market.offer("a", { version: "2.0.0", ...offer });
    const result = await handler.updateFromManifestLink(id);

    assertEquals([result.success, result.cause?.code], [false, code]);
    assertEquals(storedVersion(handler, id), "1.0.0");
    assertEquals(handler.listVersions(id), []);
    assertEquals(handler.getLoadedPlugins(), [1, id]);
    assertEquals(await ask(handler, id, "/list"), [{ id: 1, text: "mine" }]);
    assertEquals(
      auditOf(handler, id).slice(1),
      isReturned ? ["update done", "return done"] : ["update refused"],
    );
    await handler.reloadPlugin(id);
    assertEquals(await ask(handler, id, "/list"), [{ id: 1, text: "mine" }]);
    assertEquals(handler.getHealth(id).state, "active");
  });
}

Deno.test("updateFromManifestLink() refuses an unloaded plugin's new version too when its table is taken", async () => {
  await using market = new Market();
  await using handler = inMemory();
  const theirs = notesSource(TEXT, { table: "theirs" });
  await installed(handler, market.offer("neighbour", { plugin: theirs }));
  const id = await installed(handler, market.offer("a"), { load: false });
  market.offer("a", { version: "2.0.0", plugin: theirs });
  const { cause } = await handler.updateFromManifestLink(id);
  assertEquals(cause?.code, "TABLE_NAME_TAKEN");
  assertEquals(storedVersion(handler, id), "1.0.0");
});

Deno.test("a failed update leaves no table of the new version behind", async () => {
  await using market = new Market();
  await using handler = inMemory();
  const id = await installed(handler, market.offer("a"));
  const rest = "init() { throw new Error('init') }";
  market.offer("a", { version: "2.0.0", plugin: notesSource(TEXT, { rest }) });
  assertEquals((await handler.updateFromManifestLink(id)).success, false);
  const other = market.offer("b", { plugin: notesSource(TEXT) });
  const neighbour = await installed(handler, other);
  assert(handler.getLoadedPlugins().includes(neighbour));
});

Deno.test("a failed update gives the table back although init() made rows", async () => {
  await using market = new Market();
  await using handler = inMemory();
  const text = `text: { type: "TEXT", notNull: true, unique: true },`;
  const plugin = notesSource(text);
  const id = await installed(handler, market.offer("a", { plugin }));
  await tell(handler, id, ["/add", { text: "mine" }]);
  for (const [rows, lists] of [[1, true], [2, false]] as const) {
    const rest = `init({ table }) {
      for (let i = 0; i < ${rows}; i++) table.insert({ id: null });
      throw new Error("init");
    }`;
    market.offer("a", { version: "2.0.0", plugin: notesSource("", { rest }) });
    const { success } = await handler.updateFromManifestLink(id);
    assertEquals([success, storedVersion(handler, id)], [false, "1.0.0"]);
    const notes = await ask(handler, id, "/list");
    assert(Array.isArray(notes));
    assertEquals("text" in notes[0], lists);
    const [entry] = handler.getAudit({ limit: 1 });
    assertEquals(/its table stays as it is/.test(entry!.detail!), !lists);
  }
});
