/**
 * The streams and buckets of a fleet: what they are called, and how they are
 * made.
 *
 * @module
 */
import type { JetStreamManager, StreamConfig } from "@nats-io/jetstream";
import type { Kvm } from "@nats-io/kv";
import { LEASE_MS } from "../controller/lease.ts";
import type { DocumentKind } from "../registry.ts";

/** The bucket of desired states. */
export const DESIRED = "desired";
/** The bucket of code and releases. */
export const BUNDLES = "bundles";
/** The stream of reports. */
export const REPORTS = "REPORTS";
/** Where reports go to, before the agent's name. */
export const REPORT_SUBJECT = "fleet.report.";
/** Where heartbeats go to, before the agent's name. */
export const HEARTBEAT_SUBJECT = "fleet.hb.";
/** Where changes of desired states are told, before the key. */
export const LIVE_SUBJECT = "fleet.live.";
/** A value may have 1,048,000 bytes with its headers. */
export const CHUNK_BYTES = 900_000;

const DAY_MS = 86_400_000;
const NANOS = 1_000_000;

/** How many versions of a document are kept. */
const DOCUMENTS: Readonly<Record<DocumentKind, number>> = {
  agents: 4,
  releases: 4,
  rollouts: 8,
  lease: 1,
};

/** The name of a stream that a bucket is. */
export function streamOf(bucket: string): string {
  return `KV_${bucket}`;
}

/** The key of a scope: no key holds a `:`. */
export function keyOf(scope: string): string {
  return scope.replace(":", ".");
}

/** The scope of a key. */
export function scopeOf(key: string): string {
  return key.replace(".", ":");
}

/**
 * Makes what is missing. What is there is left as it is: a bucket that is
 * deleted and made anew around a restart loses what was acknowledged.
 */
export async function makeBuckets(
  kvm: Kvm,
  jsm: JetStreamManager,
  replicas: number,
): Promise<void> {
  const common = { replicas, allow_direct: true };
  await kvm.create(DESIRED, {
    ...common,
    history: 16,
    republish: { src: `$KV.${DESIRED}.>`, dest: `${LIVE_SUBJECT}>` },
  });
  await kvm.create(BUNDLES, { ...common, history: 1 });
  for (const [kind, history] of Object.entries(DOCUMENTS)) {
    const ttl = kind === "lease" ? { ttl: LEASE_MS } : {};
    await kvm.create(kind, { ...common, ...ttl, history });
  }
  await makeReports(jsm, replicas);
}

async function makeReports(
  jsm: JetStreamManager,
  replicas: number,
): Promise<void> {
  const config: Partial<StreamConfig> & { name: string } = {
    name: REPORTS,
    subjects: [`${REPORT_SUBJECT}*`],
    num_replicas: replicas,
    allow_direct: true,
    max_msgs_per_subject: 128,
    max_age: 90 * DAY_MS * NANOS,
    // An agent that hears no acknowledgement sends again within this.
    duplicate_window: 600_000 * NANOS,
  };
  try {
    await jsm.streams.info(REPORTS);
  } catch {
    await jsm.streams.add(config);
  }
}
