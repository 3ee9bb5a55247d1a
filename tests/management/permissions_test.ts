import {
  assert,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { PluginError } from "@dockstat/plugin-handler";
import {
  auditOf,
  inMemory,
  installed,
  Market,
  rowOf,
  storedVersion,
  versionSource,
} from "./market.ts";

const CODE = versionSource("1.0.0");

function withPlugin(permissions: Record<string, unknown>) {
  const handler = inMemory();
  const row = { ...rowOf("a", CODE), permissions };
  assert(handler.savePlugin(row).success);
  return handler;
}

Deno.test("getPermissions() gives what is both requested and granted", async () => {
  await using handler = withPlugin({ net: ["a.com", "b.com"], env: true });
  assertEquals(handler.getPermissions(1), {
    requested: { net: ["a.com", "b.com"], env: true },
    granted: {},
    effective: {},
  });
  handler.grantPermissions(1, { net: ["a.com"], read: ["/etc"] });
  handler.grantPermissions(1, { env: ["HOME"] });
  const { granted, effective } = handler.getPermissions(1);
  assertEquals(granted, { net: ["a.com"], read: ["/etc"], env: ["HOME"] });
  assertEquals(effective, { net: ["a.com"], env: ["HOME"] });
});

Deno.test("revokePermissions() takes back a part, or everything", async () => {
  await using handler = withPlugin({ net: true, env: true, read: true });
  handler.grantPermissions(1, {
    net: ["a.com", "b.com"],
    env: true,
    read: ["/srv/data"],
  });
  handler.revokePermissions(1, { net: ["b.com:443"], env: ["HOME"] });
  assertEquals(handler.getPermissions(1).granted, {
    net: ["a.com"],
    read: ["/srv/data"],
  });
  handler.revokePermissions(1, { read: ["/srv"] });
  assertEquals(handler.getPermissions(1).granted, { net: ["a.com"] });
  handler.revokePermissions(1);
  assertEquals(handler.getPermissions(1).granted, {});
});

Deno.test("grantPermissions() is noted with who granted what, and refuses what is no permission", async () => {
  await using handler = withPlugin({});
  handler.grantPermissions(1, { net: ["a.com"] }, { actor: "ada" });
  const [entry] = handler.getAudit({ limit: 1 });
  assertEquals([entry!.action, entry!.actor, entry!.detail], [
    "grant",
    "ada",
    `{"net":["a.com"]}`,
  ]);
  const malformed = { net: ["a.com,b.com"] };
  assertEquals(handler.grantPermissions(1, malformed).success, false);
  const unknown = { teleport: true } as Record<string, boolean>;
  assertEquals(handler.grantPermissions(1, unknown).success, false);
  assertEquals(handler.getPermissions(1).granted, { net: ["a.com"] });
  assertEquals(auditOf(handler, 1).slice(2), [
    "grant refused",
    "grant refused",
  ]);
});

Deno.test("permissions of a plugin that is not stored are refused", async () => {
  await using handler = inMemory();
  const error = assertThrows(() => handler.getPermissions(7), PluginError);
  assertEquals(error.code, "PLUGIN_NOT_FOUND");
  const granted = handler.grantPermissions(7, { net: true });
  const revoked = handler.revokePermissions(7);
  assertEquals([granted, revoked].map(({ cause }) => cause?.code), [
    "PLUGIN_NOT_FOUND",
    "PLUGIN_NOT_FOUND",
  ]);
});

Deno.test("updateFromManifestLink() waits for the operator when a version asks for more", async () => {
  await using market = new Market();
  await using handler = inMemory();
  const url = market.offer("a", { permissions: { net: ["a.com"] } });
  const id = await installed(handler, url);
  market.offer("a", {
    version: "2.0.0",
    permissions: { net: ["a.com", "b.com"] },
  });
  const refused = await handler.updateFromManifestLink(id);
  assertEquals(refused.cause?.code, "PERMISSION_REQUIRED");
  assertStringIncludes(refused.error!, `{"net":["b.com"]}`);
  assertEquals(storedVersion(handler, id), "1.0.0");
  const [found] = await handler.checkForUpdates();
  assertEquals(found?.error?.code, "PERMISSION_REQUIRED");

  handler.grantPermissions(id, { net: ["b.com"] });
  assert((await handler.updateFromManifestLink(id)).success);
  assertEquals(handler.getPermissions(id), {
    requested: { net: ["a.com", "b.com"] },
    granted: { net: ["b.com"] },
    effective: { net: ["b.com"] },
  });
});

Deno.test("updateFromManifestLink() lets a version ask for less", async () => {
  await using market = new Market();
  await using handler = inMemory();
  const url = market.offer("a", { permissions: { net: true, env: ["A"] } });
  const id = await installed(handler, url);
  handler.grantPermissions(id, { net: true });
  const permissions = { net: ["a.com"] };
  market.offer("a", { version: "2.0.0", permissions });
  assert((await handler.updateFromManifestLink(id)).success);
  assertEquals(handler.getPermissions(id).effective, { net: ["a.com"] });
});

Deno.test("grantPermissions() says that it has no effect on a plugin that runs inline", async () => {
  const row = { ...rowOf("a", CODE), permissions: { net: true } };
  for (
    const [isolation, says] of [
      ["inline", true],
      ["process", false],
      [() => "inline" as const, true],
      [
        () => {
          throw new TypeError("undecided");
        },
        false,
      ],
    ] as const
  ) {
    await using handler = inMemory({ isolation });
    assert(handler.savePlugin(row).success);
    for (
      const { success, message } of [
        handler.grantPermissions(1, { net: ["a.com"] }),
        handler.revokePermissions(1),
      ]
    ) {
      assert(success, message);
      assertEquals(message.includes("no effect"), says, message);
    }
  }
});
