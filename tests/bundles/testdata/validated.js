// A validation library, schemas at the top level, and a source map.
import { z } from "zod";
const Item = z.object({ name: z.string().min(1), count: z.number().default(1) });

export default {
  name: "validated",
  config: {
    actions: {
      answer: () => ({
        item: Item.parse({ name: "a" }),
        refused: Item.safeParse({}).success,
      }),
    },
    apiRoutes: { "/answer": { method: "GET", actions: ["answer"] } },
  },
};
