/**
 * What the person who is signed in may do; the server decides, the console only
 * leaves away what would be refused.
 *
 * @module
 */
import { user } from "./api/client.ts";

/** Whether plugins may be changed. */
export function canChange(): boolean {
  return user.value?.role !== "viewer" && user.value !== undefined;
}

/** Whether everything may be done. */
export function isAdmin(): boolean {
  return user.value?.role === "admin";
}
