// A code block of the original's documentation, word for word. What it takes
// from other blocks stands above it, what the tests take from it below.
// deno-fmt-ignore-file
// deno-lint-ignore-file
import type { MyData } from "./create_actions.ts";
import { createAction } from "@dockstat/plugin-handler/builder";

interface CreateUserBody {
  name: string;
  email: string;
}

interface CreateUserResult {
  success: boolean;
  userId?: number;
}

const createUser = createAction<MyData, CreateUserBody, CreateUserResult>(
  async ({ table, body, logger }) => {
    logger.info(`Creating user: ${body?.name}`);
    const result = table?.insert({ ...body, id: 0 } as MyData);
    return { success: true, userId: result?.lastInsertRowid };
  },
);

export { createUser };
