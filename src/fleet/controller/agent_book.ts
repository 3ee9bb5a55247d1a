/**
 * What a controller knows of the agents.
 *
 * @module
 */
import { clip } from "../../shared/text/clip.ts";
import { isInShare } from "../agent/acceptance.ts";
import { isFleetId } from "../documents/desired.ts";
import type { ControlRegistry } from "../registry.ts";
import {
  type AgentReport,
  parseHeartbeat,
  parseReport,
} from "../documents/report.ts";
import type { Tally } from "../documents/rollout.ts";

/** One agent, as a controller knows it. */
export interface AgentStatus {
  /** The agent. */
  readonly agent: string;
  /** Its ring. */
  readonly ring: string;
  /** When it was heard of last, in milliseconds since 1970. */
  readonly seen: number;
  /** What it reported last. */
  readonly report?: AgentReport;
}

/** Which agents of a ring are asked. */
export interface AskedAgents {
  /** The ring. */
  readonly ring: string;
  /** The generation that they should have. */
  readonly gen: number;
  /** The rollout. */
  readonly rollout: string;
  /** Its share. */
  readonly share: number;
  /** Since when an agent must have been heard of to be waited for. */
  readonly aliveSince: number;
}

/** How long what an agent says of a failure may be where a rollout tells it. */
const MAX_REASON = 300;

/** The agents, by what they told. */
export class AgentBook {
  readonly #registry: ControlRegistry;
  readonly #now: () => number;
  readonly #agents = new Map<string, AgentStatus>();
  readonly #revoked = new Set<string>();
  readonly #end: () => void;
  #sequence = 0;

  constructor(registry: ControlRegistry, now: () => number) {
    this.#registry = registry;
    this.#now = now;
    this.#end = registry.heartbeats((agent, beat) => this.#hear(agent, beat));
  }

  /** Reads what was reported since the last time. */
  async refresh(): Promise<void> {
    for (;;) {
      const some = await this.#registry.reports(this.#sequence);
      for (const { agent, report, sequence } of some) {
        this.#enter(agent, parseReport(report));
        this.#sequence = sequence;
      }
      if (some.length === 0) return;
    }
  }

  /** Reads which agents were revoked. */
  async readRevoked(): Promise<void> {
    for (const agent of await this.#registry.keys("agents")) {
      const kept = await this.#registry.read("agents", agent);
      if (isRevoked(kept?.text)) this.#revoked.add(agent);
      else this.#revoked.delete(agent);
    }
  }

  /** The agents that were not revoked, by name. */
  list(): AgentStatus[] {
    return [...this.#agents.values()]
      .filter(({ agent }) => !this.#revoked.has(agent))
      .sort((a, b) => a.agent < b.agent ? -1 : 1);
  }

  /** What the agents that are asked have reported. */
  tally(
    { ring, gen, rollout, share, aliveSince }: AskedAgents,
  ): Tally {
    let [asked, done, failed] = [0, 0, 0];
    for (const status of this.#agents.values()) {
      if (status.ring !== ring || status.seen < aliveSince) continue;
      if (this.#revoked.has(status.agent)) continue;
      if (!isInShare(status.agent, rollout, share)) continue;
      asked++;
      const outcome = outcomeOf(status.report, `ring:${ring}`, gen);
      if (outcome === "done") done++;
      else if (outcome === "failed") failed++;
    }
    return { asked, done, failed };
  }

  /** What the first agent of a ring that failed said of it. */
  firstFailure(ring: string, gen: number): string | undefined {
    for (const { agent, report } of this.list()) {
      if (outcomeOf(report, `ring:${ring}`, gen) !== "failed") continue;
      const { plugin, message, code } = report!.plugins
        .find(({ outcome }) => outcome === "failed")!;
      return `${agent} says of "${plugin}": ${
        clip(message ?? code ?? "it failed", MAX_REASON)
      }`;
    }
  }

  /** The highest generation that an agent has of a scope. */
  highestGen(scope: string): number {
    let highest = 0;
    for (const { report } of this.#agents.values()) {
      const held = report?.scopes.find((held) => held.scope === scope);
      highest = Math.max(highest, held?.gen ?? 0);
    }
    return highest;
  }

  /** Listens no more. */
  close(): void {
    this.#end();
  }

  #hear(agent: string, beat: unknown): void {
    const ring = parseHeartbeat(beat)?.ring;
    if (!isFleetId(ring)) return;
    const { report } = this.#agents.get(agent) ?? {};
    const seen = this.#now();
    this.#agents.set(agent, { agent, ring, seen, ...(report && { report }) });
  }

  /** The registry knows who sent it; what it says of that is not believed. */
  #enter(agent: string, report: AgentReport | undefined): void {
    if (report === undefined || report.agent !== agent) return;
    const seen = Math.max(
      this.#agents.get(agent)?.seen ?? 0,
      // A clock that is ahead would have the agent live for ever.
      Math.min(report.at, this.#now()),
    );
    this.#agents.set(agent, { agent, ring: report.ring, seen, report });
  }
}

/** What a report says of a generation; `undefined` for nothing yet. */
export function outcomeOf(
  report: AgentReport | undefined,
  scope: string,
  gen: number,
): "done" | "failed" | undefined {
  const held = report?.scopes.find((held) => held.scope === scope);
  if (held === undefined || held.gen < gen) return undefined;
  return report!.plugins.some(({ outcome }) => outcome === "failed")
    ? "failed"
    : "done";
}

function isRevoked(text: string | undefined): boolean {
  if (text === undefined) return false;
  try {
    return (JSON.parse(text) as { revoked?: unknown }).revoked === true;
  } catch {
    return false;
  }
}
