/**
 * What every author's command does alike: wrong usage, a missing permission,
 * interruption.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { operatorCommands } from "../../src/cli/operator/registry.ts";
import { registry } from "../../src/cli/program/registry.ts";
import { BUNDLE_FLAGS, CHECKOUT, newProject } from "./new_project.ts";
import { runCli, scratch, startCli } from "./run_cli.ts";

/** The arguments that each command needs. */
const ARGS: Readonly<Record<string, readonly string[]>> = {
  init: ["other", "--yes", "--handler", CHECKOUT],
  dev: ["--port", "0"],
  bundle: [],
  check: [],
  test: [],
  preview: ["--port", "0"],
  keygen: ["--no-passphrase"],
  sign: ["--key", "jane.key"],
  verify: [],
  repo: [],
  publish: [],
};

const SOURCES = fromFileUrl(new URL("../../", import.meta.url));

Deno.test("every author's command is tried here", () => {
  assertEquals(
    Object.keys(ARGS),
    Object.keys(registry)
      .filter((name) => name !== "completion" && !(name in operatorCommands)),
  );
});

for (const [name, args] of Object.entries(ARGS)) {
  Deno.test(`${name} exits with 2 for an unknown option`, async () => {
    await using folder = await scratch();
    const run = { cwd: folder.path, flags: [`--allow-read=${SOURCES}`] };
    const unknown = await runCli([name, ...args, "--nonsense"], run);
    assertEquals(unknown.code, 2, unknown.err);
    assertStringIncludes(unknown.err, "unknown option '--nonsense'");
  });

  Deno.test(`${name} exits with 3 and names the flag when a permission is missing`, async () => {
    await using folder = await scratch();
    const run = { cwd: folder.path, flags: [`--allow-read=${SOURCES}`] };
    const { code, err } = await runCli([name, ...args], run);
    assertEquals(code, 3, err);
    assertStringIncludes(err, "--allow-");
    assertEquals(await Array.fromAsync(Deno.readDir(folder.path)), []);
  });
}

Deno.test("verify exits with 130 when it is interrupted", async () => {
  await using folder = await scratch();
  const asked = Promise.withResolvers<void>();
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    // The answer never comes: whoever asked goes.
    (_request, { completed }) => {
      asked.resolve();
      completed.catch(() => {});
      return new Response(new ReadableStream());
    },
  );
  const url = `http://127.0.0.1:${server.addr.port}/manifest.json`;
  const child = startCli(["verify", url], { cwd: folder.path });
  const ended = child.output();
  await asked.promise;
  child.kill("SIGINT");
  const { code, stdout, stderr } = await ended;
  assertEquals(code, 130, new TextDecoder().decode(stderr));
  assertEquals(new TextDecoder().decode(stdout), "");
});

Deno.test("test exits with 130 when it is interrupted, and ends the tests", async () => {
  await using folder = await scratch();
  const cwd = await newProject(folder.path);
  await Deno.writeTextFile(
    join(cwd, "endless_test.ts"),
    `Deno.test("endless", async () => {
      console.log("pid", Deno.pid);
      await new Promise((resolve) => setTimeout(resolve, 600_000));
    });`,
  );
  const child = startCli(["test"], { cwd });
  let text = "";
  const decoder = new TextDecoder();
  let pid = 0;
  const errors = new Response(child.stderr).text();
  for await (const piece of child.stdout) {
    text += decoder.decode(piece, { stream: true });
    const found = /pid.*?(\d+)/.exec(text);
    if (found === null || pid > 0) continue;
    pid = Number(found[1]);
    child.kill("SIGINT");
  }
  const { code } = await child.status;
  assertEquals(code, 130, await errors);
  assert(pid > 0, text);
  assertEquals(isAlive(pid), false, "the tests go on");
});

Deno.test("sign leaves a manifest whole whenever it is interrupted", async () => {
  await using folder = await scratch();
  const cwd = await newProject(folder.path);
  const flags = BUNDLE_FLAGS;
  for (
    const args of [["bundle"], [
      "keygen",
      "--out",
      "../jane.key",
      "--no-passphrase",
    ]]
  ) {
    const { code, err } = await runCli(args, { cwd });
    assertEquals(code, 0, err);
  }
  const manifest = join(cwd, "manifest.json");
  const before = await Deno.readTextFile(manifest);
  let interrupted = 0;
  for (let wait = 0; wait <= 600; wait += 60) {
    await Deno.writeTextFile(manifest, before);
    const child = startCli(["sign", "--key", "../jane.key"], { cwd, flags });
    const ended = child.output();
    const timer = setTimeout(() => {
      try {
        child.kill("SIGINT");
      } catch { /* it was faster */ }
    }, wait);
    const { code, signal } = await ended;
    clearTimeout(timer);
    // Before the program listens, the signal itself ends it.
    if (code !== 0) interrupted++;
    assert(code === 0 || code === 130 || signal === "SIGINT", String(code));
    const after = JSON.parse(await Deno.readTextFile(manifest));
    const { keyId: _, signature, ...rest } = after;
    assertEquals(rest, JSON.parse(before));
    if (code === 0) assertEquals(typeof signature, "string");
  }
  assert(interrupted > 0);
  const names = [...Deno.readDirSync(cwd)].map(({ name }) => name);
  assertEquals(names.filter((name) => /tmp|\.new|~/.test(name)), []);
});

function isAlive(pid: number): boolean {
  try {
    const state = Deno.readTextFileSync(`/proc/${pid}/stat`);
    // One that ended and that nobody has asked about yet is none.
    return !/\) Z /.test(state);
  } catch {
    return false;
  }
}
