/**
 * Bundles what runs in a sandboxed plugin's process into one script, which is
 * handed to the process through a pipe: the process can read no file and fetch
 * nothing. With `--check` it fails where the bundle in the repository is not
 * what the sources make.
 *
 * @module
 */

const ENTRY = "src/sandbox/guest/main.ts";
const OUTPUT = "src/sandbox/process/guest_bundle.ts";
const ROOT = `file://${Deno.cwd()}/`;
const STAND_INS = `${ROOT}src/sandbox/guest/node_stand_ins.ts`;
const REPLACED = ["node:async_hooks", "node:crypto"];

/**
 * Bundles the guest.
 *
 * @returns The text of the module that holds the bundle.
 */
export async function bundleGuest(): Promise<string> {
  const folder = await Deno.makeTempDir();
  try {
    const code = await bundle(ENTRY, {
      folder,
      replaced: Object.fromEntries(REPLACED.map((name) => [name, STAND_INS])),
    });
    // The text of the module that stands for this one names it.
    const left = code.match(/from\s*"node:(?!process")[^"]+"/);
    if (left !== null) throw new Error(`The bundle still imports ${left[0]}`);
    // A script starts faster than a module; strictness is a module's own.
    const script = `"use strict";(async()=>{${code.trim()}})()
//# sourceURL=plugin-handler:guest`;
    return `// deno-fmt-ignore-file
// Made by "deno task bundle:guest"; not to be edited.
/**
 * The script that runs in a sandboxed plugin's process, as text.
 *
 * @module
 */

/** The source text of the script. */
export const GUEST_BUNDLE: string = ${JSON.stringify(script)};
`;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
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
  const text = await bundleGuest();
  if (!Deno.args.includes("--check")) {
    await Deno.writeTextFile(OUTPUT, text);
  } else if (await Deno.readTextFile(OUTPUT) !== text) {
    console.error(`${OUTPUT} is out of date; run "deno task bundle:guest"`);
    Deno.exit(1);
  }
}
