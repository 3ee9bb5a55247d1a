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

/** Asks the server as the console does. */
async function askPage(url: string, below = ""): Promise<string> {
  const { text } = await textOf(`${url}/api/v1/plugins/1/pages${below}`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: url },
    body: JSON.stringify({ path: "/my-plugin" }),
  });
  return text;
}

Deno.test("preview shows the pages with made-up rows until Ctrl-C", async () => {
  await using folder = await scratch();
  const cwd = await newProject(folder.path);
  const child = startCli(["preview", "--port", "0"], { cwd });
  await using printed = new Printed(child);
  const url = await printed.find(/Console: (\S+)\/console/);
  const page = await printed.find(/Page: \/my-plugin (\S+)/);
  assertEquals(page, `${url}/p/1/my-plugin`);
  assertStringIncludes(printed.text, "its 5 rows are made up");
  const { initial } = JSON.parse(await askPage(url));
  // The fake events have added to them.
  assert(initial.data.entries.length >= 7, JSON.stringify(initial));
  assertEquals(initial.results[0].success, true);
  const links = (await textOf(`${url}/dev`)).text;
  assertStringIncludes(links, '<a href="/p/1/my-plugin">/my-plugin</a>');
  assertEquals(await printed.interrupt(), 0);
  const left = [...Deno.readDirSync(cwd)].map(({ name }) => name);
  assertEquals(left.includes("data"), false);
});

Deno.test("preview makes data up where a loader fails, and says so", async () => {
  await using folder = await scratch();
  const cwd = await newProject(folder.path);
  await edit(
    cwd,
    "plugin.ts",
    (text) =>
      text.replace(
        "listEntries: ({ table, query }) => {",
        '$&\n    if (query) throw new Error("no host yet");',
      ),
  );
  const child = startCli(["preview", "--port", "0"], { cwd });
  await using printed = new Printed(child);
  const url = await printed.find(/Console: (\S+)\/console/);
  const { initial } = JSON.parse(await askPage(url));
  assertEquals(initial.data.entries[1], {
    id: 2,
    event: "event 2",
    container: "container 2",
  });
  assertEquals(initial.results[0].success, true);
  await printed.find(/(Loader entries of \/my-plugin: its data are made up)/);
  assertStringIncludes(printed.text, "no host yet");
  const polled = await askPage(url, "/loaders/entries");
  assertEquals(JSON.parse(polled).data.length, 3);
  assertEquals(await printed.interrupt(), 0);
});

Deno.test("preview refuses a port that is none, and names missing permissions", async () => {
  await using folder = await scratch();
  const cwd = await newProject(folder.path);
  const usage = await runCli(["preview", "--port", "x"], { cwd, flags: FLAGS });
  assertEquals(usage.code, 2);
  const refused = await runCli(["preview"], {
    cwd,
    flags: [`--allow-read=.,${CHECKOUT}`],
  });
  assertEquals(refused.code, 3);
  assertStringIncludes(refused.err, "--allow-");
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
