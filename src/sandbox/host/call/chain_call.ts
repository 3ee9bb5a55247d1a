/**
 * One run of a chain in another process, as the host sees it.
 *
 * @module
 */
import type { RouteContribution } from "../../../plugin/contributions.ts";
import { RunningCalls } from "../../../async/in_flight.ts";
import { liveAnswer, mayStream } from "../../../execution/chain/live_answer.ts";
import type { ChainInput } from "../../../execution/plugin_runner.ts";
import { ChainWatch, type ChainWatchOptions } from "./chain_watch.ts";
import { packBlobs } from "../../wire/packed_blob.ts";
import type { CallWatch } from "./pending_call.ts";
import type { CallWork } from "../../wire/protocol.ts";
import { takeApart } from "../../wire/wire_request.ts";

/** Makes a call of the process. */
export type MakeCall = (
  work: CallWork,
  watch: CallWatch,
  signal?: AbortSignal,
) => Promise<unknown>;

/** How a chain is run. */
export interface ChainCallOptions extends Omit<ChainWatchOptions, "route"> {
  /** Makes the call. */
  readonly call: MakeCall;
}

// The streams of a process are counted, and ended, where they cross.
const UNCOUNTED = new RunningCalls();
const NEVER = new AbortController().signal;

/**
 * Runs a chain.
 *
 * @param input What the call brings with it.
 * @param options Who makes the call, and where it is counted.
 * @throws {ActionError} Where an action failed.
 * @throws {PluginError} `SANDBOX_CRASHED`.
 */
export async function runChain(
  route: RouteContribution,
  input: ChainInput,
  { call, ...counted }: ChainCallOptions,
): Promise<unknown> {
  const { request, raw, params } = input;
  const body = raw === undefined ? input.body : undefined;
  const reading = packBlobs(body);
  if (reading !== undefined) await reading;
  const watch = new ChainWatch({ ...counted, route });
  const { signal } = request;
  try {
    const wire = takeApart(request, raw);
    const work = { kind: "chain", route, request: wire, body, params } as const;
    const value = await call(work, watch, signal);
    watch.succeeded();
    input.answeredBy = watch.index;
    if (!mayStream(value)) return value;
    const failed = (cause: unknown) => watch.answerFailed(cause);
    return liveAnswer(value, { calls: UNCOUNTED, ended: NEVER, failed });
  } catch (error) {
    throw watch.failed(error, signal.aborted);
  }
}
