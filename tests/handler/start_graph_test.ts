/**
 * What `import "@dockstat/plugin-handler"` reads and runs before a line of the
 * host's does. Every module costs a start about a quarter of a millisecond, and
 * an npm package or a large built-in module as much as dozens of them.
 */
import { assert, assertEquals } from "@std/assert";

interface GraphModule {
  readonly specifier: string;
  readonly dependencies?: readonly {
    readonly code?: { readonly specifier?: string };
    readonly isDynamic?: boolean;
  }[];
}

interface Graph {
  readonly roots: readonly string[];
  readonly modules: readonly GraphModule[];
  readonly redirects: Readonly<Record<string, string>>;
}

const ROOT = new URL("../../", import.meta.url);

async function graphOf(file: string): Promise<Graph> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", file],
    cwd: ROOT,
  }).output();
  const decoder = new TextDecoder();
  assert(success, decoder.decode(stderr));
  return JSON.parse(decoder.decode(stdout));
}

/** The modules that run when the first one is imported. */
function staticModules({ roots, modules, redirects }: Graph): string[] {
  const known = new Map(modules.map((it) => [it.specifier, it]));
  const seen = new Set<string>();
  const next = [...roots];
  for (let name = next.pop(); name !== undefined; name = next.pop()) {
    const specifier = redirects[name] ?? name;
    if (seen.has(specifier)) continue;
    seen.add(specifier);
    for (const it of known.get(specifier)?.dependencies ?? []) {
      if (!it.isDynamic && it.code?.specifier) next.push(it.code.specifier);
    }
  }
  return [...seen];
}

Deno.test("mod.ts reads no package, and two built-in modules, at its start", async () => {
  const foreign = staticModules(await graphOf("mod.ts"))
    .filter((it) => !it.startsWith(new URL("src/", ROOT).href))
    .filter((it) => it !== new URL("mod.ts", ROOT).href);
  assertEquals(foreign.sort(), ["node:async_hooks", "node:sqlite"]);
});

Deno.test("mod.ts leaves the server and the Docker connection alone", async () => {
  const read = (await graphOf("mod.ts")).modules
    .map(({ specifier }) => specifier)
    .filter((it) => /\/src\/(?:server|docker|cli|builder)\//.test(it));
  assertEquals(read, []);
});

Deno.test("mod.ts does not grow without anybody noticing", async () => {
  const ran = staticModules(await graphOf("mod.ts"));
  assert(ran.length <= 310, `a start runs ${ran.length} modules`);
});
