// Detects colours as chalk and its kind do, and uses the real one.
import process from "process";
import os from "os";
import tty from "tty";
import chalk, { supportsColor } from "chalk";

const { env } = process;
const forced = "FORCE_COLOR" in env ? env.FORCE_COLOR !== "0" : undefined;
const depth = env.TERM === "dumb" ? 0 : tty.isatty(1) ? 1 : 0;
const release = process.platform === "win32" ? os.release() : "";

export default {
  name: "colours",
  config: {
    actions: {
      answer: () => ({
        plain: chalk.reset("text").replaceAll(/\x1b\[\d+m/g, ""),
        forced: forced ?? null,
        depth: typeof depth,
        release,
        supported: typeof supportsColor,
      }),
    },
    apiRoutes: { "/answer": { method: "GET", actions: ["answer"] } },
  },
};
