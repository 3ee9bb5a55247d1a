/**
 * What agents tell of themselves.
 *
 * @module
 */
import { z } from "zod";
import type { PluginOutcome } from "../../shared/fleet_overview.ts";

export type { PluginOutcome };

/** Where an agent is with one scope. */
export interface ScopeReport {
  /** `ring:<ring>` or `agent:<id>`. */
  readonly scope: string;
  /** The generation that it has. */
  readonly gen: number;
  /** The rollout that wrote it. */
  readonly rollout: string;
  /** The digest of the release that is its own in it. */
  readonly release: string | null;
  /** Whether the state has expired and is kept for want of a newer one. */
  readonly stale: boolean;
}

/** What an agent reports whenever something changed. */
export interface AgentReport {
  /** The fleet. */
  readonly fleet: string;
  /** The agent. */
  readonly agent: string;
  /** Its ring. */
  readonly ring: string;
  /** When, in milliseconds since 1970, by the agent's clock. */
  readonly at: number;
  /** Where it is with its scopes. */
  readonly scopes: readonly ScopeReport[];
  /** What became of the plugins. */
  readonly plugins: readonly PluginOutcome[];
  /** What was read and not believed, and why. */
  readonly refused: readonly string[];
}

/** What an agent says from time to time. */
export interface AgentHeartbeat {
  /** Its ring. */
  readonly ring: string;
  /** How many plugins are in which state. */
  readonly plugins: Readonly<Record<string, number>>;
  /** How many reports wait to be handed in. */
  readonly waiting: number;
}

const text = z.string().max(4096);

const reportSchema = z.object({
  fleet: text,
  agent: text,
  ring: text,
  at: z.number(),
  scopes: z.array(z.object({
    scope: text,
    gen: z.number(),
    rollout: text,
    release: text.nullable(),
    stale: z.boolean(),
  })).max(2),
  plugins: z.array(z.object({
    plugin: text,
    wanted: text.nullable(),
    running: text.nullable(),
    outcome: z.enum(["applied", "held", "failed"]),
    code: text.optional(),
    message: text.optional(),
  })).max(10_000),
  refused: z.array(text).max(100),
});

const heartbeatSchema = z.object({
  ring: text,
  plugins: z.record(text, z.number()),
  waiting: z.number(),
});

/** A report that an agent sent; `undefined` where it is none. */
export function parseReport(value: unknown): AgentReport | undefined {
  return reportSchema.safeParse(value).data as AgentReport | undefined;
}

/** A heartbeat that an agent sent; `undefined` where it is none. */
export function parseHeartbeat(value: unknown): AgentHeartbeat | undefined {
  return heartbeatSchema.safeParse(value).data;
}
