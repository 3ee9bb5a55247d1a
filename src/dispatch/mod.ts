/**
 * The dispatch room: requests, events and pages on their way to loaded plugins
 * and back.
 *
 * @module
 */
export type { ActionOutcome } from "./action_outcome.ts";
export {
  type EmitFailure,
  type EmitResult,
  type EventListener,
  PluginEvents,
  type PluginEventsOptions,
} from "./events.ts";
export type {
  FrontendPage,
  FrontendSummary,
  NavigationItem,
  OfPlugin,
  PluginPages,
} from "./frontend_page.ts";
export { FrontendPages } from "./frontend_pages.ts";
export { type DispatchToPlugin, FrontendRunner } from "./frontend_runner.ts";
export { Gateway, type GatewayOptions } from "./gateway.ts";
export type {
  ActionResult,
  LoaderResult,
  PageContext,
  RouteLoaderResults,
} from "./page_results.ts";
export {
  type ProblemDetails,
  problemOf,
  type ProblemOptions,
  problemResponse,
} from "./problem.ts";
export { isReply, type Reply, reply, type ReplyInit } from "./reply.ts";
export { respond } from "./respond.ts";
export { type DispatchOptions, dispatchRoute } from "./route.ts";
