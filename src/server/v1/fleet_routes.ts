/**
 * `/api/v1/fleet`: the agents of a fleet, what they should have, and the
 * rollouts that bring it to them.
 *
 * @module
 */
import type { Context } from "hono";
import { z } from "zod";
import {
  type FleetOverview,
  type FleetSource,
  isPossible,
  type RolloutAct,
} from "../../shared/fleet_overview.ts";
import type { AuditLog } from "../../store/mod.ts";
import { Refusal } from "../http/problem.ts";
import { describe, parameters } from "../schemas.ts";
import type { ServerEnv } from "../server_env.ts";
import type { ParametersOf } from "./input.ts";
import { actorOf } from "./respond.ts";
import type { V1App } from "./v1_app.ts";

const moment = z.iso.datetime();
const stateSchema = z.enum(["running", "paused", "halted", "done"]);
const overviewSchema = z.object({
  fleet: z.string(),
  agents: z.array(z.object({
    agent: z.string(),
    ring: z.string(),
    seen: moment,
    gen: z.number(),
    stale: z.boolean(),
    plugins: z.array(z.object({
      plugin: z.string(),
      wanted: z.string().nullable(),
      running: z.string().nullable(),
      outcome: z.enum(["applied", "held", "failed"]),
      code: z.string().optional(),
      message: z.string().optional(),
    })),
    refused: z.array(z.string()),
  })),
  scopes: z.array(z.object({
    scope: z.string(),
    trusted: z.boolean(),
    gen: z.number().optional(),
    release: z.string().nullable().optional(),
    share: z.number().optional(),
    rollout: z.string().optional(),
    expiresAt: moment.optional(),
  })),
  rollouts: z.array(z.object({
    rollout: z.string(),
    release: z.string(),
    state: stateSchema,
    since: moment,
    reason: z.string().optional(),
    shares: z.array(z.number()),
    ring: z.number(),
    share: z.number(),
    rings: z.array(z.object({
      ring: z.string(),
      agents: z.number(),
      done: z.number(),
      failed: z.number(),
    })),
  })),
});
const nameSchema = z.object({ rollout: z.string() });

type RolloutContext = Context<
  ServerEnv,
  string,
  ParametersOf<typeof nameSchema>
>;

/** What can be done with a rollout. */
const ACTS: Readonly<Record<RolloutAct, string>> = {
  pause: "Keep a rollout where it is",
  resume: "Let a paused rollout go on",
  halt: "Put the rings that a rollout touched back",
  promote: "Take the next step without waiting for reports",
};

/** What the routes work with. */
export interface FleetServices {
  /** The fleet; the routes answer 404 where there is none. */
  readonly fleet: FleetSource | undefined;
  /** Where it is noted what operators do. */
  readonly audit: Pick<AuditLog, "append">;
}

/** Adds the routes. */
export function addFleetRoutes(
  v1: V1App,
  { fleet, audit }: FleetServices,
): void {
  const tag = "fleet";
  v1.on(
    "get",
    "/fleet",
    describe({ summary: "The fleet", tag, response: overviewSchema }),
    async (context: Context<ServerEnv>) =>
      context.json(shown(await required(fleet).read())),
  );
  for (const act of Object.keys(ACTS) as RolloutAct[]) {
    v1.on(
      "post",
      `/fleet/rollouts/:rollout/${act}`,
      describe({ summary: ACTS[act], tag, response: overviewSchema }),
      parameters(nameSchema),
      async (context: RolloutContext) => {
        const { rollout } = context.req.valid("param");
        const known = required(fleet);
        checkState(await known.read(), rollout, act);
        const { actor } = actorOf(context);
        // The registry keeps why it was halted, for all who look.
        await known[act](rollout, `${actor} halted it`);
        audit.append(entryOf(actor, rollout, act));
        return context.json(shown(await known.read()));
      },
    );
  }
}

/** No plugin of this agent is concerned. */
function entryOf(
  actor: string,
  rollout: string,
  act: RolloutAct,
): Parameters<AuditLog["append"]>[0] {
  return {
    ...{ actor, action: "rollout", plugin: rollout, detail: act },
    ...{ pluginId: null, url: null, digestBefore: null, digestAfter: null },
    outcome: "done",
  };
}

function required(fleet: FleetSource | undefined): FleetSource {
  if (fleet !== undefined) return fleet;
  throw new Refusal(
    "NOT_FOUND",
    "Cannot tell of a fleet: this server was given none; pass the option fleet to createServer()",
  );
}

/**
 * Refuses what does not go with where a rollout is.
 *
 * @throws {Refusal} `NOT_FOUND`, `CONFLICT`.
 */
function checkState(
  { rollouts }: FleetOverview,
  rollout: string,
  act: RolloutAct,
): void {
  const found = rollouts.find((it) => it.rollout === rollout);
  const intent = `Cannot ${act} rollout "${rollout}"`;
  if (found === undefined) {
    throw new Refusal("NOT_FOUND", `${intent}: there is none of that name`);
  }
  if (isPossible(act, found.state)) return;
  throw new Refusal("CONFLICT", `${intent}: it is ${found.state}`);
}

function shown({ fleet, agents, scopes, rollouts }: FleetOverview) {
  return {
    fleet,
    agents: agents.map((agent) => ({ ...agent, seen: iso(agent.seen) })),
    scopes,
    rollouts: rollouts.map((it) => ({ ...it, since: iso(it.since) })),
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
