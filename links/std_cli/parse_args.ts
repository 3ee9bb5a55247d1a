/**
 * Stands in for `jsr:@std/cli/parse-args` where JSR is not reachable: the npm
 * build of the same code, under the types of the original.
 *
 * @module
 */
// @ts-types="./parse_args.d.ts"
export * from "deno-std/cli/parse_args.js";
