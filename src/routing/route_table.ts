/**
 * Matches a method and a path against the routes of one plugin. Pure: it knows
 * nothing of plugins or requests.
 *
 * @module
 */
export type {};
