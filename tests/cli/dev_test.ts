import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { CHECKOUT, edit, newProject } from "./new_project.ts";
import { Printed } from "./read_line.ts";
import { runCli, scratch, startCli } from "./run_cli.ts";

const FLAGS = [
  "--allow-read",
  "--allow-write=.",
  `--allow-run=${Deno.execPath()}`,
  "--allow-net=127.0.0.1",
];

async function textOf(url: string, init?: RequestInit) {
  const response = await fetch(url, init);
  return { status: response.status, text: await response.text() };
}

for (const mode of ["--isolated", "--inline"]) {
  Deno.test(`dev ${mode} serves an edit, names what is wrong, and keeps data`, async () => {
    await using folder = await scratch();
    const cwd = await newProject(folder.path);
    const child = startCli(["dev", mode, "--port", "0"], { cwd, flags: FLAGS });
    await using printed = new Printed(child);
    const url = await printed.find(/Console: (\S+)\/console/);
    const routes = `${url}/plugins/my-plugin/routes`;
    assertEquals((await textOf(`${url}/console`)).status, 200);

    const fired = await textOf(`${url}/dev/emit?event=container:started`, {
      method: "POST",
    });
    assertEquals(fired.status, 200);
    assertEquals((await textOf(`${routes}/count`)).text, '{"entries":1}');

    let at = printed.text.length;
    await edit(cwd, "plugin.ts", (text) =>
      text.replace(
        "({ entries: table.count() })",
        "({ kept: table.count() })",
      ));
    await printed.find(/loaded in \d+ ms/, at);
    assertEquals((await textOf(`${routes}/count`)).text, '{"kept":1}');

    at = printed.text.length;
    await edit(cwd, "plugin.ts", (text) => `${text}\nconst broken = ;\n`);
    await printed.find(/error: Cannot bundle/, at);
    const page = await textOf(`${url}/dev`);
    assertStringIncludes(page.text, "The last build failed");
    assertStringIncludes(page.text, "plugin.ts:");
    // What ran goes on.
    assertEquals((await textOf(`${routes}/count`)).text, '{"kept":1}');

    at = printed.text.length;
    await edit(
      cwd,
      "plugin.ts",
      (text) =>
        text.replace("const broken = ;\n", "").replace(
          "({ kept: table.count() })",
          '{ throw new Error("on purpose"); }',
        ),
    );
    await printed.find(/loaded in \d+ ms/, at);
    at = printed.text.length;
    assertEquals((await textOf(`${routes}/count`)).status, 500);
    assertEquals(await printed.interrupt(), 0);
  });
}

Deno.test("dev keeps the plugin's data when it is started again", async () => {
  await using folder = await scratch();
  const cwd = await newProject(folder.path);
  for (const count of [1, 2]) {
    const child = startCli(["dev", "--port", "0"], { cwd, flags: FLAGS });
    await using printed = new Printed(child);
    const url = await printed.find(/Console: (\S+)\/console/);
    await textOf(`${url}/dev/emit?event=container:started`, { method: "POST" });
    const { text } = await textOf(`${url}/plugins/my-plugin/routes/count`);
    assertEquals(text, `{"entries":${count}}`);
    assertEquals(await printed.interrupt(), 0);
  }
  const key = await Deno.stat(join(cwd, "data/secrets.key"));
  assertEquals(key.mode! & 0o777, 0o600);
});

Deno.test("dev takes no event from another site's page", async () => {
  await using folder = await scratch();
  const cwd = await newProject(folder.path);
  const child = startCli(["dev", "--port", "0"], { cwd, flags: FLAGS });
  await using printed = new Printed(child);
  const url = await printed.find(/Console: (\S+)\/console/);
  const foreign = await textOf(`${url}/dev/emit?event=container:started`, {
    method: "POST",
    headers: { origin: "https://evil.example" },
  });
  assertEquals(foreign.status, 403);
  const unknown = await textOf(`${url}/dev/emit?event=no`, { method: "POST" });
  assertEquals(unknown.status, 404);
  await printed.interrupt();
});

Deno.test("dev refuses a port that is none, and names missing permissions", async () => {
  await using folder = await scratch();
  const cwd = await newProject(folder.path);
  const usage = await runCli(["dev", "--port", "many"], { cwd, flags: FLAGS });
  assertEquals(usage.code, 2);
  const refused = await runCli(["dev"], {
    cwd,
    flags: [`--allow-read=.,${CHECKOUT}`],
  });
  assertEquals(refused.code, 3);
  assertStringIncludes(refused.err, "--allow-write=");
});

Deno.test("preview shows the pages with fake data until Ctrl-C", async () => {
  await using folder = await scratch();
  const cwd = await newProject(folder.path);
  const child = startCli(["preview", "--port", "0"], { cwd });
  await using printed = new Printed(child);
  const url = await printed.find(/Console: (\S+)\/console/);
  assertStringIncludes(printed.text, "Page: /my-plugin");
  const { text } = await textOf(`${url}/plugins/my-plugin/routes/entries`);
  assert(JSON.parse(text).length >= 2, text);
  assertEquals(await printed.interrupt(), 0);
  const left = [...Deno.readDirSync(cwd)].map(({ name }) => name);
  assertEquals(left.includes("data"), false);
});

Deno.test("preview says why a plugin does not load, and exits with 1", async () => {
  await using folder = await scratch();
  const cwd = await newProject(folder.path);
  await edit(
    cwd,
    "plugin.ts",
    (text) => text.replace('"listEntries"', '"listEntry"'),
  );
  await edit(
    cwd,
    "plugin.ts",
    (text) => `throw new Error("not today");\n${text}`,
  );
  const { code, err } = await runCli(["preview", "--port", "0"], { cwd });
  assertEquals(code, 1);
  assertStringIncludes(err, "not today");
});
