// CommonJS packages, which ask for built-in modules by bare name.
import createDebug from "debug";
import semver from "semver";
const debug = createDebug("dockstat");

export default {
  name: "common-js",
  config: {
    actions: {
      answer: () => {
        debug("not shown");
        return {
          enabled: debug.enabled === true,
          newer: semver.gt("1.10.0", "1.9.0"),
        };
      },
    },
    apiRoutes: { "/answer": { method: "GET", actions: ["answer"] } },
  },
};
