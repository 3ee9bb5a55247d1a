/**
 * Tells from a hook's source text what it does with its first argument. To
 * copy the payload costs many times what calling the hook does, and hardly any
 * hook can tell the copy from the payload itself.
 *
 * @module
 */

/**
 * `reads`: it only reads properties of the payload, none of them one of the
 * three inherited names. `takesApart`: it takes nothing but the three. `any`:
 * the text does not tell.
 */
export type HookForm = "reads" | "takesApart" | "any";

/** Up to the end of the first parameter: a name, or a pattern of names. */
const HEAD =
  /^(?:async\b\s*)?(?:function\b\s*)?(?:(?:[\w$]+|"[^"]*"|'[^']*')\s*)?\(\s*(?:([\w$]+)|(\{[^{}()]*\}))\s*(?=[,)])/;
const BARE_ARROW = /^(?:async\s+)?([\w$]+)\s*=>/;
const THREE_NAMES =
  /^\{\s*(?:(?:container|logger|table)\s*(?::\s*[\w$]+\s*)?(?:,\s*|(?=\})))*\}$/;
/**
 * What reaches an argument, hides a name, or may assign to a property past a
 * look at the text: `[a.b] = …`, `{ x: a.b } = …`, `for (a.b of …)`.
 */
const OPAQUE =
  /\b(?:arguments|eval|with|delete)\b|\\u|[\]}]\s*=(?![=>])|\bfor\s*(?:await\s*)?\(\s*[\w$]+\s*\??\./;
/** `.name` or `?.name`, not one of the three, and not assigned to. */
const READ =
  /\s*\??\.\s*(?!(?:container|logger|table|__proto__)(?![\w$]))[\w$]+(?![\w$])(?!\s*(?:=(?![=>])|\+\+|--|\/[*/]|(?:[-+*/%&|^]|\*\*|<<|>>>?|&&|\|\||\?\?)=))/y;

/**
 * Classifies a hook.
 *
 * @returns What its source text shows; in doubt `any`, which is always right.
 */
// deno-lint-ignore ban-types -- every kind of function has a source text.
export function hookForm(hook: Function): HookForm {
  const source = Function.prototype.toString.call(hook);
  if (OPAQUE.test(source)) return "any";
  const head = HEAD.exec(source) ?? BARE_ARROW.exec(source);
  if (head === null) return "any";
  const [{ length }, name, pattern] = head;
  if (name === undefined) {
    return THREE_NAMES.test(pattern!) ? "takesApart" : "any";
  }
  return onlyReads(source.slice(length), name) ? "reads" : "any";
}

/**
 * Whether an action may hand its context on as a whole, copy it, or go through
 * its properties.
 *
 * @returns What its source text shows; in doubt `true`, which is always right.
 */
// deno-lint-ignore ban-types -- every kind of function has a source text.
export function mayCopyContext(action: Function): boolean {
  const source = Function.prototype.toString.call(action);
  if (NO_PARAMETERS.test(source)) return REACHES_ARGUMENTS.test(source);
  if (REACHES_ARGUMENTS.test(source)) return true;
  const head = HEAD.exec(source) ?? BARE_ARROW.exec(source);
  if (head === null) return true;
  const [{ length }, name, pattern] = head;
  if (name === undefined) return pattern!.includes("...");
  return !onlyReads(source.slice(length), name);
}

const NO_PARAMETERS = /^(?:async\b\s*)?(?:function\b\s*)?(?:[\w$]+\s*)?\(\s*\)/;
const REACHES_ARGUMENTS = /\b(?:arguments|eval)\b|\\u/;

function onlyReads(rest: string, name: string): boolean {
  const mention = new RegExp(
    String.raw`((?:\+\+|--)\s*)?(?<![\w$])${RegExp.escape(name)}(?![\w$])`,
    "g",
  );
  return [...rest.matchAll(mention)].every(({ 0: text, 1: changed, index }) => {
    READ.lastIndex = index + text.length;
    return changed === undefined && READ.test(rest);
  });
}
