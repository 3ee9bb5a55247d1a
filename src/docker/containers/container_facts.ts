/**
 * What is known of a container, from whichever answer of the engine tells it,
 * and how its status is worded.
 *
 * @module
 */
import type { ContainerInfo } from "../../plugin/plugin.ts";
import type { DockerEvent } from "../stream/docker_event.ts";
import type {
  InspectedContainer,
  ListedContainer,
} from "../engine/engine_answers.ts";

/** What an engine tells of a container; the host is known elsewhere. */
export type ContainerFacts = Omit<
  ContainerInfo,
  "hostId" | "clientId" | "status" | "containerId" | "containerInfo"
>;

/** The attributes of a container event that are no labels. */
const NO_LABELS = new Set([
  "image",
  "name",
  "exitCode",
  "signal",
  "oldName",
  "execID",
  "execDuration",
  "container",
  // Podman's.
  "containerExitCode",
  "health_status",
]);

/** Reads an entry of the container list. */
export function factsOfListed(listed: ListedContainer): ContainerFacts {
  return {
    id: listed.Id,
    name: nameOf(listed.Names ?? []),
    image: listed.Image,
    state: listed.State,
    created: listed.Created,
    ports: (listed.Ports ?? []).map(({ PrivatePort, PublicPort, Type }) => ({
      privatePort: PrivatePort,
      ...(typeof PublicPort === "number" && { publicPort: PublicPort }),
      type: Type,
    })),
    labels: listed.Labels ?? {},
    ...networkSettings(listed.NetworkSettings?.Networks),
  };
}

/** Reads an inspected container. */
export function factsOfInspected(
  inspected: InspectedContainer,
): ContainerFacts {
  return {
    id: inspected.Id,
    name: plainName(inspected.Name),
    image: inspected.Config.Image,
    state: inspected.State.Status,
    created: seconds(inspected.Created),
    ports: Object.entries(inspected.NetworkSettings?.Ports ?? {})
      .flatMap(([port, bindings]) => portsOf(port, bindings)),
    labels: inspected.Config.Labels ?? {},
    ...networkSettings(inspected.NetworkSettings?.Networks),
  };
}

/**
 * Reads what a container's event tells by itself.
 *
 * @returns The facts, without ports and networks.
 */
export function factsOfEvent({ actor, time }: DockerEvent): ContainerFacts {
  const { name = "", image = "" } = actor.attributes;
  return {
    id: actor.id,
    name: plainName(name),
    image,
    state: "",
    created: time,
    ports: [],
    labels: labelsOf(actor.attributes),
  };
}

/**
 * The labels among an event's attributes.
 *
 * @returns Those that the engine did not add.
 */
export function labelsOf(
  attributes: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).filter(([key]) => !NO_LABELS.has(key)),
  );
}

/** Reads the exit code from the status of a container that has ended. */
export function exitCodeOf(status: string): string | undefined {
  return /^Exited \((\d+)\)/.exec(status)?.[1];
}

/** What a status is worded from. */
export interface StatusFacts {
  /** `created`, `running`, `paused`, `exited` and so on. */
  readonly state: string;
  /** Seconds that the state lasts. */
  readonly forSeconds: number;
  /** How the process ended. */
  readonly exitCode?: number;
  /** What the health check found. */
  readonly health?: string;
}

/**
 * Words a status as the engine's container list does.
 *
 * @param facts What it is worded from.
 * @returns Such as `Up 2 minutes (healthy)` or `Exited (137) 3 seconds ago`.
 */
export function statusText(facts: StatusFacts): string {
  const { state, exitCode = 0, health } = facts;
  const age = humanDuration(facts.forSeconds);
  const note = health ? ` (${health})` : "";
  switch (state) {
    case "running":
      return `Up ${age}${note}`;
    case "paused":
      return `Up ${age} (Paused)`;
    case "restarting":
      return `Restarting (${exitCode}) ${age} ago`;
    case "exited":
      return `Exited (${exitCode}) ${age} ago`;
    default:
      return state === "" ? "" : state[0]?.toUpperCase() + state.slice(1);
  }
}

const UNITS: readonly (readonly [limit: number, size: number, name: string])[] =
  [
    [60, 1, "seconds"],
    [3600, 60, "minutes"],
    [48 * 3600, 3600, "hours"],
    [14 * 86_400, 86_400, "days"],
    [60 * 86_400, 7 * 86_400, "weeks"],
    [730 * 86_400, 30 * 86_400, "months"],
    [Infinity, 365 * 86_400, "years"],
  ];

function humanDuration(duration: number): string {
  if (duration < 1) return "Less than a second";
  if (duration < 2) return "1 second";
  if (duration >= 60 && duration < 120) return "About a minute";
  if (duration >= 3600 && duration < 5400) return "About an hour";
  const [, size = 1, name] = UNITS.find(([limit]) => duration < limit) ?? [];
  return `${Math.floor(duration / size)} ${name}`;
}

/** Names with a second slash are what linked containers call it, and come first. */
function nameOf(names: readonly string[]): string {
  const own = names.find((name) => !plainName(name).includes("/"));
  return plainName(own ?? names[0] ?? "");
}

function plainName(name: string): string {
  return name.replace(/^\//, "");
}

function seconds(time: string): number {
  const millis = Date.parse(time);
  return Number.isNaN(millis) ? 0 : Math.floor(millis / 1000);
}

function networkSettings(
  networks: Record<string, unknown> | null | undefined,
): Pick<ContainerInfo, "networkSettings"> {
  return networks ? { networkSettings: { networks } } : {};
}

function portsOf(
  port: string,
  bindings: readonly { HostPort: string }[] | null,
): ContainerInfo["ports"] {
  const [number = "", type = "tcp"] = port.split("/");
  const privatePort = Number(number);
  if (!bindings?.length) return [{ privatePort, type }];
  return bindings.map(({ HostPort }) => ({
    privatePort,
    publicPort: Number(HostPort),
    type,
  }));
}
