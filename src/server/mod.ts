/**
 * The HTTP application over a handler: an operator's way in.
 *
 * @module
 */
export type { Authenticator } from "./auth/authenticator.ts";
export type { FirstUser } from "./auth/first_user.ts";
export type { Principal, Role } from "./auth/principal.ts";
export { createServer, type Server } from "./create_server.ts";
export type {
  AgentView,
  FleetOverview,
  FleetSource,
  PluginOutcome,
  RingProgress,
  RolloutView,
  ScopeView,
} from "../shared/fleet_overview.ts";
export type { ConnectionInfo, Peer } from "./http/peer.ts";
export type { LoggedRecord, LogSink } from "./observe/log_ring.ts";
export type { OpenApiDocument } from "./schemas.ts";
export type { ServerOptions } from "./server_options.ts";
