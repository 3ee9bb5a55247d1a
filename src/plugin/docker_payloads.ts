/**
 * What hooks on the events of Docker hosts receive. The fields and their units
 * are those of the original's plugins, so that these run unchanged; of a
 * container they stand at the top as well, as newer plugins read them.
 *
 * @module
 */

/** A container, as hooks on container events receive it. */
export interface ContainerInfo {
  /** The container's id, 64 hexadecimal digits. */
  id: string;
  /** The host that it runs on. */
  hostId: number;
  /** The client that watches the host. */
  clientId: number;
  /** Its name, without the leading slash. */
  name: string;
  /** The image that it was made from. */
  image: string;
  /** What the engine says of it, such as `Up 2 minutes`. */
  status: string;
  /** `created`, `running`, `paused`, `restarting`, `removing`, `exited` or `dead`. */
  state: string;
  /** When it was created, in Unix seconds. */
  created: number;
  /** The ports that it exposes. */
  ports: { privatePort: number; publicPort?: number; type: string }[];
  /** Its labels. */
  labels: Record<string, string>;
  /** Its networks, as the engine describes them. */
  networkSettings?: { networks?: Record<string, unknown> };
  /** The same as `id`; `connectDocker` adds it, a host of its own may not. */
  containerId?: string;
  /** The container once more, where plugins of the original read it. */
  containerInfo?: ContainerInfo;
}

/** An image, as hooks on image events receive it. */
export interface ImageInfo {
  /** The image's id or reference. */
  id: string;
  /** The name with its tag. */
  name?: string;
  /** Its labels and the event's other attributes. */
  labels?: Record<string, string>;
}

/** What a container uses, beside what it is. */
export interface ContainerStatsInfo extends ContainerInfo {
  /** Percent of one CPU, with two decimals: 200 is two CPUs busy. */
  cpuUsage: number;
  /** Bytes of memory, without the part of the page cache that is not in use. */
  memoryUsage: number;
  /** Bytes of memory that it may use. */
  memoryLimit: number;
  /** Bytes received since its start. */
  networkRx: number;
  /** Bytes sent since its start. */
  networkTx: number;
  /** Bytes read from disks since its start. */
  blockRead: number;
  /** Bytes written to disks since its start. */
  blockWrite: number;
  /** The engine's whole answer, and which container it is about. */
  stats: Record<string, unknown> & {
    hostId: number;
    clientId: number;
    containerId: string;
    containerName: string;
  };
}

/** The payload of `container:metrics`. */
export interface ContainerMetricsEvent {
  /** The host. */
  hostId: number;
  /** The client that watches the host. */
  docker_client_id: number;
  /** The container. */
  containerId: string;
  /** What the container is and what it uses. */
  stats: ContainerStatsInfo;
}

/** What an engine says of its host. What it does not say is `"unknown"`, or 0. */
export interface HostMetrics {
  /** The host. */
  hostId: number;
  /** The name by which people know it. */
  hostName: string;
  /** The engine's version. */
  dockerVersion: string;
  /** The newest API version that the engine speaks. */
  apiVersion: string;
  /** The operating system, such as `Debian GNU/Linux 12 (bookworm)`. */
  os: string;
  /** The processor's architecture, such as `x86_64`. */
  architecture: string;
  /** The host's memory in bytes. */
  totalMemory: number;
  /** The host's CPUs. */
  totalCPU: number;
  /** The kernel's version. */
  kernelVersion: string;
  /** All containers. */
  containers: number;
  /** Containers that run. */
  containersRunning: number;
  /** Containers that are stopped. */
  containersStopped: number;
  /** Containers that are paused. */
  containersPaused: number;
  /** All images. */
  images: number;
  /** The host's clock, as RFC 3339. */
  systemTime: string;
  /** Seconds since the host was started, where that is known. */
  uptime?: number;
}

/** The payload of `host:metrics`. */
export interface HostMetricsEvent {
  /** The host. */
  hostId: number;
  /** The name by which people know it. */
  hostName: string;
  /** The client that watches it. */
  docker_client_id: number;
  /** What its engine says. */
  metrics: HostMetrics;
}

/** The payload of `host:added`, `host:removed`, `host:updated` and `host:health:changed`. */
export interface HostEvent {
  /** The host. */
  hostId: number;
  /** The name by which people know it. */
  hostName: string;
  /** The client that watches it. */
  docker_client_id: number;
  /** Whether its engine can be reached. */
  healthy: boolean;
  /** Why it cannot. */
  reason?: string;
}

/** The payload of `stream:started`, `stream:stopped`, `stream:data` and `stream:error`. */
export interface StreamEvent {
  /** Which stream, such as `all_stats:1`. */
  streamKey: string;
  /** What flows through it, such as `all_stats`. */
  streamType: string;
  /** `stream:data`: what came. */
  data?: unknown;
  /** `stream:error`: why nothing came. */
  error?: string;
}

/** What the event `error` says of where it happened. */
export interface ErrorEventInfo {
  /** The host, where it was one. */
  hostId?: number;
  /** The container, where it was one. */
  containerId?: string;
  /** What could not be done. */
  message?: string;
}
