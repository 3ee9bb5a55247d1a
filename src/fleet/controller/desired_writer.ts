/**
 * Writes desired states: signs them, and finds the generation that comes next.
 *
 * @module
 */
import type { TrustedKeys } from "../../install/mod.ts";
import { type DesiredState, parseDesiredState } from "../documents/desired.ts";
import type { ControlRegistry } from "../registry.ts";
import {
  openSigned,
  signDocument,
  type SigningKey,
} from "../documents/signing.ts";

/** What desired states are written with. */
export interface DesiredWriterParts {
  /** The fleet. */
  readonly fleet: string;
  /** Where they are written to. */
  readonly registry: ControlRegistry;
  /** What signs them. */
  readonly rolloutKey: SigningKey;
  /** Whose states are believed. */
  readonly rolloutKeys: TrustedKeys;
  /** How long a state holds, in milliseconds. */
  readonly lifetimeMs: number;
  /** The clock. */
  readonly now: () => number;
}

/** What a scope has, and the revision that a change names. */
export interface CurrentState {
  /** The state; `undefined` where there is none that can be believed. */
  readonly state: DesiredState | undefined;
  /** The revision; 0 where nothing is written. */
  readonly revision: number;
}

/** What a scope is to have. */
export type NextState = Pick<
  DesiredState,
  "release" | "rollout" | "prev" | "share"
>;

/** Writes desired states. */
export class DesiredWriter {
  readonly #parts: DesiredWriterParts;

  constructor(parts: DesiredWriterParts) {
    this.#parts = parts;
  }

  /** Reads what a scope has. What nobody signed is as good as nothing. */
  async read(scope: string): Promise<CurrentState> {
    const { registry, rolloutKeys, fleet } = this.#parts;
    const kept = await registry.readDesired(scope);
    if (kept === undefined) return { state: undefined, revision: 0 };
    const { text, revision } = kept;
    try {
      const document = await openSigned("desired state", text, rolloutKeys);
      const state = parseDesiredState(document);
      const isOurs = state.fleet === fleet && state.scope === scope;
      return { state: isOurs ? state : undefined, revision };
    } catch {
      return { state: undefined, revision };
    }
  }

  /**
   * Writes what a scope is to have, in the place of what was read.
   *
   * @param next What it is to have, and the highest generation that an agent
   * has: a registry that was put back from a copy is behind its agents.
   * @returns The generation; `undefined` where another write came first.
   */
  async write(
    scope: string,
    { state, revision }: CurrentState,
    { highestGen, ...next }: NextState & { readonly highestGen: number },
  ): Promise<number | undefined> {
    const { registry, fleet, rolloutKey, lifetimeMs, now } = this.#parts;
    const gen = Math.max(state?.gen ?? 0, highestGen) + 1;
    const expiresAt = new Date(now() + lifetimeMs).toISOString();
    const { share = 1, ...rest } = next;
    const document: DesiredState = {
      ...{ fleet, scope, gen, expiresAt, ...rest },
      ...(share < 1 ? { share } : {}),
    };
    const text = await signDocument("desired state", document, rolloutKey);
    const isWritten = await registry.writeDesired(scope, text, revision);
    return isWritten ? gen : undefined;
  }
}
