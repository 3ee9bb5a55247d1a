/**
 * Who may do what on a fleet's NATS servers. Two accounts: the fleet's own
 * holds the buckets, the agents' one reaches a few subjects of it. In one
 * account an agent could write desired state by asking for an answer there.
 *
 * @module
 */
import type { Account, Export, Import } from "@nats-io/jwt";
import { PluginError } from "../../shared/errors.ts";
import { isFleetId } from "../documents/desired.ts";
import {
  BUNDLES,
  DESIRED,
  HEARTBEAT_SUBJECT,
  LIVE_SUBJECT,
  REPORT_SUBJECT,
  streamOf,
} from "./buckets.ts";

/** The keys of a fleet's servers. Whoever has them owns the fleet's traffic. */
export interface FleetSecrets {
  /** The seed of the operator, which signs accounts. */
  readonly operator: string;
  /** The seed of the agents' account. */
  readonly agentsAccount: string;
  /** The seed of the key that signs agents, and can sign nothing else. */
  readonly enrolment: string;
  /** The credentials of controllers and operators, as a credentials file. */
  readonly controllerCredentials: string;
  /** The credentials that hand accounts to running servers. */
  readonly systemCredentials: string;
}

/** What servers are told of a fleet; none of it is secret. */
export interface FleetAccounts {
  /** The operator's JWT. */
  readonly operator: string;
  /** The public key of the system's account. */
  readonly systemAccount: string;
  /** The accounts' JWTs by public key. */
  readonly accounts: Readonly<Record<string, string>>;
}

const READ = `$JS.API.DIRECT.GET.`;
const STATES = `${READ}${streamOf(DESIRED)}.$KV.${DESIRED}.`;
const CODE = `${READ}${streamOf(BUNDLES)}.$KV.${BUNDLES}.`;

/** What passes between the accounts, and nothing else does. */
const PASSING = [
  { name: "desired", subject: `${STATES}>`, type: "service" },
  { name: "bundles", subject: `${CODE}>`, type: "service" },
  { name: "reports", subject: `${REPORT_SUBJECT}*`, type: "service" },
  { name: "heartbeats", subject: `${HEARTBEAT_SUBJECT}*`, type: "service" },
  { name: "live", subject: `${LIVE_SUBJECT}>`, type: "stream" },
] as const;

const UNLIMITED = { subs: -1, conn: -1, leaf: -1, imports: -1, exports: -1 };
const LIMITS = { ...UNLIMITED, data: -1, payload: -1, wildcards: true };

/**
 * What an agent may do: the templates are filled in by the servers, by what its
 * JWT says, so that none can speak for another or read what is another's.
 */
const AGENT_RIGHTS = {
  pub: {
    allow: [
      `${STATES}ring.{{tag(ring)}}`,
      `${STATES}agent.{{name()}}`,
      `${CODE}>`,
      `${REPORT_SUBJECT}{{name()}}`,
      `${HEARTBEAT_SUBJECT}{{name()}}`,
    ],
    deny: [],
  },
  sub: {
    allow: [
      `${LIVE_SUBJECT}ring.{{tag(ring)}}`,
      `${LIVE_SUBJECT}agent.{{name()}}`,
      `${inboxOf("{{name()}}")}.>`,
    ],
    deny: [],
  },
};

/** Where the answers for an agent come to; others' inboxes are closed to it. */
export function inboxOf(agent: string): string {
  return `_INBOX.${agent}`;
}

/**
 * Makes the keys and accounts of a fleet's servers. Needs no permissions.
 *
 * @param fleet The fleet.
 * @returns What servers are told, and what is to be kept secret.
 * @throws {PluginError} `INVALID_OPTIONS`.
 */
export async function createFleetAccounts(
  fleet: string,
): Promise<{ accounts: FleetAccounts; secrets: FleetSecrets }> {
  refuseName("fleet", fleet);
  const keys = await import("@nats-io/nkeys");
  const jwt = await import("@nats-io/jwt");
  const operator = keys.createOperator();
  const [system, own, agents, enrolment] = Array.from(
    { length: 4 },
    () => keys.createAccount(),
  ) as [Pair, Pair, Pair, Pair];
  const sign = (name: string, key: Pair, account: Partial<Account>) =>
    jwt.encodeAccount(name, key, account, { signer: operator });
  const publicKey = own.getPublicKey();
  const accounts = {
    [system.getPublicKey()]: await sign("SYS", system, { limits: LIMITS }),
    [publicKey]: await sign("FLEET", own, {
      limits: { ...LIMITS, mem_storage: -1, disk_storage: -1 },
      exports: PASSING.map((passing) => ({ ...passing }) as Export),
    }),
    [agents.getPublicKey()]: await sign(
      "AGENTS",
      agents,
      await agentsAccount({ own: publicKey, enrolment, revoked: {} }),
    ),
  };
  const user = async (name: string, account: Pair) => {
    const key = keys.createUser();
    const token = await jwt.encodeUser(name, key, account);
    return new TextDecoder().decode(jwt.fmtCreds(token, key));
  };
  const systemAccount = system.getPublicKey();
  return {
    accounts: {
      operator: await jwt.encodeOperator(fleet, operator, {
        system_account: systemAccount,
      }),
      ...{ systemAccount, accounts },
    },
    secrets: {
      operator: seedOf(operator),
      agentsAccount: seedOf(agents),
      enrolment: seedOf(enrolment),
      controllerCredentials: await user("controller", own),
      systemCredentials: await user("system", system),
    },
  };
}

/** An agent that is let in. */
export interface EnrolledAgent {
  /** What the fleet knows it by. */
  readonly agent: string;
  /** Its ring; small letters, since the servers fold what they compare. */
  readonly ring: string;
  /** The public half of its nkey, which it made itself. */
  readonly publicKey: string;
}

/**
 * Lets an agent in, without touching the servers.
 *
 * @param secrets The fleet's keys; of the operator's none is needed.
 * @param agent The agent.
 * @returns The agent's JWT, which is worth nothing without its seed.
 * @throws {PluginError} `INVALID_OPTIONS`.
 */
export async function enrolAgent(
  secrets: Pick<FleetSecrets, "agentsAccount" | "enrolment">,
  { agent, ring, publicKey }: EnrolledAgent,
): Promise<string> {
  refuseName("agent", agent);
  refuseName("ring", ring);
  if (ring !== ring.toLowerCase()) {
    throw invalid("ring", ring, "it has capital letters");
  }
  const keys = await import("@nats-io/nkeys");
  const jwt = await import("@nats-io/jwt");
  const account = keys.fromSeed(bytesOf(secrets.agentsAccount)).getPublicKey();
  const signer = bytesOf(secrets.enrolment);
  const tags = [`ring:${ring}`];
  const options = { signer, scopedUser: true };
  try {
    return await jwt.encodeUser(agent, publicKey, account, { tags }, options);
  } catch (cause) {
    const message = `Cannot let agent "${agent}" in: its key is no public ` +
      "nkey of a user, which begins with U";
    throw new PluginError("INVALID_OPTIONS", message, { cause });
  }
}

/**
 * The credentials of an agent: its JWT, and the seed that never left it.
 *
 * @param token The agent's JWT.
 * @param seed The seed of its nkey.
 * @returns The text for `credentials`.
 */
export async function agentCredentials(
  token: string,
  seed: string,
): Promise<string> {
  const keys = await import("@nats-io/nkeys");
  const jwt = await import("@nats-io/jwt");
  const key = keys.fromSeed(bytesOf(seed));
  return new TextDecoder().decode(jwt.fmtCreds(token, key));
}

/**
 * Makes the nkey of an agent. Needs no permissions.
 *
 * @returns The seed, which stays with the agent, and the public half.
 */
export async function createAgentKey(): Promise<
  { seed: string; publicKey: string }
> {
  const key = (await import("@nats-io/nkeys")).createUser();
  return { seed: seedOf(key), publicKey: key.getPublicKey() };
}

/**
 * The agents' account without some agents.
 *
 * @param accounts The fleet's accounts as the servers have them.
 * @param secrets The fleet's keys.
 * @param publicKeys The keys of the agents that are shut out.
 * @returns The accounts with the new one among them.
 * @throws {PluginError} `INVALID_OPTIONS` where the keys are another fleet's.
 */
export async function revokeAgents(
  accounts: FleetAccounts,
  secrets: FleetSecrets,
  publicKeys: readonly string[],
): Promise<FleetAccounts> {
  const keys = await import("@nats-io/nkeys");
  const jwt = await import("@nats-io/jwt");
  const agents = keys.fromSeed(bytesOf(secrets.agentsAccount));
  const publicKey = agents.getPublicKey();
  const known = accounts.accounts[publicKey];
  if (known === undefined) {
    throw invalid("secrets", "agentsAccount", "it is another fleet's");
  }
  const { nats } = jwt.decode<Account>(known);
  // Whatever was signed until now is worth nothing.
  const now = Math.floor(Date.now() / 1_000);
  const entries = publicKeys.map((key) => [key, now] as const);
  const revocations = { ...nats.revocations, ...Object.fromEntries(entries) };
  const next = { ...nats, revocations };
  const signer = bytesOf(secrets.operator);
  const token = await jwt.encodeAccount("AGENTS", agents, next, { signer });
  return {
    ...accounts,
    accounts: { ...accounts.accounts, [publicKey]: token },
  };
}

type Pair = ReturnType<typeof import("@nats-io/nkeys")["createAccount"]>;

async function agentsAccount(
  { own, enrolment, revoked }: {
    readonly own: string;
    readonly enrolment: Pair;
    readonly revoked: Record<string, number>;
  },
): Promise<Partial<Account>> {
  const jwt = await import("@nats-io/jwt");
  const scope = jwt.newScopedSigner(enrolment, "agent", AGENT_RIGHTS);
  return {
    limits: LIMITS,
    imports: PASSING.map((passing) =>
      ({
        ...passing,
        account: own,
        local_subject: passing.subject,
      }) as Import
    ),
    signing_keys: [scope],
    revocations: revoked,
  };
}

function seedOf(key: Pair): string {
  return new TextDecoder().decode(key.getSeed());
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function refuseName(what: string, name: string): void {
  if (isFleetId(name)) return;
  const state = "it is no name of at most 64 letters, digits, _ and -";
  throw invalid(what, name, state);
}

function invalid(what: string, name: string, state: string): PluginError {
  const message = `Cannot use ${what} "${name}": ${state}`;
  return new PluginError("INVALID_OPTIONS", message);
}
