// A logger as the original's is: colours, and where the line was logged.
import chalk from "chalk";
import sourceMapSupport from "source-map-support";

const ignored = (process.env.DOCKSTAT_LOGGER_IGNORE_MESSAGES ?? "").split(",");
const level = process.env.DOCKSTAT_LOGGER_FULL_FILE_PATH === "true" ? 1 : 0;

function caller() {
  const before = Error.prepareStackTrace;
  Error.prepareStackTrace = (_, sites) => sites;
  const [, site] = new Error().stack;
  Error.prepareStackTrace = before;
  return sourceMapSupport.wrapCallSite(site);
}

export default {
  name: "logging",
  config: {
    actions: {
      answer: () => {
        const site = caller();
        return {
          ignored,
          level,
          line: Number.isInteger(site.getLineNumber()),
          text: chalk.level === 0 ? chalk.red("x") : "x",
        };
      },
    },
    apiRoutes: { "/answer": { method: "GET", actions: ["answer"] } },
  },
};
