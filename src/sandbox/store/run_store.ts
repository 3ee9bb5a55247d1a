/**
 * The store: a process that keeps one plugin's table in a database file of its
 * own, and runs the plugin's statements. Whatever a statement costs, it costs
 * this process.
 *
 * @module
 */
import { messageOf } from "../../shared/errors.ts";
import { Decoder } from "../wire/decoder.ts";
import { FramePipe } from "../wire/frame_pipe.ts";
import { STORE_FILES } from "../wire/store_files.ts";
import type {
  OpenStoreMessage,
  StoreBoundMessage,
} from "../wire/store_protocol.ts";
import { copyTable } from "./copy_table.ts";
import { openStore } from "./open_store.ts";
import { TableServer } from "./table_server.ts";

/** Does what the host asks for, and ends. */
export function runStore(): void {
  const host = new FramePipe(Deno.stdin, Deno.stdout);
  const asked = host.receive();
  if (asked === undefined) return;
  const message = new Decoder(asked).decode() as StoreBoundMessage;
  try {
    if (message.type === "copy") {
      copyTable(message);
      return host.send({ type: "copied" });
    }
    serve(message, host);
  } catch (error) {
    host.send({ type: "refused", message: messageOf(error) });
    // The host ends it: until then, that it is gone would mean that it crashed.
    host.receive();
  }
}

function serve(message: OpenStoreMessage, host: FramePipe): void {
  // Opened first: a guest that is gone already must not be waited for later.
  const guest = message.direct ? openDirect() : host;
  const { driver, warnings, quota } = openStore(message);
  const server = new TableServer({ driver, ...message, quota });
  host.send({ type: "opened", warnings });
  for (let asked = guest.receive(); asked; asked = guest.receive()) {
    guest.sendFrame(server.answer(asked));
  }
  driver.close();
}

function openDirect(): FramePipe {
  return new FramePipe(
    Deno.openSync(STORE_FILES.read),
    Deno.openSync(STORE_FILES.write, { write: true }),
  );
}
