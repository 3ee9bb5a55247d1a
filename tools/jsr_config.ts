/**
 * Prints `deno.json` without the stand-ins of `links/`, so that the tests run
 * against the real packages of JSR that the published one depends on, and with
 * the real `@db/sqlite`.
 *
 * Needs `--allow-read`.
 *
 * @module
 */
import { type PackageConfig, readPackageConfig } from "./package_config.ts";

/** What `@db/sqlite` is tested with. */
const DB_SQLITE = { "@db/sqlite": "jsr:@db/sqlite@^0.13.0" };

/**
 * Makes a configuration that depends on the real packages of JSR.
 *
 * @param config The checkout's own.
 * @returns The same without `links`.
 */
export function withoutStandIns(config: PackageConfig): PackageConfig {
  const { links: _links, ...rest } = config;
  return rest;
}

if (import.meta.main) {
  const config = withoutStandIns(await readPackageConfig());
  const imports = { ...config.imports, ...DB_SQLITE };
  console.log(JSON.stringify({ ...config, imports }, null, 2));
}
