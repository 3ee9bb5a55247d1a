/**
 * Which route of a plugin a method and a path mean.
 *
 * @module
 */
export {
  parsePattern,
  type PatternSegment,
  patternWarnings,
  splitPath,
} from "./path_segments.ts";
export {
  NO_PARAMS,
  type RouteEntry,
  type RouteMatch,
  type RouteParams,
  RouteTable,
} from "./route_table.ts";
