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
  if (!hasRunOut(thrown)) return;
  try {
    // The engine collects everything before it fails to allocate this.
    new Buffer(ROOM_BYTES);
  } catch {
    // The plugin holds on to it, and the next call may find the process gone.
  }
}

/** What a plugin throws may throw itself where it is looked at. */
function hasRunOut(thrown: unknown): boolean {
  try {
    const error = thrown instanceof ActionError ? thrown.cause : thrown;
    return error instanceof RangeError &&
      /allocation failed/.test(String(error.message));
  } catch {
    return false;
  }
}
