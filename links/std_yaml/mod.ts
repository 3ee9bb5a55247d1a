/**
 * Stands in for `jsr:@std/yaml` where JSR is not reachable: the npm build of
 * the same code, under the types of the original.
 *
 * @module
 */
export * from "./parse.ts";
export * from "./stringify.ts";
