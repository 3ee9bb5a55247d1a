/**
 * One run of a schedule: the same chain as a route's, without a request.
 *
 * @module
 */
import type {
  RouteContribution,
  ScheduleContribution,
} from "../../plugin/contributions.ts";
import type { LoadedPlugin } from "../../execution/mod.ts";
import { isReply } from "../../plugin/reply.ts";
import { isTracing, pluginAttributes, withSpan } from "../../shared/tracing.ts";

/** Stands for the request that there is none of; no action gets to see it. */
const NO_REQUEST = "http://schedule.invalid/";

/**
 * Runs a schedule's actions, and imports the plugin's code for that where that
 * has not happened yet.
 *
 * @returns When the last action is done, and what it answered let go of.
 */
export async function runScheduleChain(
  plugin: LoadedPlugin,
  schedule: ScheduleContribution,
): Promise<void> {
  const run = async () => {
    const chain = plugin.runner.chain(routeOf(schedule));
    const request = new Request(NO_REQUEST);
    await letGo(await chain({ request, body: undefined, params: {} }));
  };
  if (!isTracing()) return await run();
  const attributes = {
    ...pluginAttributes(plugin),
    "dockstat.schedule.name": schedule.name,
    "dockstat.schedule.every": schedule.every,
  };
  await withSpan(`schedule ${schedule.name}`, { attributes }, run);
}

function routeOf(
  { name, actions, timeoutMs }: ScheduleContribution,
): RouteContribution {
  return {
    path: `schedule ${name}`,
    key: `schedule ${name}`,
    methods: [],
    actions,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    body: "raw",
    isSchedule: true,
  };
}

/** Nobody reads an answer, so that what would be streamed has to be ended. */
async function letGo(value: unknown): Promise<void> {
  const answer = isReply(value) ? value.value : value;
  if (answer instanceof Response) await answer.body?.cancel();
  else if (answer instanceof ReadableStream) await answer.cancel();
  else if (isAsyncIterable(answer)) {
    await answer[Symbol.asyncIterator]().return?.();
  }
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null &&
    Symbol.asyncIterator in value;
}
