/**
 * Fleets: many agents, one registry that says which plugin runs where, at
 * which version, and hears what became of it.
 *
 * An agent takes what is signed for it and goes on alone when it is cut off.
 * Two keys sign: an offline one releases, one on the controllers which release
 * goes where. Neither absence nor an old answer ever uninstalls anything.
 *
 * @module
 */
export type { FleetAgentOptions } from "./agent/agent_options.ts";
export type {
  DesiredState,
  Release,
  ReleasePlugin,
  WantedState,
} from "./documents/desired.ts";
export type { AgentStatus } from "./controller/agent_book.ts";
export { FleetAgent } from "./agent/fleet_agent.ts";
export {
  FleetController,
  type FleetControllerOptions,
} from "./controller/fleet_controller.ts";
export { FleetView, type FleetViewOptions } from "./fleet_view.ts";
export type {
  AgentView,
  FleetOverview,
  FleetSource,
  RingProgress,
  RolloutView,
  ScopeView,
} from "../shared/fleet_overview.ts";
export { MemoryRegistry } from "./memory/memory_registry.ts";
export type { NatsOptions } from "./nats/connect.ts";
export {
  agentCredentials,
  createAgentKey,
  createFleetAccounts,
  enrolAgent,
  type EnrolledAgent,
  type FleetAccounts,
  type FleetSecrets,
  revokeAgents,
} from "./nats/fleet_accounts.ts";
export { pushAccounts } from "./nats/push_accounts.ts";
export { type FleetServer, serverConfig } from "./nats/server_config.ts";
export { NatsAgentRegistry } from "./nats/nats_agent_registry.ts";
export {
  type NatsControlOptions,
  NatsControlRegistry,
} from "./nats/nats_control_registry.ts";
export {
  readAgents,
  readRelease,
  readReleaseNames,
  readRings,
  type ScopeState,
} from "./read_fleet.ts";
export { addressOf as digestOfCode } from "./documents/bundle.ts";
export type {
  AgentRegistry,
  ControlRegistry,
  DocumentKind,
  ReceivedReport,
  Revised,
} from "./registry.ts";
export type {
  AgentHeartbeat,
  AgentReport,
  PluginOutcome,
  ScopeReport,
} from "./documents/report.ts";
export {
  signDocument,
  type SignedKind,
  type SigningKey,
} from "./documents/signing.ts";
export {
  collectBundles,
  type CollectOptions,
  type PublishedRelease,
  publishRelease,
} from "./publish.ts";
export type {
  Rollout,
  RolloutPlan,
  RolloutState,
} from "./documents/rollout.ts";
export {
  haltRollout,
  listRollouts,
  pauseRollout,
  promoteRollout,
  resumeRollout,
  startRollout,
} from "./rollouts.ts";
