/**
 * Makes plugins' bundles with the bundlers that authors use.
 *
 * @module
 */

const FIXTURES = new URL("testdata/", import.meta.url);
const BUILDER = new URL("../../builder.ts", import.meta.url);

/** What the sources import, and two of the bundlers. */
const PACKAGES = [
  "bun@1",
  "chalk@5",
  "debug@4",
  "esbuild@0.25",
  "react@19",
  "react-dom@19",
  "semver@7",
  "source-map-support@0.5",
  "zod@4",
];

/** Gives CommonJS what it asks for, as authors do for bundles of esbuild. */
const BANNER =
  `import { createRequire as $createRequire } from "module"; const require = $createRequire(import.meta.url);`;

/** A bundler by its name. */
export type BundlerName = "deno" | "esbuild" | "bun";

/** All of them. */
export const BUNDLERS: readonly BundlerName[] = ["deno", "esbuild", "bun"];

/** The sources' names. */
export const SOURCES: readonly string[] = [...Deno.readDirSync(FIXTURES)]
  .map(({ name }) => name.replace(/\.js$/, "")).sort();

/** A folder with the sources and all that they are bundled with. */
export class Workshop implements AsyncDisposable {
  readonly #folder: string;
  readonly #bundles = new Map<string, Promise<string>>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Needs npm, and a registry that it reaches. */
  static async open(): Promise<Workshop> {
    const folder = await Deno.makeTempDir();
    for (const name of SOURCES) {
      await Deno.copyFile(
        new URL(`${name}.js`, FIXTURES),
        `${folder}/${name}.js`,
      );
    }
    await Deno.writeTextFile(
      `${folder}/package.json`,
      JSON.stringify({ private: true, type: "module" }),
    );
    await run("npm", folder, [
      "install",
      "--no-audit",
      "--no-fund",
      ...PACKAGES,
    ]);
    await bundleBuilder(folder);
    return new Workshop(folder);
  }

  /** The text of a bundle. */
  bundle(source: string, bundler: BundlerName): Promise<string> {
    const key = `${source} by ${bundler}`;
    let text = this.#bundles.get(key);
    if (text === undefined) {
      this.#bundles.set(key, text = this.#make(source, bundler));
    }
    return text;
  }

  async #make(source: string, bundler: BundlerName): Promise<string> {
    const folder = this.#folder;
    const output = `${folder}/${source}.${bundler}.mjs`;
    const entry = `${source}.js`;
    switch (bundler) {
      case "deno":
        await run(Deno.execPath(), folder, [
          "bundle",
          "--quiet",
          "--no-lock",
          "--sourcemap=inline",
          `--output=${output}`,
          entry,
        ]);
        break;
      case "esbuild":
        await run(`${folder}/node_modules/.bin/esbuild`, folder, [
          entry,
          "--bundle",
          "--minify",
          "--format=esm",
          "--platform=node",
          "--log-level=error",
          `--banner:js=${BANNER}`,
          `--outfile=${output}`,
        ]);
        break;
      case "bun":
        await run(`${folder}/node_modules/.bin/bun`, folder, [
          "build",
          "--target=bun",
          "--sourcemap=inline",
          `--outfile=${output}`,
          entry,
        ]);
    }
    return await Deno.readTextFile(output);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#folder, { recursive: true });
  }
}

/** The builder under its published name, as a package of npm would hold it. */
async function bundleBuilder(folder: string): Promise<void> {
  const home = `${folder}/node_modules/@dockstat/plugin-handler`;
  await Deno.mkdir(home, { recursive: true });
  await run(Deno.execPath(), folder, [
    "bundle",
    "--quiet",
    "--no-lock",
    `--output=${home}/builder.js`,
    BUILDER.href,
  ]);
  await Deno.writeTextFile(
    `${home}/package.json`,
    JSON.stringify({
      name: "@dockstat/plugin-handler",
      version: "1.0.0",
      type: "module",
      exports: { "./builder": "./builder.js" },
    }),
  );
}

async function run(
  command: string,
  cwd: string,
  args: string[],
): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, {
    args,
    cwd,
    stdout: "null",
    env: { NO_COLOR: "1" },
  }).output();
  if (success) return;
  throw new Error(
    `${command} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`,
  );
}
