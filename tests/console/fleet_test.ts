import { assertEquals } from "@std/assert";
import { controllerOf, openViewedFleet } from "../fleet/fleet_party.ts";
import { sourceOf } from "../fleet/fleet_world.ts";
import { waitFor } from "../wait_for.ts";
import { type ConsoleOptions, consoleTest } from "./browser.ts";

const fleet = await openViewedFleet("greeter", {
  canary: ["nas-1"],
  rest: ["pi-1", "pi-2"],
});

for (const size of [{}, { width: 380, height: 800 }]) {
  const options: ConsoleOptions = { server: { fleet: fleet.view }, ...size };
  const width = options.width ?? 1280;
  const prefix = `w${width}`;

  consoleTest(
    `the console shows a fleet and steers its rollouts, ${width} px`,
    async (open) => {
      const { page } = open;
      await open.becomeAdmin();
      await open.go("/console/fleet");
      await open.see("pi-2");
      await open.see(/generation \d/);
      await fleet.rollOut(`${prefix}-good`, "1.0.0");
      await open.see(`${prefix}-good`);
      await open.press(`Pause: ${prefix}-good`);
      await open.see(`${prefix}-good is paused`);
      await open.see("Paused");
      await open.press(`Resume: ${prefix}-good`);
      await open.see(`${prefix}-good goes on`);
      await open.press(`Halt: ${prefix}-good`);
      await page.getByRole("dialog").getByRole("button", { name: "Halt" })
        .click();
      await open.see(`${prefix}-good is halted`);
      await open.see("ada halted it");
      await open.inspect(`fleet-${width}`);
    },
    options,
  );
}

consoleTest(
  "the console follows a rollout to its end, and tells why one failed",
  async (open) => {
    await using controller = controllerOf(fleet.world);
    controller.start();
    await open.becomeAdmin();
    await open.press("Fleet");
    await fleet.rollOut("better", "2.0.0");
    await open.see("rest: 2 of 2 agents");
    await open.see("greeter 2.0.0");
    const broken = sourceOf("3.0.0", `throw new Error("broken build");`);
    await fleet.rollOut("broken", "3.0.0", broken);
    await open.see(/1 of 1 agents of ring "canary" failed.*broken build/);
    await fleet.party.all("greeter", "2.0.0");
    await open.inspect("fleet-halted");
  },
  { server: { fleet: fleet.view }, colorScheme: "dark" },
);

consoleTest(
  "the console has no page of a fleet where there is none",
  async (open) => {
    await open.becomeAdmin();
    assertEquals(
      await open.page.getByRole("link", { name: "Fleet" }).count(),
      0,
    );
  },
);

Deno.test({
  name: "the fleet of these tests ends",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await waitFor("it is known", () => fleet.party.members.length === 3);
    await fleet[Symbol.asyncDispose]();
  },
});
