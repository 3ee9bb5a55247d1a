/**
 * The seam behind which a fleet's state is kept. What comes out of it is not
 * believed: signatures and digests are checked by those who read.
 *
 * @module
 */
import type { AgentHeartbeat, AgentReport } from "./documents/report.ts";

/** What an agent sees of the registry. */
export interface AgentRegistry extends AsyncDisposable {
  /**
   * Reads the signed desired state of a scope.
   *
   * @param scope `ring:<ring>` or `agent:<id>`.
   * @returns The text; `undefined` where there is none.
   * @throws {PluginError} `FLEET_FAILED`.
   */
  desired(scope: string): Promise<string | undefined>;
  /**
   * Reads what is kept under a digest.
   *
   * @param digest The SHA-256 of the text, in hexadecimal.
   * @returns The text as gzip, unchecked; `undefined` where there is none.
   * @throws {PluginError} `FLEET_FAILED`.
   */
  bundle(digest: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /**
   * Hears that it is worth looking: a desired state changed, or the connection
   * is back. A hint carries nothing, since anybody could have sent it.
   *
   * @param scopes The scopes that matter.
   * @param listener Called at each hint.
   * @returns What ends it.
   */
  hints(scopes: readonly string[], listener: () => void): () => void;
  /**
   * Hands a report in.
   *
   * @param id The same for the same report, so that it counts once.
   * @param report What to tell.
   * @returns A promise that resolves once the registry has it.
   * @throws {PluginError} `FLEET_FAILED`.
   */
  report(id: string, report: AgentReport): Promise<void>;
  /**
   * Says that the agent lives; nobody waits for it, and it may be lost.
   *
   * @param heartbeat How it is doing.
   */
  heartbeat(heartbeat: AgentHeartbeat): void;
}

/** A document with the revision that a change of it names. */
export interface Revised {
  /** The text. */
  readonly text: string;
  /** Its revision. */
  readonly revision: number;
}

/** A report with its place in the order of all reports. */
export interface ReceivedReport {
  /** Its place. */
  readonly sequence: number;
  /** The agent, as the registry knows who sent it. */
  readonly agent: string;
  /** What it told, as it was sent. */
  readonly report: unknown;
}

/**
 * The kinds of documents that operators and controllers share. A `lease` that
 * is not written again is gone after three seconds.
 */
export type DocumentKind = "agents" | "releases" | "rollouts" | "lease";

/** What controllers and operators see of the registry. */
export interface ControlRegistry extends AsyncDisposable {
  /** Reads a scope's signed desired state, as of the last write. */
  readDesired(scope: string): Promise<Revised | undefined>;
  /**
   * Writes a scope's signed desired state, where nobody did meanwhile.
   *
   * @param scope The scope.
   * @param text The signed text.
   * @param revision The revision that was read; 0 where there was none.
   * @returns Whether it was written.
   */
  writeDesired(scope: string, text: string, revision: number): Promise<boolean>;
  /** The scopes that have a desired state. */
  scopes(): Promise<string[]>;
  /**
   * Keeps something under its digest; what is there already stays.
   *
   * @param digest The SHA-256 of the text, in hexadecimal.
   * @param packed The text as gzip.
   */
  putBundle(digest: string, packed: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Reads what is kept under a digest. */
  bundle(digest: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** The digests that something is kept under, and since when. */
  listBundles(): Promise<{ digest: string; since: number }[]>;
  /** Deletes what is kept under a digest. */
  deleteBundle(digest: string): Promise<void>;
  /** Reads a document, as of the last write. */
  read(kind: DocumentKind, key: string): Promise<Revised | undefined>;
  /** Writes a document where nobody did meanwhile; as of `writeDesired`. */
  write(
    kind: DocumentKind,
    key: string,
    change: Revised,
  ): Promise<number | undefined>;
  /** The keys of the documents of a kind. */
  keys(kind: DocumentKind): Promise<string[]>;
  /**
   * Reads reports.
   *
   * @param after Those after this place.
   * @returns Some of them, in order; none where there are no more.
   */
  reports(after: number): Promise<ReceivedReport[]>;
  /**
   * Hears the heartbeats of agents.
   *
   * @param listener Called with the agent and what it sent.
   * @returns What ends it.
   */
  heartbeats(listener: (agent: string, heartbeat: unknown) => void): () => void;
}
