/**
 * What operators set of plugins: read, checked, kept, and handed to the plugin
 * that runs.
 *
 * @module
 */
import { type Issue, PluginError, ValidationError } from "../shared/errors.ts";
import { settingIssue, settingProblem } from "../execution/mod.ts";
import type {
  SettingContribution,
  SettingsContribution,
} from "../plugin/contributions.ts";
import type { SettingsForm } from "../plugin/plugin.ts";
import type { KeptSetting, StoredPlugin } from "../store/mod.ts";
import type { ActorOptions } from "./plugin_audit.ts";
import { requireStored } from "./require_stored.ts";
import type { ManagementServices } from "./management_services.ts";

/** What settings are kept with. */
export interface PluginSettingsParts extends
  Pick<
    ManagementServices,
    | "repository"
    | "registry"
    | "lifecycle"
    | "contributions"
    | "settings"
    | "audit"
    | "atomically"
  > {
  /** Tells a plugin, and it alone, of an event. */
  readonly tell: (
    pluginId: number,
    event: string,
    payload: unknown,
  ) => Promise<void>;
}

/** A secret as it is shown. */
export interface ShownSecret {
  /** Whether there is a value. */
  readonly set: boolean;
}

/** One value that is to be other than it was. */
interface Change {
  readonly name: string;
  readonly value: unknown;
  readonly isSecret: boolean;
}

/** The longest value, as JSON. */
const MAX_VALUE = 100_000;

const NONE: SettingsContribution = { fields: [] };

/** Reads and changes what is set of plugins. */
export class PluginSettings {
  readonly #parts: PluginSettingsParts;

  /**
   * @param parts What settings are kept with.
   */
  constructor(parts: PluginSettingsParts) {
    this.#parts = parts;
  }

  /** The values of a plugin; secrets say whether they are set, and no more. */
  get(id: number): Record<string, unknown> {
    const row = requireStored(this.#parts.repository, "tell settings of", id);
    const declared = this.#declared(row);
    const kept = this.#parts.settings.kept(id);
    const names = declared.isOpen
      ? [...kept.keys()]
      : declared.fields.map(({ name }) => name);
    return Object.fromEntries(names.flatMap((name) => {
      const field = fieldOf(declared, name);
      const value = shown(field, kept.get(name));
      return value === undefined ? [] : [[name, value]];
    }));
  }

  /** What a form of a plugin's settings shows. */
  form(id: number): SettingsForm {
    const row = requireStored(this.#parts.repository, "tell settings of", id);
    const kept = this.#parts.settings.kept(id);
    const fields = this.#declared(row).fields
      .map((field) => ({ ...field, isSet: kept.has(field.name) }));
    return { pluginId: id, plugin: row.name, fields };
  }

  /** Changes values, hands them to the plugin, and tells it. */
  async set(
    id: number,
    values: Readonly<Record<string, unknown>>,
    { actor }: ActorOptions,
  ): Promise<Record<string, unknown>> {
    const { repository, audit } = this.#parts;
    const deed = { action: "settings", actor, pluginId: id } as const;
    try {
      const row = requireStored(repository, "change settings of", id);
      // Neither another change nor a load may come in between.
      const changed = await this.#parts.lifecycle.exclusive(id, async () => {
        const changes = this.#changes(row, values);
        await this.#check(row, changes);
        await this.#write(row, changes, actor);
        const names = changes.map(({ name }) => name);
        await this.#handOn(row, names);
        return names;
      });
      await this.#tell(id, changed);
    } catch (error) {
      audit.refused(deed, withoutValues(error));
      throw error;
    }
    return this.get(id);
  }

  /** Hands a plugin that runs what another agent changed, and tells it. */
  async catchUp(id: number): Promise<boolean> {
    const { settings, registry, repository, lifecycle } = this.#parts;
    if (settings.changed(id).length === 0) return false;
    const changed = await lifecycle.exclusive(id, async () => {
      const row = repository.get(id);
      if (row === undefined || !registry.has(id)) return [];
      const names = settings.changed(id);
      await this.#handOn(row, names);
      return names;
    });
    await this.#tell(id, changed);
    return changed.length > 0;
  }

  #declared({ id, name, digest }: StoredPlugin): SettingsContribution {
    const { registry, contributions } = this.#parts;
    const running = registry.get(id)?.contributions;
    const known = running ?? (digest && contributions.get(digest));
    if (known) return known.settings ?? NONE;
    throw new PluginError(
      "PLUGIN_NOT_LOADED",
      `Cannot tell the settings of plugin "${name}": nobody knows them before it was loaded once; call loadPlugin(${id}) first`,
      { pluginId: id },
    );
  }

  /** What is other than it was; a secret that was only shown stays. */
  #changes(
    row: StoredPlugin,
    values: Readonly<Record<string, unknown>>,
  ): Change[] {
    if (typeof values !== "object" || values === null) {
      throw refused(row, [{ message: "must be an object", path: [] }]);
    }
    const declared = this.#declared(row);
    const kept = this.#parts.settings.kept(row.id);
    const issues: Issue[] = [];
    const changes = Object.entries(values).flatMap(([name, given]) => {
      const field = fieldOf(declared, name);
      const isSecret = field?.type === "secret";
      if (isSecret && isShownSecret(given)) return [];
      // An empty secret would be shown as set, while the plugin waits for it.
      const value = isSecret && given === "" ? null : given;
      const problem = problemOf(declared, field, value);
      if (problem !== undefined) {
        issues.push({ message: problem, path: [name] });
      }
      const before = kept.get(name);
      const isSame = before === undefined
        ? value === undefined || value === null
        : !before.isSecret && !isSecret &&
          JSON.stringify(before.value) === JSON.stringify(value);
      return isSame ? [] : [{ name, value, isSecret }];
    });
    if (issues.length > 0) throw refused(row, issues);
    return changes;
  }

  /** What a schema in the plugin's code says of all values together. */
  async #check(
    row: StoredPlugin,
    changes: readonly Change[],
  ): Promise<void> {
    const { registry, settings } = this.#parts;
    const plugin = registry.get(row.id);
    // A plugin that is not loaded is handed what fits when it is.
    if (!this.#declared(row).hasSchema || plugin === undefined) return;
    const stored = await settings.read(row, { lenient: true });
    for (const { name, value } of changes) {
      if (value === undefined || value === null) delete stored[name];
      else stored[name] = value;
    }
    const issues = await plugin.runner.checkSettings(stored);
    // What has no value yet may get it later: the plugin waits for it.
    const wrong = issues.map(settingIssue)
      .filter(({ path }) => path.length === 0 || String(path[0]) in stored);
    if (wrong.length > 0) throw refused(row, wrong);
  }

  async #write(
    row: StoredPlugin,
    changes: readonly Change[],
    actor: string | undefined,
  ): Promise<void> {
    const { settings, audit, atomically } = this.#parts;
    if (changes.length === 0) return;
    const writable = await Promise.all(
      changes.map(({ name, ...setting }) =>
        settings.prepare(row, name, setting)
      ),
    );
    atomically(() => {
      settings.write(row.id, writable);
      audit.done({
        action: "settings",
        actor,
        pluginId: row.id,
        plugin: row.name,
        detail: describe(changes),
      });
    });
  }

  async #handOn(
    row: StoredPlugin,
    changed: readonly string[],
  ): Promise<void> {
    const { registry, settings } = this.#parts;
    const plugin = registry.get(row.id);
    if (changed.length === 0 || plugin === undefined) return;
    await plugin.runner.configure(await settings.give(row));
  }

  /** What has not run yet has nothing to hear. */
  async #tell(id: number, changed: readonly string[]): Promise<void> {
    const { registry, tell } = this.#parts;
    if (changed.length === 0 || !registry.get(id)?.runner.active) return;
    await tell(id, "settings:changed", { changed });
  }
}

function fieldOf(
  { fields }: SettingsContribution,
  name: string,
): SettingContribution | undefined {
  return fields.find((field) => field.name === name);
}

/** What was kept as a secret stays one, whatever a later version calls it. */
function shown(
  field: SettingContribution | undefined,
  kept: KeptSetting | undefined,
): unknown {
  if (kept?.isSecret || field?.type === "secret") {
    return { set: kept !== undefined } satisfies ShownSecret;
  }
  return kept?.value ?? field?.default;
}

function isShownSecret(value: unknown): value is ShownSecret {
  return typeof value === "object" && value !== null && "set" in value &&
    typeof value.set === "boolean";
}

function problemOf(
  { hasSchema, isOpen }: SettingsContribution,
  field: SettingContribution | undefined,
  value: unknown,
): string | undefined {
  if (field === undefined && !isOpen) {
    return "is no setting of the plugin; see getSettingsForm()";
  }
  if (value === undefined || value === null) return undefined;
  const json = asJson(value);
  if (json === undefined) return "must be a value that JSON can hold";
  if (json.length > MAX_VALUE) {
    return `must have at most ${MAX_VALUE} characters`;
  }
  // A schema says more than the form that was made of it.
  if (hasSchema || field === undefined) return undefined;
  return settingProblem(field, value);
}

/** Undefined where JSON cannot hold the value, or makes another one of it. */
function asJson(value: unknown): string | undefined {
  if (typeof value === "number" && !Number.isFinite(value)) return undefined;
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

function refused(
  { id, name }: StoredPlugin,
  issues: readonly Issue[],
): ValidationError {
  const [first] = issues;
  const where = first!.path.map(String).join(".");
  const more = issues.length === 1 ? "" : ` (and ${issues.length - 1} more)`;
  return new ValidationError(
    "VALIDATION_FAILED",
    `Cannot change settings of plugin "${name}": ${
      [where, first!.message].filter(Boolean).join(" ")
    }${more}`,
    { issues, pluginId: id },
  );
}

/** What a schema says of a value may quote it, and the log is read by many. */
function withoutValues(error: unknown): unknown {
  if (!(error instanceof ValidationError)) return error;
  const names = new Set(
    error.issues.map(({ path }) => JSON.stringify(String(path[0] ?? ""))),
  );
  const { pluginId } = error;
  return new PluginError(
    "VALIDATION_FAILED",
    `Cannot change settings: the plugin does not take the values of ${
      [...names].join(", ")
    }`,
    pluginId === undefined ? {} : { pluginId },
  );
}

/** Names alone: values may be secrets. */
function describe(changes: readonly Change[]): string {
  const isCleared = ({ value }: Change) =>
    value === undefined || value === null;
  const names = (of: readonly Change[]) =>
    of.map(({ name }) => name).join(", ");
  const cleared = changes.filter(isCleared);
  const set = changes.filter((change) => !isCleared(change));
  return [
    ...(set.length === 0 ? [] : [`set ${names(set)}`]),
    ...(cleared.length === 0 ? [] : [`cleared ${names(cleared)}`]),
  ].join("; ");
}
