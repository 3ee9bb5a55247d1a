/**
 * How a guest reaches the store of its table: through pipes of their own where
 * a shell opened them, else through the host, which hands the bytes on.
 *
 * @module
 */
import { PluginError } from "../../shared/errors.ts";
import { Decoder } from "../wire/decoder.ts";
import { FramePipe, storeFrame } from "../wire/frame_pipe.ts";
import { STORE_FILES } from "../wire/store_files.ts";
import type { StoreAnswer } from "../wire/store_protocol.ts";
import type { AskStore } from "./store_driver.ts";

/**
 * Opens the pipes to the store, and gives the right to open them away: it must
 * happen before any code of the plugin runs.
 */
export function directLink(): AskStore {
  const pipe = new FramePipe(
    Deno.openSync(STORE_FILES.read),
    Deno.openSync(STORE_FILES.write, { write: true }),
  );
  Deno.permissions.revokeSync({ name: "read", path: STORE_FILES.read });
  Deno.permissions.revokeSync({ name: "write", path: STORE_FILES.write });
  return (request) => {
    pipe.send(request);
    const answer = pipe.receive();
    if (answer === undefined) throw gone();
    return new Decoder(answer).decode() as StoreAnswer;
  };
}

/**
 * Asks the store through the host.
 *
 * @param exchange Sends a frame to the host, and blocks for the answer.
 */
export function relayedLink(
  exchange: (frame: Uint8Array) => Uint8Array,
): AskStore {
  return (request) =>
    new Decoder(exchange(storeFrame(request))).decode() as StoreAnswer;
}

function gone(): PluginError {
  return new PluginError(
    "STORE_FAILED",
    "Cannot use the table: its store is gone",
  );
}
