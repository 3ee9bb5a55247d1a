import { assertEquals } from "@std/assert";
import { WIDGET_RULES } from "../../src/checks/widget_rules.ts";

const COMMON = ["className", "id"];

Deno.test("docs/pages.md lists all widgets and all their props", async () => {
  const guide = await Deno.readTextFile(
    new URL("../../docs/pages.md", import.meta.url),
  );
  const listed: [type: string, props: string[]][] = [];
  for (const line of guide.split("\n")) {
    const [, type, prop] = line.split("|").map((cell) => cell.trim());
    const named = /^\*\*`(\w+)`\*\*$/.exec(type ?? "")?.[1];
    if (named !== undefined) listed.push([named, []]);
    const name = /^`(\w+)`$/.exec(prop ?? "")?.[1];
    if (type === "" && name !== undefined) listed.at(-1)?.[1].push(name);
  }
  const known = [...WIDGET_RULES].map(([type, rule]) => [
    type,
    Object.keys(rule).filter((name) => !COMMON.includes(name)).toSorted(),
  ]);
  assertEquals<unknown>(
    listed.map(([type, props]) => [type, props.toSorted()]),
    known,
  );
});
