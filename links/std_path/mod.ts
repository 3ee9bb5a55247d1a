/**
 * Stands in for `jsr:@std/path` where JSR is not reachable: the npm build of
 * the same code, under the types of the original.
 *
 * @module
 */
// @ts-types="./mod.d.ts"
export * from "deno-std/path/mod.js";
