// What an author writes to reach CommonJS from a module.
import { createRequire } from "module";
import { fileURLToPath } from "url";
import path from "path";
const require = createRequire(import.meta.url);
const util = require("util");
const here = path.dirname(fileURLToPath(import.meta.url));
const data = new URL("./data.json", import.meta.url);

export default {
  name: "create-require",
  config: {
    actions: {
      answer: () => ({
        text: util.format("%s-%d", "a", 1),
        here: path.isAbsolute(here),
        data: data.protocol,
      }),
    },
    apiRoutes: { "/answer": { method: "GET", actions: ["answer"] } },
  },
};
