/**
 * What a file and a server can do, both held to the same.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  type Agent,
  findPlugin,
} from "../../../src/cli/operator/agent/agent.ts";
import { KINDS, manifest } from "./agents.ts";

const never = new AbortController().signal;

async function install(agent: Agent, name = "notes", version = "1.0.0") {
  const source = { manifest: manifest(name, version) };
  const { integrity } = await agent.preview(source, never);
  return await agent.install(source, { integrity }, never);
}

/** Both kinds say with a code why they refuse. */
async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await assertRejects(() => promise);
  return (error as { code?: string }).code ?? "none";
}

for (const [kind, open] of Object.entries(KINDS)) {
  const test = (name: string, run: (agent: Agent) => Promise<void>) =>
    Deno.test(`an agent (${kind}) ${name}`, async () => {
      await using opened = await open();
      await run(opened.agent);
    });

  test("shows what an installation would store, then stores that", async (agent) => {
    const source = { manifest: manifest() };
    const preview = await agent.preview(source, never);
    assertEquals(preview.name, "notes");
    assertEquals(preview.signature, "unsigned");
    assertEquals(preview.permissions, { net: ["a.example", "b.example"] });
    assertEquals(preview.problems, []);
    assertEquals(await agent.list(), []);
    const { id } = await agent.install(source, {
      integrity: preview.integrity,
      grant: { net: ["a.example"] },
    }, never);
    const [plugin] = await agent.list();
    assertEquals(
      [plugin?.id, plugin?.name, plugin?.version, plugin?.signature],
      [id, "notes", "1.0.0", "unsigned"],
    );
    assertEquals((await agent.info(id)).permissions.effective, {
      net: ["a.example"],
    });
  });

  test("does not install other code than what was looked at", async (agent) => {
    const source = { manifest: manifest() };
    const looked = { integrity: "sha256-AAAA" };
    await assertRejects(() => agent.install(source, looked, never));
    assertEquals(await agent.list(), []);
  });

  test("finds plugins by name and id, and says which there are", async (agent) => {
    const { id } = await install(agent);
    assertEquals((await findPlugin(agent, "notes")).id, id);
    assertEquals((await findPlugin(agent, String(id))).name, "notes");
    const error = await assertRejects(() => findPlugin(agent, "nodes"));
    assert((error as Error).message.includes("there are notes"));
  });

  test("disables with a reason, and enables", async (agent) => {
    const { id } = await install(agent);
    await agent.disable(id, "too loud");
    const [disabled] = await agent.list();
    assertEquals([disabled?.state, disabled?.reason], ["disabled", "too loud"]);
    await agent.enable(id);
    assert((await agent.list())[0]?.state !== "disabled");
  });

  test("pins, refuses what is no range, and lifts the pin", async (agent) => {
    const { id } = await install(agent);
    await agent.pin(id, "^1.0.0");
    assertEquals((await agent.list())[0]?.pinned, "^1.0.0");
    assertEquals(await codeOf(agent.pin(id, "what")), "INVALID_MANIFEST");
    await agent.pin(id, null);
    assertEquals((await agent.list())[0]?.pinned, undefined);
  });

  test("grants and revokes some permissions, and all", async (agent) => {
    const { id } = await install(agent);
    const granted = async () => (await agent.info(id)).permissions.granted;
    await agent.grant(id, { net: ["a.example"] });
    await agent.grant(id, { net: ["b.example"] });
    assertEquals(await granted(), { net: ["a.example", "b.example"] });
    await agent.revoke(id, { net: ["a.example"] });
    assertEquals(await granted(), { net: ["b.example"] });
    await agent.revoke(id);
    assertEquals(await granted(), {});
  });

  test("keeps settings, and shows no secret", async (agent) => {
    const { id } = await install(agent);
    const { values } = await agent.setSettings(id, {
      token: "hush",
      retries: 3,
    });
    assertEquals(values, { token: { set: true }, retries: 3 });
    assertEquals(
      await codeOf(agent.setSettings(id, { retries: "many" })),
      "VALIDATION_FAILED",
    );
    assertEquals((await agent.settings(id)).values, values);
  });

  test("tells who did what, as much as was asked for", async (agent) => {
    const { id } = await install(agent);
    await agent.disable(id);
    await agent.enable(id);
    const entries = await agent.audit({ pluginId: id, limit: 2 });
    assertEquals(entries.map(({ action }) => action), ["enable", "disable"]);
    assert(entries.every(({ ok, plugin }) => ok && plugin === "notes"));
    assertEquals((await agent.audit({ limit: 1 })).length, 1);
  });

  test("adds, resets and removes users, and keeps an admin", async (agent) => {
    const password = "correct horse battery";
    const before = (await agent.users()).length;
    const ada = await agent.addUser({ name: "ada", password, role: "admin" });
    await agent.resetUser(ada.id, "another horse battery");
    assertEquals((await agent.users()).length, before + 1);
    if (before > 0) await agent.removeUser(ada.id);
    else assertEquals(await codeOf(agent.removeUser(ada.id)), "CONFLICT");
    assertEquals(await codeOf(agent.removeUser(999)), "NOT_FOUND");
  });

  test("refuses what concerns a plugin that is not there", async (agent) => {
    for (
      const act of [
        () => agent.enable(99),
        () => agent.pin(99, "^1.0.0"),
        () => agent.settings(99),
        () => agent.rollback(99, "1.0.0"),
        () => agent.remove(99, false),
        () => agent.purge(99),
        () => agent.rows("nobodys", 0),
      ]
    ) await assertRejects(async () => await act());
  });

  test("lists no tables where no plugin made any, and backs up", async (agent) => {
    assertEquals(await agent.tables(), []);
    const path = await agent.backup();
    assert((await Deno.stat(path)).size > 0);
    const findings = await agent.doctor();
    assertEquals(
      findings.find(({ name }) => name === "integrity")?.state,
      "ok",
    );
  });

  test("says for each plugin why no update is known", async (agent) => {
    const { id } = await install(agent);
    const [check] = await agent.checkUpdates(AbortSignal.timeout(60_000));
    assertEquals([check?.id, check?.current], [id, "1.0.0"]);
    assertEquals(check?.available, null);
  });

  test("deletes, and purges what was left", async (agent) => {
    const { id } = await install(agent);
    await agent.setSettings(id, { retries: 1 });
    await agent.remove(id, false);
    assertEquals(await agent.list(), []);
    await agent.purge(id);
    await assertRejects(async () => await agent.purge(id));
  });
}
