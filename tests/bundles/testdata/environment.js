// Looks at the environment at the top level, as most libraries do.
import { env } from "process";
import * as nodeProcess from "node:process";
const isProduction = process.env.NODE_ENV === "production";
const debug = (env.DOCKSTAT_DEBUG || "").split(",").filter(Boolean);
const copy = { ...process.env };
process.env.DOCKSTAT_OWN = "own";

export default {
  name: "environment",
  config: {
    actions: {
      answer: () => ({
        isProduction,
        debug,
        copied: typeof copy,
        own: nodeProcess.env.DOCKSTAT_OWN,
        removed: delete process.env.DOCKSTAT_OWN,
      }),
    },
    apiRoutes: { "/answer": { method: "GET", actions: ["answer"] } },
  },
};
