/**
 * `preview`: a plugin's pages with fake data, in a browser.
 *
 * @module
 */
import { type CliCommand, defineCommand } from "../program/cli_command.ts";
import { PluginError } from "../../shared/errors.ts";
import { DevHost } from "../dev/dev_host.ts";
import { PreviewData } from "../preview/preview_data.ts";
import { FAKE_EVENTS } from "../dev/fake_events.ts";
import { serveHost, showLogs } from "./dev.ts";
import { portOf } from "./repo.ts";

interface PreviewOptions {
  readonly port: string;
  readonly every: string;
}

/** Serves a plugin's pages with fake data. */
export const command: CliCommand = defineCommand<PreviewOptions>({
  examples: ["preview", "preview my-plugin --port 0"],
  permissions: "--allow-read --allow-write --allow-run=deno " +
    "--allow-net=127.0.0.1 --unstable-no-legacy-abort",
  configure(command) {
    command
      .argument("[dir]", "the project's folder", ".")
      .option("--port <number>", "where it listens; 0 for any", "8789")
      .option("--every <ms>", "how often the fake events come", "2000");
  },
  async run(context, { port, every }, [dir = "."]) {
    const { signal, output } = context;
    const number = portOf(port);
    await using host = new DevHost({
      folder: dir,
      db: ":memory:",
      secretsKey: crypto.randomUUID(),
      isIsolated: true,
      preview: new PreviewData((line) => output.line(line)),
    });
    await showLogs(host, context);
    const { error } = await host.build(signal);
    if (error !== undefined) {
      throw new PluginError("LOAD_FAILED", `Cannot preview "${dir}": ${error}`);
    }
    if (host.pages.length === 0) output.warn("the plugin has no pages");
    const fire = async () => {
      for (const event of Object.keys(FAKE_EVENTS)) await host.emit(event);
    };
    await fire();
    const timer = setInterval(fire, Math.max(100, Number(every) || 2_000));
    try {
      const server = serveHost(host, number, context);
      const url = `http://127.0.0.1:${server.addr.port}`;
      for (const { path, address } of host.pages) {
        output.line(`Page: ${path} ${url}${encodeURI(address)}`);
      }
      await server.finished;
    } finally {
      clearInterval(timer);
    }
  },
});
