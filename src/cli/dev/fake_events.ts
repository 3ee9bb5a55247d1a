/**
 * The events that can be fired at a plugin by hand.
 *
 * @module
 */
import {
  fakeContainer,
  fakeContainerMetrics,
  fakeHost,
  fakeHostMetrics,
} from "../../testing/fake_payloads.ts";

const stopped = { state: "exited", status: "Exited (0) 1 second ago" };

/** What each event carries. */
export const FAKE_EVENTS: Readonly<Record<string, () => unknown>> = {
  "container:created": () => fakeContainer({ state: "created" }),
  "container:started": () => fakeContainer(),
  "container:stopped": () => fakeContainer(stopped),
  "container:died": () => fakeContainer(stopped),
  "container:removed": () => fakeContainer(stopped),
  "container:metrics": () => fakeContainerMetrics(),
  "host:added": () => fakeHost(),
  "host:health:changed": () => fakeHost({ healthy: false, reason: "fake" }),
  "host:metrics": () => fakeHostMetrics(),
};
