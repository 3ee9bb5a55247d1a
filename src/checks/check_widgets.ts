/**
 * Checks the widgets of a page or a fragment: their types, their props, and the
 * actions and fragments that they name.
 *
 * @module
 */
import { isObject, kindOf } from "../shared/text/kind_of.ts";
import { didYouMean, nearestName } from "../shared/text/nearest_name.ts";
import type { Path } from "../shared/text/format_path.ts";
import type { AdviceList } from "./advice.ts";
import { checkActionId, type PageNames } from "./check_page_calls.ts";
import type { Part } from "./page_parts.ts";
import {
  NEEDED_PROPS,
  type PropRule,
  WIDGET_RULES,
  type WidgetRule,
} from "./widget_rules.ts";

/** What widgets are checked against. */
export interface WidgetCheck {
  /** What they may name. */
  readonly names: Pick<PageNames, "actions" | "fragments">;
  /** Receives what is found. */
  readonly advice: AdviceList;
}

/** Checks the widgets of one page. */
export class WidgetChecker {
  readonly #names: WidgetCheck["names"];
  readonly #advice: AdviceList;
  readonly #ids = new Set<string>();

  constructor({ names, advice }: WidgetCheck) {
    this.#names = names;
    this.#advice = advice;
  }

  /**
   * Checks a list of widgets.
   *
   * @param path Where it is.
   */
  checkAll(widgets: unknown, path: Path): void {
    if (widgets === undefined || widgets === null) return;
    if (!Array.isArray(widgets)) {
      const is = kindOf(widgets);
      return this.#advice.add(
        path,
        `must be an array of widgets, and is ${is}`,
      );
    }
    widgets.forEach((widget: unknown, index) =>
      this.check(widget, [...path, index])
    );
  }

  /**
   * Checks a widget and all that it holds.
   *
   * @param path Where it is.
   */
  check(widget: unknown, path: Path): void {
    if (!isObject(widget)) {
      const is = kindOf(widget);
      return this.#advice.add(path, `must be a widget, and is ${is}`);
    }
    this.#checkId(widget, path);
    if (widget.type === "fragment") this.#checkFragment(widget, path);
    else this.#checkType(widget, path);
    this.#checkActions(widget, path);
    this.#checkLoop(widget, path);
    this.checkAll(widget.children, [...path, "children"]);
  }

  #checkId({ id }: Part, path: Path): void {
    if (typeof id !== "string") return;
    if (this.#ids.has(id)) {
      this.#advice.add(
        [...path, "id"],
        `is "${id}", as is that of another widget`,
      );
    }
    this.#ids.add(id);
  }

  #checkFragment({ fragmentId }: Part, path: Path): void {
    const { fragments } = this.#names;
    if (typeof fragmentId === "string" && fragments.has(fragmentId)) return;
    const meant = didYouMean(String(fragmentId), fragments);
    this.#advice.add(
      [...path, "fragmentId"],
      fragmentId === undefined
        ? "is missing, so that nothing is shown"
        : `names ${
          JSON.stringify(fragmentId)
        }, which is none of the sharedFragments${meant}`,
    );
  }

  #checkType(widget: Part, path: Path): void {
    const { type } = widget;
    const rule = WIDGET_RULES.get(String(type));
    if (rule === undefined) {
      const meant = didYouMean(String(type), WIDGET_RULES.keys());
      return this.#advice.add(
        [...path, "type"],
        type === undefined
          ? "is missing, so that nothing is shown"
          : `is ${
            JSON.stringify(type)
          }, which is no widget that is known here${meant}`,
      );
    }
    this.#checkProps(widget, rule, path);
  }

  #checkProps(widget: Part, rule: WidgetRule, path: Path): void {
    const { type } = widget;
    const props = isObject(widget.props) ? widget.props : {};
    const bindings = isObject(widget.bindings) ? widget.bindings : {};
    if (widget.props !== undefined && !isObject(widget.props)) {
      const is = kindOf(widget.props);
      this.#advice.add([...path, "props"], `must be an object, and is ${is}`);
    }
    for (const needed of NEEDED_PROPS.get(String(type)) ?? []) {
      if (needed in props || needed in bindings) continue;
      const what = `has no ${needed}, which a ${type} needs`;
      this.#advice.add([...path, "props"], what);
    }
    for (const [name, value] of Object.entries(props)) {
      this.#checkProp({ type, name, value }, rule, [...path, "props", name]);
    }
  }

  #checkProp(
    { type, name, value }: { type: unknown; name: string; value: unknown },
    rule: WidgetRule,
    path: Path,
  ): void {
    if (!Object.hasOwn(rule, name)) {
      // Consoles hand on to the page what they do not know themselves.
      const meant = nearestName(name, Object.keys(rule));
      if (meant === undefined) return;
      const what = `is no prop of a ${type}; did you mean "${meant}"?`;
      return this.#advice.add(path, what);
    }
    if (!fits(value, rule[name]!)) {
      this.#advice.add(path, misfit(value, rule[name]!));
    }
  }

  #checkActions({ type, props, actions }: Part, path: Path): void {
    const on = { names: this.#names, advice: this.#advice };
    if ((type === "button" || type === "card") && isObject(props)) {
      checkActionId(props.action, [...path, "props", "action"], on);
    }
    if (!isObject(actions)) return;
    for (const [event, id] of Object.entries(actions)) {
      checkActionId(id, [...path, "actions", event], on);
    }
  }

  #checkLoop({ loop }: Part, path: Path): void {
    if (loop === undefined || loop === null) return;
    if (isObject(loop) && typeof loop.items === "string") return;
    const what = "must name the list that it repeats the widget for";
    this.#advice.add([...path, "loop", "items"], what);
  }
}

/** What is bound in a string is known when the page is shown. */
function fits(value: unknown, rule: PropRule): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === "string" && value.includes("{{")) return true;
  if (typeof rule !== "string") return rule.includes(String(value));
  if (rule === "list") return Array.isArray(value);
  return rule.split(" or ").includes(typeof value);
}

function misfit(value: unknown, rule: PropRule): string {
  const is = typeof value === "string" ? JSON.stringify(value) : kindOf(value);
  if (typeof rule === "string") return `must be a ${rule}, and is ${is}`;
  const meant = typeof value === "string" ? didYouMean(value, rule) : "";
  return `is ${is}, and none of ${rule.join(", ")}${meant}`;
}
