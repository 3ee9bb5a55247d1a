// 350 KB of React's server code.
import { createElement } from "react";
import { renderToString } from "react-dom/server";

export default {
  name: "react-server",
  config: {
    actions: {
      answer: () => ({
        html: renderToString(createElement("b", { id: "x" }, "text")),
      }),
    },
    apiRoutes: { "/answer": { method: "GET", actions: ["answer"] } },
  },
};
