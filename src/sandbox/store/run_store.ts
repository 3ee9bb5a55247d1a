/**
 * The store: a process that keeps one plugin's table in a database file of its
 * own, and runs the plugin's statements. Whatever a statement costs, it costs
 * this process.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import { messageOf } from "../../shared/errors.ts";
import { Decoder } from "../wire/decoder.ts";
import { FramePipe } from "../wire/frame_pipe.ts";
import { STORE_FILES } from "../wire/store_files.ts";
import type {
  OpenStoreMessage,
  StoreBoundMessage,
} from "../wire/store_protocol.ts";
import { copyTable } from "./copy_table.ts";
import { openFile, openStore } from "./open_store.ts";
import { TableServer } from "./table_server.ts";

/** Does what the host asks for, and ends. */
export function runStore(): void {
  const host = new FramePipe(Deno.stdin, Deno.stdout);
  try {
    let message = receive(host);
    const prepared = message?.type === "prepare"
      ? openFile(message.file)
      : undefined;
    if (prepared !== undefined) message = receive(host);
    if (message?.type === "open") return serve(message, { host, prepared });
    prepared?.close();
    if (message?.type !== "copy") return;
    copyTable(message);
    host.send({ type: "copied" });
  } catch (error) {
    host.send({ type: "refused", message: messageOf(error) });
    // The host ends it: until then, that it is gone would mean that it crashed.
    host.receive();
  }
}

function receive(host: FramePipe): StoreBoundMessage | undefined {
  const bytes = host.receive();
  return bytes && new Decoder(bytes).decode() as StoreBoundMessage;
}

function serve(
  message: OpenStoreMessage,
  { host, prepared }: {
    readonly host: FramePipe;
    readonly prepared: DatabaseSync | undefined;
  },
): void {
  // Opened first: a guest that is gone already must not be waited for later.
  const guest = message.direct ? openDirect() : host;
  const { driver, warnings, quota } = openStore(message, prepared);
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
