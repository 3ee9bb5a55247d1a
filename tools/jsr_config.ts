/**
 * Prints the configuration that the package is published with: `deno.json`
 * without the stand-ins of `links/`, so that it depends on the real packages of
 * JSR. With `--tests` the real `@db/sqlite` is among the imports, so that the
 * tests can run against those packages.
 *
 * Needs `--allow-read`.
 *
 * @module
 */
import { type PackageConfig, readPackageConfig } from "./package_config.ts";

/** What `@db/sqlite` is tested with. */
const DB_SQLITE = { "@db/sqlite": "jsr:@db/sqlite@^0.13.0" };

/**
 * Makes the configuration that is published out of the checkout's own.
 *
 * @param config The checkout's own.
 * @returns The same without `links`, here and among what is published.
 */
export function publishedConfig(config: PackageConfig): PackageConfig {
  const { links: _links, publish, ...rest } = config;
  const include = publish.include.filter((path) => !path.startsWith("links"));
  return { ...rest, publish: { ...publish, include } };
}

if (import.meta.main) {
  const config = publishedConfig(await readPackageConfig());
  const imports = Deno.args.includes("--tests")
    ? { ...config.imports, ...DB_SQLITE }
    : config.imports;
  console.log(JSON.stringify({ ...config, imports }, null, 2));
}
