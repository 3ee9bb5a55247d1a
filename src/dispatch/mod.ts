/**
 * Dispatch: requests, events and pages on their way to loaded plugins
 * and back.
 *
 * @module
 */
export type { ActionOutcome } from "./pages/action_outcome.ts";
export {
  type EmitFailure,
  type EmitResult,
  type EventListener,
  PluginEvents,
  type PluginEventsOptions,
} from "./events/events.ts";
export type {
  FrontendPage,
  FrontendSummary,
  NavigationItem,
  PluginPages,
} from "./pages/frontend_page.ts";
export { FrontendPages } from "./pages/frontend_pages.ts";
export {
  type DispatchToPlugin,
  FrontendRunner,
} from "./pages/frontend_runner.ts";
export { Gateway, type GatewayOptions } from "./http/gateway.ts";
export type {
  ActionResult,
  LoaderResult,
  PageContext,
  RouteLoaderResults,
} from "./pages/page_results.ts";
export {
  type ProblemDetails,
  problemOf,
  type ProblemOptions,
  problemResponse,
} from "./http/problem.ts";
export { isReply, type Reply, reply, type ReplyInit } from "../plugin/reply.ts";
export { listedRoutes } from "./openapi/listed_routes.ts";
export type { OpenApiOperation } from "./openapi/operation.ts";
export {
  type OpenApiDocument,
  openApiDocument,
  type OpenApiOptions,
} from "./openapi/openapi_document.ts";
export { PluginSchedules } from "./schedules/plugin_schedules.ts";
export { respond } from "./http/respond.ts";
export { type DispatchOptions, dispatchRoute } from "./http/route.ts";
