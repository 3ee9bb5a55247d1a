/**
 * Bundles what runs in the processes of sandboxed plugins into scripts, which
 * are handed to them through a pipe: they can read no file and fetch nothing.
 * With `--check` it fails where a bundle in the repository is not what the
 * sources make.
 *
 * @module
 */

const ROOT = `file://${Deno.cwd()}/`;
const STAND_INS = `${ROOT}src/sandbox/guest/node_stand_ins.ts`;

/** A script that is bundled. */
interface Script {
  /** What it is called. */
  readonly name: "guest" | "store";
  /** What it is, for the module's documentation. */
  readonly title: string;
  /** The modules of Node.js that are replaced. */
  readonly replaced: readonly string[];
  /** Those that it may import. */
  readonly imports: RegExp;
}

const SCRIPTS: readonly Script[] = [
  {
    name: "guest",
    title: "The script that runs in a sandboxed plugin's process",
    replaced: ["node:async_hooks", "node:crypto"],
    // The text of the module that stands for this one names it.
    imports: /^node:process$/,
  },
  {
    name: "store",
    title: "The script that runs in the process of a sandboxed plugin's table",
    replaced: ["node:async_hooks", "node:crypto", "node:path"],
    imports: /^node:sqlite$/,
  },
];

/**
 * Bundles a script.
 *
 * @param script Which one.
 * @returns The text of the module that holds the bundle.
 */
async function bundleScript(
  { name, title, replaced, imports }: Script,
): Promise<string> {
  const folder = await Deno.makeTempDir();
  try {
    const code = await bundle(`src/sandbox/${name}/main.ts`, {
      folder,
      replaced: Object.fromEntries(replaced.map((name) => [name, STAND_INS])),
    });
    for (const [, module] of code.matchAll(/from\s*"(node:[^"]+)"/g)) {
      if (!imports.test(module!)) {
        throw new Error(`The bundle still imports ${module}`);
      }
    }
    // A script starts faster than a module; strictness is a module's own.
    const script = `"use strict";(async()=>{${withoutImports(code).trim()}})()
//# sourceURL=plugin-handler:${name}`;
    return `// deno-fmt-ignore-file
// Made by "deno task bundle:guest"; not to be edited.
/**
 * ${title}, as text.
 *
 * @module
 */

/** The source text of the script. */
export const ${name.toUpperCase()}_BUNDLE: string = ${JSON.stringify(script)};
`;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A script cannot import statically. */
function withoutImports(code: string): string {
  return code.replace(
    /\bimport\s*\{([^}]*)\}\s*from\s*"(node:[^"]+)";?/g,
    (_, names: string, module: string) =>
      `const{${names.replaceAll(" as ", ":")}}=await import("${module}");`,
  );
}

async function bundle(
  entry: string,
  { folder, replaced }: {
    readonly folder: string;
    readonly replaced: Readonly<Record<string, string>>;
  },
): Promise<string> {
  const importMap = `${folder}/import_map.json`;
  const imports = { ...await absoluteImports(), ...replaced };
  await Deno.writeTextFile(importMap, JSON.stringify({ imports }));
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "bundle",
      "--quiet",
      "--minify",
      "--no-lock",
      "--platform=deno",
      `--import-map=${importMap}`,
      entry,
    ],
    stdout: "piped",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** The imports of deno.json, as they are seen from anywhere. */
async function absoluteImports(): Promise<Record<string, string>> {
  const { imports } = JSON.parse(await Deno.readTextFile("deno.json"));
  return Object.fromEntries(
    Object.entries<string>(imports).flatMap(([name, target]) => [
      [name, target.startsWith("./") ? new URL(target, ROOT).href : target],
      // A bare import map does not know of the files inside a package.
      ...target.startsWith("npm:")
        ? [[`${name}/`, target.replace("npm:", "npm:/") + "/"]]
        : [],
    ]),
  );
}

if (import.meta.main) {
  for (const script of SCRIPTS) {
    const output = `src/sandbox/process/${script.name}_bundle.ts`;
    const text = await bundleScript(script);
    if (!Deno.args.includes("--check")) {
      await Deno.writeTextFile(output, text);
    } else if (await Deno.readTextFile(output) !== text) {
      console.error(`${output} is out of date; run "deno task bundle:guest"`);
      Deno.exitCode = 1;
    }
  }
}
