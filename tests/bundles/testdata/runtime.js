// Asks which runtime it is in, and uses what Bun has where that is there.
const isBun = typeof Bun !== "undefined" && Bun.version !== undefined;
const newer = isBun ? Bun.semver?.satisfies("1.2.3", "^1.0.0") : undefined;
const fs = import.meta.require?.("fs");
const gc = isBun ? Bun.gc : undefined;

export default {
  name: "runtime",
  config: {
    actions: {
      answer: () => ({
        newer: newer ?? null,
        gc: typeof gc,
        fs: fs === undefined ? "none" : typeof fs.existsSync,
        home: (isBun ? Bun.env.DOCKSTAT_NOT_SET : process.env.DOCKSTAT_NOT_SET) ?? null,
      }),
    },
    apiRoutes: { "/answer": { method: "GET", actions: ["answer"] } },
  },
};
