/**
 * Stands in for `jsr:@std/jsonc` where JSR is not reachable: the npm build of
 * the same code, under the types of the original, for the part that is used
 * here.
 *
 * @module
 */
// @ts-types="./parse.d.ts"
export { parse } from "deno-std/jsonc/parse.js";
