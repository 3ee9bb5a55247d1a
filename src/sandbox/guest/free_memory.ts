/**
 * What is done for the next call when one has run out of memory.
 *
 * @module
 */
import { ActionError } from "../../shared/errors.ts";

/** A thread that cannot have its stack ends the process; several are needed. */
const ROOM_BYTES = 32 * 1024 * 1024;
// A plugin may replace the global.
const Buffer = ArrayBuffer;

/**
 * Frees what an action that could not allocate a buffer leaves behind. It has
 * filled the process to its limit, and the engine would collect that much later
 * than Deno needs its next thread.
 *
 * @param thrown What the call failed with.
 */
export function freeMemory(thrown: unknown): void {
  try {
    // The engine collects everything before it fails to allocate this.
    if (isAllocationFailure(thrown)) new Buffer(ROOM_BYTES);
  } catch {
    // What was thrown does not let itself be looked at; or the plugin holds on
    // to its memory, and the next call may find the process gone.
  }
}

function isAllocationFailure(thrown: unknown): boolean {
  const error = thrown instanceof ActionError ? thrown.cause : thrown;
  return error instanceof RangeError &&
    /allocation failed/.test(error.message);
}
