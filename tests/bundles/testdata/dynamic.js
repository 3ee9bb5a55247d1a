// Imports at the top level and later, by bare names and by others.
const { basename } = await import("path");
const later = () => import(/* when it is asked for */ "querystring");

export default {
  name: "dynamic",
  config: {
    actions: {
      answer: async () => ({
        name: basename("/a/b"),
        query: (await later()).stringify({ a: 1 }),
        url: (await import("url")).format({ protocol: "http", host: "x", pathname: "/y" }),
      }),
    },
    apiRoutes: { "/answer": { method: "GET", actions: ["answer"] } },
  },
};
