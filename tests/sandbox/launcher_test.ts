import { assert, assertEquals } from "@std/assert";
import {
  canMakePipes,
  commandLine,
  type LaunchOptions,
} from "../../src/sandbox/process/launcher.ts";

const linux = Deno.build.os === "linux";
const GUEST: LaunchOptions = {
  denoPath: "deno",
  memoryMb: 64,
  permissions: {},
  confinement: "limits",
  role: "guest",
};

function scriptOf(options: Partial<LaunchOptions>): string {
  return commandLine({ ...GUEST, ...options }).args[1]!;
}

Deno.test("canMakePipes() says whether there is a place for them", {
  ignore: !linux,
}, async () => {
  const name = `/tmp/${crypto.randomUUID()}`;
  assert(await canMakePipes(name));
  assert(!await canMakePipes(`/no/such/folder/${name}`));
  const left = [...Deno.readDirSync("/tmp")]
    .filter((entry) => `/tmp/${entry.name}`.startsWith(name));
  assertEquals(left, []);
});

Deno.test(
  "commandLine() lets no file grow unless something that writes was granted",
  {
    ignore: !linux,
  },
  () => {
    assert(scriptOf({}).includes("ulimit -f 0"));
    assert(
      scriptOf({ permissions: { read: true, net: true } }).includes(
        "ulimit -f",
      ),
    );
    for (const kind of ["write", "run", "ffi", "import"]) {
      assert(
        !scriptOf({ permissions: { [kind]: ["/x"] } }).includes("ulimit -f"),
      );
    }
  },
);

Deno.test("commandLine() runs guests and stores at the lowest priority", () => {
  for (const role of ["guest", "store"] as const) {
    assert(scriptOf({ role }).includes("nice -n 19"));
  }
});

Deno.test("commandLine() gives both ends the right to their pipes and no other", () => {
  const { args } = commandLine({ ...GUEST, pipes: "/tmp/x" });
  assert(args.includes("--allow-read=/dev/fd/3"));
  assert(args.includes("--allow-write=/dev/fd/4"));
  const granted = commandLine({
    ...GUEST,
    pipes: "/tmp/x",
    permissions: { read: ["/data"] },
    denied: "/data/agent.db.plugins",
  }).args;
  assert(granted.includes("--allow-read=/data,/dev/fd/3"));
  assert(granted.includes("--deny-read=/data/agent.db.plugins"));
});
