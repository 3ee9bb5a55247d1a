/**
 * A plugin's definition, with actions that tell the host when they begin, so
 * that it knows which of them does not end.
 *
 * @module
 */
import type {
  ActionHandler,
  PluginActions,
  PluginDefinition,
  Untyped,
} from "../../plugin/plugin.ts";
import { ActionContext } from "../../execution/chain/action_context.ts";
import { isLimit } from "../../async/timer.ts";
import { isThenable } from "../../async/thenable.ts";

/** An action that begins. */
export interface Step {
  /** Whether it is the first of its chain. */
  readonly isFirst: boolean;
  /** Tells the host. */
  tell(): void;
}

/** Finds out which call an action belongs to, by the call's request. */
export type OnStep = (request: Request, timeoutMs?: number) => Step;

/**
 * Wraps the actions of a definition.
 *
 * @param onStep Finds out which call an action belongs to.
 * @param limitMs What an action may take, and what its own limit can only make
 * shorter; 0 for no limit.
 */
export function watchedDefinition(
  definition: PluginDefinition,
  onStep: OnStep,
  limitMs: number,
): PluginDefinition {
  const { name, version, config, events } = definition;
  const actions: PluginActions = {};
  for (const [name, action] of Object.entries(config?.actions ?? {})) {
    if (typeof action === "function") actions[name] = watched(action, onStep);
    else {
      const handler = action.handler as ActionHandler;
      const timeoutMs = shorter(action.timeoutMs, limitMs);
      const ownLimit: OnStep = (request) => onStep(request, timeoutMs);
      const started = watched(handler, ownLimit);
      actions[name] = { ...action, timeoutMs, handler: started };
    }
  }
  return {
    name,
    version,
    config: { ...config, actions },
    events,
    init: (context) => definition.init?.(context),
    cleanup: (context) => definition.cleanup?.(context),
  };
}

function shorter(own: number | undefined, limitMs: number): number {
  if (own === undefined || !isLimit(own)) return limitMs;
  return isLimit(limitMs) ? Math.min(own, limitMs) : own;
}

function watched(
  handler: ActionHandler<Untyped, Untyped>,
  onStep: OnStep,
): ActionHandler {
  return (context) => {
    const step = onStep(ActionContext.requestOf(context as ActionContext));
    // The host knows that the first begins; an answer at once says the rest.
    if (!step.isFirst) step.tell();
    const value = handler(context);
    if (step.isFirst && isThenable(value)) step.tell();
    return value;
  };
}
