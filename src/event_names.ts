/**
 * The two dialects of event names, and which are one event.
 *
 * @module
 */

const ALIASES: ReadonlyMap<string, string> = new Map([
  ["onContainerStart", "container:started"],
  ["onContainerStop", "container:stopped"],
  ["onContainerRestart", "container:restarted"],
  ["onContainerPause", "container:paused"],
  ["onContainerUnpause", "container:unpaused"],
  ["onContainerCreate", "container:created"],
  ["onContainerDie", "container:died"],
  ["onContainerRemove", "container:removed"],
  ["container:destroyed", "container:removed"],
  ["onImagePull", "image:pulled"],
  ["onImageRemove", "image:removed"],
  ["onServerBoot", "server:boot"],
]);

/**
 * The one name of an event that has several.
 *
 * @param event A name in either dialect, or any other name.
 * @returns The name in the `subject:verb` dialect, or the name itself.
 */
export function canonicalEvent(event: string): string {
  return ALIASES.get(event) ?? event;
}
