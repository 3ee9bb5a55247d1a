/**
 * Stands in for `jsr:@std/assert` where JSR is not reachable: the npm build of
 * the same code, under the types of the original.
 *
 * @module
 */
// @ts-types="./mod.d.ts"
export * from "deno-std/assert/mod.js";
