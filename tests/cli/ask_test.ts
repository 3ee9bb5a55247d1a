import { assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { scratch } from "./run_cli.ts";

const MAIN = fromFileUrl(new URL("../../src/cli/main.ts", import.meta.url));
const CONFIG = fromFileUrl(new URL("../../deno.json", import.meta.url));
const hasScript = await new Deno.Command("script", { args: ["--version"] })
  .output().then(({ success }) => success, () => false);

/** Runs a command at a terminal, and types a line at each question. */
async function atTerminal(cwd: string, args: string, typed: string[]) {
  const command = `${Deno.execPath()} run -q --no-prompt --config ${CONFIG} ` +
    `--allow-read --allow-write=. ${MAIN} ${args}`;
  const child = new Deno.Command("script", {
    args: ["-qefc", command, "/dev/null"],
    cwd,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  let text = "";
  let at = 0;
  for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += part;
    const asked = text.slice(at);
    const line = typed[0];
    if (line === undefined || !/[?:)] [^\n]*$/.test(asked)) continue;
    typed.shift();
    at = text.length;
    await writer.write(new TextEncoder().encode(line));
  }
  await writer.close().catch(() => {});
  const { code } = await child.status;
  return { code, text };
}

Deno.test({
  name: "init asks at a terminal, without --allow-env",
  ignore: !hasScript,
  fn: async () => {
    await using folder = await scratch();
    const { code, text } = await atTerminal(folder.path, "init", [
      "asked\r",
      "It answers.\r",
      "Jane\r",
      "\r",
    ]);
    assertEquals(code, 0, text);
    const path = join(folder.path, "asked/manifest.json");
    const { description, author, repository } = JSON.parse(
      await Deno.readTextFile(path),
    );
    assertEquals([description, author.name, repository], [
      "It answers.",
      "Jane",
      "owner/asked:main",
    ]);
  },
});

Deno.test({
  name: "keygen asks twice for a passphrase, and does not show it",
  ignore: !hasScript,
  fn: async () => {
    await using folder = await scratch();
    const typed = ["opeM\x7fn sesame\r", "open sesame\r"];
    const made = await atTerminal(folder.path, "keygen", typed);
    assertEquals(made.code, 0, made.text);
    assertEquals(made.text.includes("sesame"), false);
    assertStringIncludes(
      await Deno.readTextFile(join(folder.path, "dockstat.key")),
      "ENCRYPTED",
    );
    const other = ["one\r", "other\r"];
    const args = "keygen --out other.key";
    const differ = await atTerminal(folder.path, args, other);
    assertEquals(differ.code, 2, differ.text);
    assertStringIncludes(differ.text, "the two differ");
  },
});

Deno.test({
  name: "keygen makes nothing when Ctrl-C is the answer",
  ignore: !hasScript,
  fn: async () => {
    await using folder = await scratch();
    const { code } = await atTerminal(folder.path, "keygen", ["\x03"]);
    assertEquals(code === 0, false);
    assertEquals([...Deno.readDirSync(folder.path)], []);
  },
});

Deno.test({
  name: "init makes nothing when Ctrl-C is the answer",
  ignore: !hasScript,
  fn: async () => {
    await using folder = await scratch();
    const { code, text } = await atTerminal(folder.path, "init", ["\x03"]);
    assertEquals(code === 0, false, text);
    assertEquals([...Deno.readDirSync(folder.path)], []);
  },
});
