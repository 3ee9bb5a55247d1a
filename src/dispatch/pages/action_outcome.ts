/**
 * Fills in what follows a page's action, so that a client only applies it.
 *
 * @module
 */
import type {
  FrontendAction,
  FrontendActionOutcome,
} from "../../plugin/plugin.ts";
import { type BindingScope, resolveBindings, valueAt } from "./interpolate.ts";

/** What follows an action: one of the two, where the action declares it. */
export interface ActionOutcome {
  /** What follows success. */
  readonly onSuccess?: FrontendActionOutcome;
  /** What follows failure. */
  readonly onError?: FrontendActionOutcome;
}

/** The part of an action's result that outcomes refer to. */
export interface OutcomeSource {
  /** Whether the action worked. */
  readonly success: boolean;
  /** What it returned. */
  readonly data?: unknown;
  /** Why it did not work. */
  readonly error?: string;
}

/**
 * Fills in what follows an action.
 *
 * In `setState`, a string such as `result.data.items` is a path into the value
 * that the API route returned; where that has no such property, into the result
 * (`result.data`, `result.error`). Bindings work everywhere, and can name the
 * result, the state and the payload.
 *
 * @returns The outcome that applies, or nothing.
 */
export function resolveOutcome(
  action: FrontendAction,
  result: OutcomeSource,
  scope: BindingScope,
): ActionOutcome {
  const key = result.success ? "onSuccess" : "onError";
  const outcome = action[key];
  if (outcome === undefined) return {};
  const resolved = resolveBindings(outcome, { ...scope, result });
  return {
    [key]: {
      ...resolved as FrontendActionOutcome,
      ...(outcome.setState === undefined
        ? {}
        : { setState: stateOf(outcome.setState, result, scope) }),
    },
  };
}

function stateOf(
  updates: object,
  result: OutcomeSource,
  scope: BindingScope,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(updates).map(([key, value]) => [
      key,
      typeof value === "string" && value.startsWith("result.")
        ? resultAt(result, value.split(".").slice(1))
        : resolveBindings(value, { ...scope, result }),
    ]).filter(([, value]) => value !== undefined),
  );
}

/** The original looks into what the API route returned, and nowhere else. */
function resultAt(result: OutcomeSource, path: readonly string[]): unknown {
  return valueAt(result.data, path) ?? valueAt(result, path);
}
