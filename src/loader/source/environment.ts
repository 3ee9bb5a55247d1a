/**
 * Environment variables as an object, as `process.env` and `Bun.env` are, which
 * answers where Deno would throw: what was not granted is not there.
 *
 * @module
 */

/**
 * Makes such an object. What is set without a grant is kept for the plugin
 * alone. Its text is put into bundles too: it can use nothing of this module.
 *
 * @param granted Names that may be read, where not all may: they cannot be
 * listed otherwise.
 */
export function environment(
  granted: readonly string[] = [],
): Record<string, string | undefined> {
  const own = new Map<string, string>();
  const hidden = new Set<string>();
  const isGranted = (variable?: string) => {
    const asked = variable === undefined
      ? { name: "env" as const }
      : { name: "env" as const, variable };
    return Deno.permissions.querySync(asked).state === "granted";
  };
  const read = (name: string) => {
    if (name === "" || name.includes("=") || name.includes("\0")) return;
    if (hidden.has(name)) return undefined;
    return own.get(name) ?? (isGranted(name) ? Deno.env.get(name) : undefined);
  };
  const write = (name: string, value?: string) => {
    if (name !== "" && isGranted(name)) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    } else if (value === undefined) {
      own.delete(name);
      hidden.add(name);
    } else {
      hidden.delete(name);
      own.set(name, value);
    }
    return true;
  };
  const names = () => {
    const known = isGranted() ? Object.keys(Deno.env.toObject()) : granted;
    return [...new Set([...known, ...own.keys()])]
      .filter((name) => read(name) !== undefined);
  };
  return new Proxy<Record<string, string | undefined>>({}, {
    get: (target, name) =>
      typeof name === "symbol"
        ? Reflect.get(target, name)
        : read(name) ?? Reflect.get(target, name),
    has: (_, name) => typeof name === "string" && read(name) !== undefined,
    ownKeys: names,
    getOwnPropertyDescriptor: (_, name) => {
      const value = typeof name === "string" ? read(name) : undefined;
      return value === undefined ? undefined : {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      };
    },
    set: (_, name, value) => write(String(name), `${value}`),
    defineProperty: (_, name, { value }) => write(String(name), `${value}`),
    deleteProperty: (_, name) => write(String(name)),
  });
}
