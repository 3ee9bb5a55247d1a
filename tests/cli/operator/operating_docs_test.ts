/**
 * The commands of docs/operating.md, run in their order.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { dirname, fromFileUrl, join } from "@std/path";
import { runCli } from "../run_cli.ts";
import { agentFolder, manifest } from "./agents.ts";

const PAGE = new URL("../../../docs/operating.md", import.meta.url);

/** Words of a line, without the quotes around some. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)]
    .map(([, quoted, bare]) => quoted ?? bare!);
}

Deno.test("docs/operating.md names commands that work as they stand", async () => {
  await using folder = await agentFolder({}, [manifest()]);
  const setUp = await runCli(
    ["users", "add", "ada", "--role", "admin", "--db", "agent.db"],
    { cwd: folder.path, stdin: "a first long password" },
  );
  assertEquals(setUp.code, 0, setUp.err);
  const page = await Deno.readTextFile(PAGE);
  const lines = [...page.matchAll(/```sh\n(.*?)```/gs)]
    .flatMap(([, block]) => block!.trim().split("\n"));
  assert(lines.length > 10);
  for (const line of lines) {
    const [, input, command] =
      /^(?:echo "([^"]*)" \| )?dockstat-plugins (.*)$/.exec(line) ?? [];
    assert(command !== undefined, line);
    const { code, err } = await runCli(wordsOf(command), {
      cwd: folder.path,
      flags: [
        `--allow-read=.,${repository()}`,
        "--allow-write=.",
        "--allow-run",
        "--allow-sys=statfs",
      ],
      ...(input === undefined ? {} : { stdin: input }),
    });
    assertEquals(code, 0, `${line}: ${err}`);
  }
  const rows = await Deno.readTextFile(join(folder.path, "rows.csv"));
  assertEquals(rows, "id,text\r\n");
});

function repository(): string {
  return dirname(dirname(dirname(dirname(fromFileUrl(import.meta.url)))));
}
