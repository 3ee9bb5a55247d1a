/**
 * Stands in for `jsr:@std/async` where JSR is not reachable: the npm build of
 * the same code, under the types of the original.
 *
 * @module
 */
export * from "./abortable.ts";
export * from "./deadline.ts";
export * from "./debounce.ts";
export * from "./delay.ts";
export * from "./mux_async_iterator.ts";
export * from "./pool.ts";
export * from "./retry.ts";
export * from "./tee.ts";
