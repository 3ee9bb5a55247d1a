/**
 * Finds what loads but cannot work.
 *
 * @module
 */
export type { Advice } from "./advice.ts";
export { checkPlugin, type ToldMetadata } from "./check_plugin.ts";
