/**
 * Templates as the original's frontend reads them: it wants widgets, and the
 * seed's templates have a body.
 *
 * @module
 */
import type { FrontendTemplate } from "../../plugin/plugin.ts";

/** A template in the form that goes over the wire. */
export function wireTemplate(template: FrontendTemplate): FrontendTemplate {
  if (typeof template === "string") return template;
  const { widgets, body, ...rest } = template as {
    readonly widgets?: unknown;
    readonly body?: unknown;
  };
  if (Array.isArray(widgets)) return template;
  const children = body === undefined
    ? []
    : Array.isArray(body)
    ? body
    : [body];
  return { ...rest, widgets: children } as FrontendTemplate;
}
