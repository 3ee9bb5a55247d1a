/**
 * Makes the package that is published to JSR, in a folder of its own: the code
 * in a few files, the sources for types and documentation, and a configuration
 * without the stand-ins of `links/`.
 *
 * ```sh
 * deno task package <folder>
 * ```
 *
 * Needs `--allow-read`, `--allow-write` of the folder and `--allow-run` of Deno
 * itself.
 *
 * @module
 */
import { dirname } from "@std/path";
import { withoutStandIns } from "../jsr_config.ts";
import { bundleCode, bundledFile, CODE_FOLDER } from "./bundle_code.ts";
import {
  type PackageConfig,
  readPackageConfig,
  repository,
} from "../package_config.ts";

/**
 * Makes the configuration that the package is published with.
 *
 * @param config The checkout's own.
 * @returns The same for the package: its exports are the bundled files.
 */
export function packageConfig(config: PackageConfig): PackageConfig {
  const { name, version, license, imports, compilerOptions, exports, publish } =
    withoutStandIns(config);
  return {
    name,
    version,
    license,
    exports: Object.fromEntries(
      Object.entries(exports).map(([name, source]) => [
        name,
        `./${bundledFile(source.replace(/^\.\//, ""))}`,
      ]),
    ),
    imports,
    compilerOptions,
    publish: { ...publish, include: [CODE_FOLDER, ...publish.include] },
  };
}

/**
 * Makes the package.
 *
 * @param folder Where; it is made where it is missing, and has to be empty, so
 * that no file of another package is published.
 * @throws {Error} If the folder is not empty, or the code cannot be bundled.
 */
export async function buildPackage(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  for await (const { name } of Deno.readDir(folder)) {
    throw new Error(
      `Cannot make the package in ${folder}: ${name} is there already; name an empty folder`,
    );
  }
  const own = await readPackageConfig();
  for (const path of own.publish.include) {
    await copy(path, folder);
  }
  await bundleCode(folder, own);
  await Deno.writeTextFile(
    `${folder}/deno.json`,
    `${JSON.stringify(packageConfig(own), null, 2)}\n`,
  );
}

async function copy(path: string, folder: string): Promise<void> {
  const from = `${repository}/${path}`;
  if (!(await Deno.stat(from)).isDirectory) {
    await Deno.mkdir(dirname(`${folder}/${path}`), { recursive: true });
    return await Deno.copyFile(from, `${folder}/${path}`);
  }
  for await (const { name } of Deno.readDir(from)) {
    await copy(`${path}/${name}`, folder);
  }
}

if (import.meta.main) {
  const [folder] = Deno.args;
  if (folder === undefined) {
    console.error("Name a folder to make the package in");
    Deno.exit(2);
  }
  await buildPackage(folder);
}
