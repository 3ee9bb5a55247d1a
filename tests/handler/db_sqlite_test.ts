/** The handler on an opened database of `@db/sqlite`, as its double behaves. */
import { assertEquals } from "@std/assert";

const repository = new URL("../../", import.meta.url).pathname;
const isChild = Deno.env.has("SQLITE_DRIVER");

for (const suite of ["tests/handler", "tests/seed"]) {
  Deno.test({
    name: `${suite} passes on a Database of the shape of @db/sqlite`,
    ignore: isChild,
    async fn() {
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["test", "--allow-all", "--no-check", suite],
        cwd: repository,
        env: { SQLITE_DRIVER: "double", NO_COLOR: "1" },
      }).output();
      const text = new TextDecoder();
      assertEquals(code, 0, text.decode(stdout) + text.decode(stderr));
    },
  });
}
