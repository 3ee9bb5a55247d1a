/**
 * Brings one plugin of an agent to what its fleet wants, by the handler's
 * public methods.
 *
 * @module
 */
import type { PluginHandler } from "../../handler/plugin_handler.ts";
import type { ManifestPermissions } from "../../install/mod.ts";
import type { ListedPlugin, OperationResult } from "../../management/mod.ts";
import { messageOf, PluginError } from "../../shared/errors.ts";
import { clip } from "../../shared/text/clip.ts";
import { addressOf } from "../documents/bundle.ts";
import { beyond } from "./grants.ts";
import type { HeldStates } from "./held_states.ts";
import { FLEET_ACTOR, localHold } from "./local_hold.ts";
import type { PluginOutcome } from "../documents/report.ts";
import type { Wish } from "./wishes.ts";

/** A message longer than that fills the registry, and nobody reads it. */
const MAX_MESSAGE = 500;
/** How far back decisions about a plugin are looked for. */
const AUDIT_ENTRIES = 100;
const actor = FLEET_ACTOR;

/** What plugins are brought to their wishes with. */
export interface PluginApplierParts {
  /** Whose plugins they are. */
  readonly handler: PluginHandler;
  /** What was done before. */
  readonly held: HeldStates;
  /** Fetches code by its digest, and checks it. */
  readonly code: (digest: string) => Promise<string>;
  /** What a fleet may grant. */
  readonly maxGrants: Readonly<ManifestPermissions>;
}

/** Brings plugins to what is wanted of them. */
export class PluginApplier {
  readonly #parts: PluginApplierParts;

  constructor(parts: PluginApplierParts) {
    this.#parts = parts;
  }

  /** Brings one plugin to a wish; it never rejects. */
  async apply(wish: Wish): Promise<PluginOutcome> {
    try {
      const reason = this.#held(wish);
      if (reason !== undefined) return this.#outcome(wish, "held", reason);
      if (wish.state === "removed") this.#remove(wish);
      else await this.#bring(wish);
      this.#parts.held.noteApplied(wish.name, keyOf(wish));
      return this.#outcome(wish, "applied");
    } catch (error) {
      return this.#outcome(wish, "failed", error);
    }
  }

  /** What holds the plugin; what a forced wish may lift is lifted. */
  #held(wish: Wish): string | undefined {
    const { handler, held } = this.#parts;
    const row = this.#row(wish);
    const hold = localHold({
      row,
      wasApplied: held.applied(wish.name) === keyOf(wish),
      isWanted: this.#isWanted(row, wish),
      audit: row === undefined
        ? []
        : handler.getAudit({ pluginId: row.id, limit: AUDIT_ENTRIES }),
    });
    if (hold === undefined) return undefined;
    if (wish.force === undefined || !hold.liftable) return hold.reason;
    if (row?.pin !== undefined) {
      done(handler.pinPlugin(row.id, null, { actor }));
    }
    return undefined;
  }

  #remove(wish: Wish): void {
    const row = this.#row(wish);
    if (row === undefined) return;
    const { purge = false } = wish;
    done(this.#parts.handler.deletePlugin(row.id, { purge, actor }));
  }

  async #bring(wish: Wish): Promise<void> {
    const { handler } = this.#parts;
    this.#refuseGrants(wish);
    this.#grant(wish);
    const row = this.#row(wish);
    if (!this.#isWanted(row, wish)) await this.#install(wish);
    this.#grant(wish);
    const now = this.#row(wish)!;
    if (wish.state === "disabled") {
      if (now.state === "disabled") return;
      const reason = wish.force?.reason ?? `release ${wish.release}`;
      done(handler.disablePlugin(now.id, reason, { actor }));
      return;
    }
    if (now.state === "disabled") done(handler.enablePlugin(now.id, { actor }));
    await this.#load(now);
    await this.#set(now.id, wish);
  }

  async #install({ name, digest, manifest }: Wish): Promise<void> {
    const { handler, code } = this.#parts;
    const plugin = await code(digest);
    // The code is in hand: nothing is fetched from where the manifest says.
    const { bundle: _, ...fields } = manifest;
    // A halt goes back to the release before, which is signed as well.
    const options = { update: true, allowDowngrade: true, actor };
    const metadata = { ...fields, name, plugin };
    done(await handler.installPlugin(metadata, options));
  }

  #refuseGrants({ name, grants = {} }: Wish): void {
    const kinds = beyond(grants, this.#parts.maxGrants);
    if (kinds.length === 0) return;
    throw new PluginError(
      "PERMISSION_REQUIRED",
      `Cannot grant ${kinds.join(", ")} to plugin "${name}": the fleet may ` +
        "not grant that here; allow it with maxGrants, or grant it here",
    );
  }

  #grant(wish: Wish): void {
    const { handler } = this.#parts;
    const row = this.#row(wish);
    const { grants } = wish;
    if (row === undefined || grants === undefined) return;
    const { granted } = handler.getPermissions(row.id);
    if (beyond(grants, granted as ManifestPermissions).length === 0) return;
    done(handler.grantPermissions(row.id, grants, { actor }));
  }

  async #load({ id }: ListedPlugin): Promise<void> {
    const { handler } = this.#parts;
    if (handler.getLoadedPlugins().includes(id)) return;
    const { errors } = await handler.loadPlugins([id]);
    if (errors[0] !== undefined) throw errors[0].cause;
  }

  async #set(id: number, { name, settings }: Wish): Promise<void> {
    const { handler } = this.#parts;
    if (settings === undefined) return;
    const secrets = handler.getSettingsForm(id).fields
      .filter(({ type, name }) =>
        type === "secret" && Object.hasOwn(settings, name)
      );
    if (secrets[0] !== undefined) {
      throw new PluginError(
        "VALIDATION_FAILED",
        `Cannot set "${
          secrets[0].name
        }" of plugin "${name}": it is a secret, ` +
          "and operators can read what a fleet sends; set it here",
      );
    }
    const current = handler.getSettings(id);
    const isSet = Object.entries(settings).every(([key, value]) =>
      JSON.stringify(current[key]) === JSON.stringify(value)
    );
    if (!isSet) await handler.setSettings(id, settings, { actor });
  }

  #row({ name }: Wish): ListedPlugin | undefined {
    return this.#parts.handler.getAll().find((row) => row.name === name);
  }

  /** Looks at the code itself: what is written of it elsewhere may be old. */
  #isWanted(row: ListedPlugin | undefined, wish: Wish): boolean {
    if (wish.state === "removed") return row === undefined;
    if (row?.version !== wish.version) return false;
    const stored = this.#parts.handler.getTable().select(["plugin"])
      .where({ id: row.id }).first();
    return addressOf(String(stored?.plugin)) === wish.digest;
  }

  #outcome(
    wish: Wish,
    outcome: PluginOutcome["outcome"],
    why?: unknown,
  ): PluginOutcome {
    return {
      plugin: wish.name,
      wanted: wish.state === "removed" ? null : wish.version,
      running: this.#row(wish)?.version ?? null,
      outcome,
      ...(why instanceof PluginError ? { code: why.code } : {}),
      ...(why === undefined
        ? {}
        : { message: clip(messageOf(why), MAX_MESSAGE) }),
    };
  }
}

/** What tells one wish from another: another generation alone is no new one. */
function keyOf({ state, version, digest }: Wish): string {
  return state === "removed" ? state : `${version} ${digest}`;
}

function done(result: OperationResult): void {
  if (!result.success) throw result.cause;
}
