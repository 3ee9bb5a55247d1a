import { assertEquals, assertStringIncludes } from "@std/assert";
import { stringify } from "@std/yaml";
import { notesSource, rowOf } from "../handler/plugins.ts";

const MANIFESTS: Record<string, () => string> = {
  "/one.json": () => JSON.stringify(rowOf("one", notesSource("one"))),
  "/two.yaml": () => stringify({ ...rowOf("two", notesSource("two")) }),
};

/** Runs the library in a process of its own, with these permissions only. */
async function runLibrary(
  permissions: (path: string, host: string) => string[],
  paths: readonly string[] = Object.keys(MANIFESTS),
): Promise<{ code: number; stdout: string; stderr: string; files: string[] }> {
  const folder = await Deno.makeTempDir();
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request) => new Response(MANIFESTS[new URL(request.url).pathname]!()),
  );
  const host = `127.0.0.1:${server.addr.port}`;
  const path = `${folder}/plugins.db`;
  const script = new URL("library.ts", import.meta.url);
  try {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--no-prompt",
        ...permissions(path, host),
        script.href,
        path,
        ...paths.map((manifest) => `http://${host}${manifest}`),
      ],
      env: { NO_COLOR: "1" },
    }).output();
    const text = new TextDecoder();
    return {
      code,
      stdout: text.decode(stdout),
      stderr: text.decode(stderr),
      files: [...Deno.readDirSync(folder)].map(({ name }) => name),
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("library needs the database file and the hosts of manifests, and nothing else", async () => {
  const { code, stdout, stderr, files } = await runLibrary((path, host) => [
    `--allow-read=${path}`,
    `--allow-write=${path}`,
    `--allow-net=${host}`,
  ]);
  assertEquals(stderr, "");
  assertEquals([code, stdout.trim()], [0, "2 plugins work"]);
  assertEquals(files, ["plugins.db"]);
});

Deno.test("library says that the host of a manifest is not allowed", async () => {
  const { code, stderr } = await runLibrary((path) => [
    `--allow-read=${path}`,
    `--allow-write=${path}`,
  ]);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "--allow-net");
});

Deno.test("library says that the database file is not allowed", async () => {
  const { code, stderr, files } = await runLibrary(() => []);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "--allow-read");
  assertEquals(files, []);
});

Deno.test("library needs no permission for a database in memory", async () => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      new URL("library.ts", import.meta.url).href,
      ":memory:",
    ],
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder();
  assertEquals(text.decode(stderr), "");
  assertEquals([code, text.decode(stdout).trim()], [0, "0 plugins work"]);
});
