/**
 * Many agents of one fleet in this process, each with a handler of its own.
 *
 * @module
 */
import type { PluginHandler } from "@dockstat/plugin-handler";
import {
  type AgentRegistry,
  FleetAgent,
  FleetController,
  type FleetControllerOptions,
  FleetView,
  MemoryRegistry,
  startRollout,
} from "@dockstat/plugin-handler/fleet";
import { waitFor } from "../wait_for.ts";
import { FleetWorld, handlerInMemory } from "./fleet_world.ts";

/** One agent and its handler. */
export interface Member {
  readonly name: string;
  readonly agent: FleetAgent;
  readonly handler: PluginHandler;
  readonly registry: AgentRegistry;
}

/** The agents. */
export class FleetParty implements AsyncDisposable {
  readonly members: Member[] = [];
  readonly #world: FleetWorld;
  readonly #connect: (agent: string) => AgentRegistry;

  constructor(world: FleetWorld, connect: (agent: string) => AgentRegistry) {
    this.#world = world;
    this.#connect = connect;
  }

  /** Adds agents to a ring, and starts them. */
  join(ring: string, names: readonly string[], pollMs = 300_000): void {
    for (const name of names) {
      const handler = handlerInMemory();
      const registry = this.#connect(name);
      const agent = new FleetAgent({
        fleet: this.#world.fleet,
        ...{ agent: name, ring, handler, registry, pollMs },
        ...this.#world.trust,
        heartbeatMs: 500,
      });
      this.members.push({ name, agent, handler, registry });
      agent.start();
    }
  }

  /** The versions of a plugin by agent; `-` where it is not installed. */
  versions(plugin: string): Record<string, string> {
    return Object.fromEntries(
      this.members.map(({ name, handler }) => [
        name,
        handler.getAll().find((row) => row.name === plugin)?.version ?? "-",
      ]),
    );
  }

  /** Waits until all agents have a version. */
  async all(plugin: string, version: string): Promise<void> {
    await waitFor(
      `${plugin} ${version} everywhere`,
      () =>
        Object.values(this.versions(plugin)).every((found) =>
          found === version
        ),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { agent, handler, registry } of this.members) {
      await agent.close();
      await registry[Symbol.asyncDispose]();
      await handler.close();
    }
  }
}

/** A controller of a fleet. */
export function controllerOf(
  world: FleetWorld,
  more: Partial<FleetControllerOptions> = {},
): FleetController {
  return new FleetController({
    fleet: world.fleet,
    registry: world.registry,
    rolloutKey: world.rolloutKey,
    rolloutKeys: world.trust.rolloutKeys,
    tickMs: 20,
    ...more,
  });
}

/** A plugin that all agents of two rings run in version 1.0.0, and a view. */
export async function openViewedFleet(
  plugin: string,
  rings: Readonly<Record<"canary" | "rest", readonly string[]>>,
) {
  const stack = new AsyncDisposableStack();
  const registry = new MemoryRegistry();
  const world = await FleetWorld.open(registry);
  const party = stack.use(
    new FleetParty(world, (agent) => registry.agent(agent)),
  );
  const { rolloutKeys } = world.trust;
  const view = stack.use(
    new FleetView({ fleet: world.fleet, registry, rolloutKeys }),
  );
  const one = await world.release(await world.plugin(plugin, "1.0.0"));
  for (const [ring, agents] of Object.entries(rings)) {
    await world.point({ scope: `ring:${ring}`, release: one });
    party.join(ring, agents);
  }
  await party.all(plugin, "1.0.0");
  return {
    ...{ world, view, party },
    /** Begins to bring a version to both rings. */
    async rollOut(rollout: string, version: string, source?: string) {
      const options = source === undefined ? {} : { source };
      const wanted = await world.plugin(plugin, version, options);
      const release = await world.release(wanted);
      const plan = { rollout, release, rings: Object.keys(rings), shares: [1] };
      await startRollout(registry, plan);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
