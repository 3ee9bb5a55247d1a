import { MemoryRegistry } from "@dockstat/plugin-handler/fleet";
import { CONFORMANCE } from "./registry_conformance.ts";

for (const [name, check] of Object.entries(CONFORMANCE)) {
  Deno.test(`MemoryRegistry: ${name}`, async () => {
    const control = new MemoryRegistry();
    await check({
      control,
      agent: (agent) => control.agent(agent),
      [Symbol.asyncDispose]: () => control[Symbol.asyncDispose](),
    });
  });
}
