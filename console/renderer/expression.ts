/**
 * Conditions: paths, literals, comparisons, not, and, or. Nothing in them is
 * run as code.
 *
 * @module
 */
import { lookUp, type Scope } from "./paths.ts";

type Evaluate = (scope: Scope) => unknown;

const TOKEN =
  /\s*(===|!==|==|!=|<=|>=|&&|\|\||[<>!()]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|-?\d+(?:\.\d+)?(?![\w.$-])|[\p{L}_$][\p{L}\p{N}_$-]*(?:\.[\p{L}\p{N}_$-]+)*)/yu;
const LITERALS = new Map<string, unknown>([
  ["true", true],
  ["false", false],
  ["null", null],
  ["undefined", undefined],
]);
const MAX_LENGTH = 2_000;
const MAX_KEPT = 500;

const known = new Map<string, Evaluate | undefined>();

/**
 * Evaluates an expression.
 *
 * @returns Its value; `undefined` where it is not well formed.
 */
export function evaluate(expression: string, scope: Scope): unknown {
  return compiled(expression)?.(scope);
}

/** Whether a condition holds. One that cannot be read hides nothing. */
export function holds(condition: string, scope: Scope): boolean {
  if (condition.trim() === "") return true;
  const evaluated = compiled(condition);
  return evaluated === undefined || Boolean(evaluated(scope));
}

function compiled(expression: string): Evaluate | undefined {
  if (known.has(expression)) return known.get(expression);
  if (known.size >= MAX_KEPT) known.clear();
  const tokens = tokensOf(expression);
  const parsed = tokens && new Parser(tokens).parse();
  known.set(expression, parsed);
  return parsed;
}

function tokensOf(expression: string): string[] | undefined {
  if (expression.length > MAX_LENGTH) return undefined;
  const tokens: string[] = [];
  const trimmed = expression.trim();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < trimmed.length) {
    const found = TOKEN.exec(trimmed);
    if (found === null) return undefined;
    tokens.push(found[1]!);
  }
  return tokens;
}

/** Reads tokens by recursive descent. */
class Parser {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  parse(): Evaluate | undefined {
    try {
      const whole = this.#or();
      return this.#at === this.#tokens.length ? whole : undefined;
    } catch {
      return undefined;
    }
  }

  #take(...tokens: readonly string[]): string | undefined {
    const next = this.#tokens[this.#at];
    if (next === undefined || !tokens.includes(next)) return undefined;
    this.#at++;
    return next;
  }

  #or(): Evaluate {
    let left = this.#and();
    while (this.#take("||")) {
      const [before, after] = [left, this.#and()];
      left = (scope) => before(scope) || after(scope);
    }
    return left;
  }

  #and(): Evaluate {
    let left = this.#comparison();
    while (this.#take("&&")) {
      const [before, after] = [left, this.#comparison()];
      left = (scope) => before(scope) && after(scope);
    }
    return left;
  }

  #comparison(): Evaluate {
    const left = this.#not();
    const operator = this.#take("===", "!==", "==", "!=", "<", "<=", ">", ">=");
    if (operator === undefined) return left;
    const right = this.#not(true);
    return (scope) => compare(operator, left(scope), right(scope));
  }

  #not(isRight = false): Evaluate {
    if (!this.#take("!")) return this.#primary(isRight);
    const inner = this.#not(isRight);
    return (scope) => !inner(scope);
  }

  #primary(isRight: boolean): Evaluate {
    if (this.#take("(")) {
      const inner = this.#or();
      if (!this.#take(")")) throw new SyntaxError("no closing parenthesis");
      return inner;
    }
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new SyntaxError("too short");
    if (LITERALS.has(token)) return () => LITERALS.get(token);
    if (/^["']/.test(token)) {
      const literal = token.slice(1, -1).replace(/\\(.)/g, "$1");
      return () => literal;
    }
    if (/^-?\d/.test(token)) return () => Number(token);
    if (!/^[\p{L}_$]/u.test(token)) throw new SyntaxError("an operator");
    // `status === running`: authors leave the quotes away, and it always worked.
    return (scope) => {
      const value = lookUp(scope, token);
      return value === undefined && isRight ? token : value;
    };
  }
}

function compare(operator: string, left: unknown, right: unknown): boolean {
  switch (operator) {
    case "===":
    case "==":
      return left === right;
    case "!==":
    case "!=":
      return left !== right;
  }
  if (typeof left !== typeof right) return false;
  if (typeof left !== "number" && typeof left !== "string") return false;
  const other = right as typeof left;
  switch (operator) {
    case "<":
      return left < other;
    case "<=":
      return left <= other;
    case ">":
      return left > other;
    default:
      return left >= other;
  }
}
