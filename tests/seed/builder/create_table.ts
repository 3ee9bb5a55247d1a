// A code block of the original's documentation, word for word. What it takes
// from other blocks stands above it, what the tests take from it below.
// deno-fmt-ignore-file
// deno-lint-ignore-file
import { createTable } from "@dockstat/plugin-handler/builder";
import { column } from "@dockstat/sqlite-wrapper";

interface UserData {
  id: number;
  username: string;
  email: string;
  preferences: Record<string, unknown>;
  createdAt: number;
}

const table = createTable<UserData>({
  name: "plugin_users",
  columns: {
    id: column.id(),
    username: column.text({ notNull: true, unique: true }),
    email: column.text({ notNull: true }),
    preferences: column.json(),
    createdAt: column.createdAt(),
  },
  parser: { JSON: ["preferences"] },
});

export { table };
export type { UserData };
