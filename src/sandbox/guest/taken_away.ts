/**
 * Takes from a guest's process what keeps data beside the plugin's table, or
 * reaches a device, and asks for no permission: it would be shared among
 * plugins, and outlive them. What it is backed by is out of reach anyway; this
 * makes code that looks for it find that it is not there.
 *
 * @module
 */

/** What keeps data in files. */
const STORAGE = ["localStorage", "sessionStorage", "caches", "indexedDB"];

/** Takes it away. */
export function takeAway(mayUseGpu: boolean): void {
  for (const name of STORAGE) remove(globalThis, name);
  if (!mayUseGpu) remove(navigator, "gpu");
}

function remove(object: object, name: string): void {
  for (
    let holder: object | null = object;
    holder !== null;
    holder = Object.getPrototypeOf(holder)
  ) Reflect.deleteProperty(holder, name);
}
