import { assert, assertEquals } from "@std/assert";
import { systemConfinement } from "../../src/sandbox/process/launcher.ts";
import { waitFor } from "../wait_for.ts";

const HOST = new URL("host_to_kill.ts", import.meta.url).pathname;

/** Starts a host, kills it, and waits until its plugin's processes have ended. */
async function assertNoOrphan(
  action: string,
  confinement: string,
): Promise<void> {
  const host = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", HOST, action, confinement],
    stdout: "piped",
  }).spawn();
  const reader = host.stdout.getReader();
  const { value } = await reader.read();
  const pids = new TextDecoder().decode(value).trim().split(" ");
  // The plugin, and the store of its table.
  assertEquals(pids.length, 2);
  for (const pid of pids) assert(await isRunning(pid));
  host.kill("SIGKILL");
  await host.status;
  await reader.cancel();
  for (const pid of pids) {
    await waitFor("the process ends", async () => !await isRunning(pid));
  }
}

async function isRunning(pid: string): Promise<boolean> {
  const { stdout } = await new Deno.Command("ps", {
    args: ["-o", "stat=", "-p", pid],
  }).output();
  const state = new TextDecoder().decode(stdout).trim();
  return state !== "" && !state.startsWith("Z");
}

const offered = await systemConfinement();

for (const confinement of ["full", "limits", "none"] as const) {
  for (const action of ["wait", "loop", "query"]) {
    Deno.test({
      name:
        `ProcessRunner leaves no process behind when its host is killed: ${action}, ${confinement}`,
      // A loop without help from the system ends by nothing; see docs.
      ignore: Deno.build.os === "windows" ||
        (confinement === "none" ? action !== "wait" : offered === "none") ||
        (confinement === "full" && offered !== "full"),
      fn: () => assertNoOrphan(action, confinement),
    });
  }
}
