/**
 * Bundles what runs in a sandboxed plugin's process into one script, which is
 * handed to the process through a pipe: the process can read no file and fetch
 * nothing. With `--check` it fails where the bundle in the repository is not
 * what the sources make.
 *
 * @module
 */

const ENTRY = "src/sandbox/guest/main.ts";
const OUTPUT = "src/sandbox/guest_bundle.ts";
const STAND_INS = "src/sandbox/guest/node_stand_ins.ts";
const REPLACED = ["node:async_hooks", "node:buffer", "node:crypto"];

/**
 * Bundles the guest.
 *
 * @returns The text of the module that holds the bundle.
 */
export async function bundleGuest(): Promise<string> {
  const folder = await Deno.makeTempDir();
  try {
    const code = await bundle(`${folder}/import_map.json`);
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

async function bundle(importMap: string): Promise<string> {
  const { imports } = JSON.parse(await Deno.readTextFile("deno.json"));
  const root = `file://${Deno.cwd()}/`;
  const absolute = Object.entries<string>(imports).flatMap(
    ([name, target]) => [
      [name, target.startsWith("./") ? new URL(target, root).href : target],
      // A bare import map does not know of the files inside a package.
      ...target.startsWith("npm:")
        ? [[`${name}/`, target.replace("npm:", "npm:/") + "/"]]
        : [],
    ],
  );
  const replaced = REPLACED.map((name) => [name, root + STAND_INS]);
  await Deno.writeTextFile(
    importMap,
    JSON.stringify({ imports: Object.fromEntries([...absolute, ...replaced]) }),
  );
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "bundle",
      "--quiet",
      "--minify",
      "--no-lock",
      "--platform=deno",
      `--import-map=${importMap}`,
      ENTRY,
    ],
    stdout: "piped",
    stderr: "piped",
  }).output();
  const code = new TextDecoder().decode(stdout);
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  // The prologue of bundles made for Bun is text that names this one.
  const left = code.match(/from\s*"node:(?!module")[^"]+"/);
  if (left !== null) throw new Error(`The bundle still imports ${left[0]}`);
  return code;
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
