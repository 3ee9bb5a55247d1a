/**
 * Reads what a page's template says beside its widgets.
 *
 * @module
 */
import { openYaml, readYamlIfOpen } from "../../shared/document/lazy_yaml.ts";
import type {
  FrontendAction,
  FrontendLoader,
  FrontendTemplate,
  JsonObject,
  PluginFrontendRoute,
} from "../../plugin/plugin.ts";

/** The parts of a template that the server uses. */
export interface TemplateParts {
  /** The template's own loaders. */
  readonly loaders: readonly FrontendLoader[];
  /** The template's own actions. */
  readonly actions: readonly FrontendAction[];
  /** The state that the page starts with. */
  readonly initialState: JsonObject;
}

const parsed = new WeakMap<PluginFrontendRoute, TemplateParts>();

/**
 * Reads a page's template, text only once. A template that does not parse has
 * no parts; the page that shows it says what is wrong.
 */
export function templateParts(route: PluginFrontendRoute): TemplateParts {
  const known = parsed.get(route);
  if (known !== undefined) return known;
  const template = toObject(route.template);
  const parts = partsOf(template ?? {});
  if (template !== undefined) parsed.set(route, parts);
  return parts;
}

function partsOf(template: JsonObject): TemplateParts {
  return {
    loaders: identified<FrontendLoader>(template.loaders),
    actions: identified<FrontendAction>(template.actions),
    initialState: record(record(template.state).initial),
  };
}

/** Templates are not validated at loading, so a list may hold anything. */
function identified<T extends { id: string }>(list: unknown): readonly T[] {
  if (!Array.isArray(list)) return [];
  return list.filter((item): item is T => typeof record(item).id === "string");
}

/** Undefined as long as there is nothing to read it with. */
function toObject(
  template: FrontendTemplate | object,
): JsonObject | undefined {
  if (typeof template !== "string") return record(template);
  // JSON is YAML, and flow-style YAML begins as JSON does.
  const document = readYamlIfOpen(template);
  if (document === undefined) {
    // Loading the plugin opens it, so that this is for the next who ask.
    openYaml().catch(() => {});
    return undefined;
  }
  return document.issues.length === 0 ? record(document.value) : {};
}

function record(value: unknown): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as JsonObject
    : {};
}
