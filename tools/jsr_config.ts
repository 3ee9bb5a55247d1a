/**
 * Prints this repository's `deno.json` without its `links`, and with the real
 * `@db/sqlite`, so that the tests can run against the packages of JSR.
 *
 * Needs `--allow-read`.
 *
 * @module
 */
import { readPackageConfig } from "./package_config.ts";

const { links: _links, imports, ...config } = await readPackageConfig();
console.log(JSON.stringify(
  {
    ...config,
    imports: { ...imports, "@db/sqlite": "jsr:@db/sqlite@^0.12.0" },
  },
  null,
  2,
));
