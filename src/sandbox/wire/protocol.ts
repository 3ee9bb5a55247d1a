/**
 * The messages between a host and the child process that runs one plugin, and
 * the frames that they travel in.
 *
 * A frame to the guest is the byte 1, the length of the message (32 bits, low
 * byte first) and the message. A frame to the host is the length, the secret of
 * {@linkcode OpenMessage} and the message: what lacks the secret was not
 * written by the guest's own code.
 *
 * @module
 */
import type {
  PluginContributions,
  RouteContribution,
} from "../../plugin/contributions.ts";
import type { ColumnShift } from "../../shared/text/column_shift.ts";
import type { StoredSettings } from "../../execution/settle_settings.ts";
import type { PluginIdentity } from "../../plugin/plugin.ts";

/** Both ends must speak the same version. */
export const PROTOCOL_VERSION = 2;

/** In front of every frame to the guest. */
export const DOORBELL = 1;
/** The bytes in front of a message to the guest. */
export const GUEST_HEADER_BYTES = 5;
/** The bytes of the secret. */
export const SECRET_BYTES = 16;
/** The bytes in front of a message to the host. */
export const HOST_HEADER_BYTES: number = 4 + SECRET_BYTES;

/** How many bytes of a stream one message carries at most. */
export const CHUNK_BYTES: number = 64 * 1024;

/** What the guest needs to know of the plugin. */
export interface OpenMessage {
  readonly type: "open";
  readonly protocol: number;
  /** What every frame of the guest carries. */
  readonly secret: Uint8Array;
  readonly plugin: PluginIdentity;
  /** The plugin's code, ready to be imported. */
  readonly code: string;
  readonly language: "javascript" | "typescript";
  /** What stands for its sources in stack frames. */
  readonly sourcesKey: string;
  /** What was put into the code that stack traces are not to show. */
  readonly shifts: readonly ColumnShift[];
  /** Whether clients see what its errors say. */
  readonly exposeErrors: boolean;
  /** The environment variables that it may read, as far as they are named. */
  readonly environment: readonly string[];
  readonly actionTimeoutMs: number;
  readonly cleanupTimeoutMs: number;
  /** Whether there are pipes to the table's store. */
  readonly hasPipes: boolean;
  /** Whether the plugin may reach graphics processors. */
  readonly mayUseGpu: boolean;
  /** How many lines the plugin may log in a second. */
  readonly logLinesPerSecond: number;
  /** The events that the plugin may emit. */
  readonly emits: readonly string[];
}

/** A request as it crosses. */
export interface WireRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  /** A stream where the route takes it raw, bytes where it is to be parsed. */
  readonly body: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | null;
}

/** What a call asks for. */
export type CallWork =
  | {
    readonly kind: "init";
    readonly hasTables: boolean;
    /** What is stored of its settings, where it declares any. */
    readonly settings: StoredSettings | undefined;
  }
  | {
    readonly kind: "upgrade";
    readonly hasTables: boolean;
    /** The version whose data it is. */
    readonly from: string;
  }
  | {
    readonly kind: "settings";
    /** Whether they are only checked, or handed to the plugin. */
    readonly act: "check" | "apply";
    readonly settings: StoredSettings;
  }
  | {
    readonly kind: "chain";
    readonly route: RouteContribution;
    readonly request: WireRequest;
    readonly body: unknown;
    readonly params: Readonly<Record<string, string>>;
  }
  | {
    readonly kind: "hook";
    readonly event: string;
    readonly payload: unknown;
    /** What comes beside the payload, in events of two arguments. */
    readonly extra: unknown;
  };

/** A message about a stream; the reader's end asks for each piece. */
export type StreamMessage =
  | { readonly type: "pull" | "end" | "cancel"; readonly stream: number }
  | {
    readonly type: "chunk";
    readonly stream: number;
    readonly bytes: Uint8Array;
  }
  | { readonly type: "fail"; readonly stream: number; readonly reason: string };

/** A message to the guest. */
export type GuestBoundMessage =
  | OpenMessage
  | { readonly type: "call"; readonly id: number; readonly work: CallWork }
  | { readonly type: "abort"; readonly id: number; readonly reason: string }
  /** What the store answered, where the host hands it on. */
  | { readonly type: "answer"; readonly bytes: Uint8Array }
  | { readonly type: "ping" }
  | { readonly type: "close" }
  | StreamMessage;

/** A message to the host. */
export type HostBoundMessage =
  /** The guest runs, and is about to import the plugin. */
  | { readonly type: "ready"; readonly protocol: number }
  | { readonly type: "loaded"; readonly contributions: PluginContributions }
  | { readonly type: "refused"; readonly error: Error }
  | {
    readonly type: "step";
    readonly id: number;
    readonly index: number;
    /** The action's own limit, where it declares one. */
    readonly timeoutMs: number | undefined;
  }
  /**
   * What a call came to, or failed with: encoded by itself, so that what cannot
   * be read fails that call.
   */
  | {
    readonly type: "reply" | "failure";
    readonly id: number;
    readonly value: Uint8Array;
    /** What the answer is made of, where that is bytes. */
    readonly bytes: Uint8Array | undefined;
  }
  /** A frame for the table's store, where the host hands it on. */
  | { readonly type: "query"; readonly frame: Uint8Array }
  | {
    readonly type: "log";
    readonly level: "error" | "warn" | "info" | "debug";
    readonly text: string;
  }
  /** The plugin emits an event, with the payload as JSON. */
  | {
    readonly type: "emit";
    readonly event: string;
    readonly json: string | undefined;
  }
  | { readonly type: "fault"; readonly error: unknown }
  | { readonly type: "pong" }
  | { readonly type: "closed" }
  | StreamMessage;
