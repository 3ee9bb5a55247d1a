// A code block of the original's documentation, word for word. What it takes
// from other blocks stands above it, what the tests take from it below.
// deno-fmt-ignore-file
// deno-lint-ignore-file
import { createActions } from "@dockstat/plugin-handler/builder";

interface MyData {
  id: number;
  value: string;
}

const actions = createActions<MyData>({
  fetchAll: async ({ table, logger }) => {
    logger.debug("Fetching all records");
    return table?.select(["*"]).all() ?? [];
  },
  create: async ({ table, body, logger }) => {
    logger.info("Creating record");
    return table?.insert(body as MyData);
  },
  update: async ({ table, body, previousAction }) => {
    // Actions can access results from previous actions in the chain
    return table
      ?.update(body as Partial<MyData>)
      .where("id", "=", body.id)
      .run();
  },
});

export { actions };
export type { MyData };
