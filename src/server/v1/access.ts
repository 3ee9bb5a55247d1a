/**
 * Who may do what: one table of the routes of `/api/v1`. A route that is not
 * in it is not served.
 *
 * @module
 */
import type { Role } from "../auth/principal.ts";

/** The role that a route needs; `"open"` for everybody, `"user"` for whoever is signed in. */
export type Access = Role | "open";

/** The role that each route needs. */
export const ACCESS: Readonly<Record<string, Access>> = {
  "GET /session/state": "open",
  "POST /session/first": "open",
  "POST /session": "open",
  "POST /session/refresh": "open",
  "DELETE /session": "open",
  "GET /session/me": "viewer",
  "POST /session/password": "viewer",
  "GET /session/all": "viewer",
  "DELETE /session/all/:id": "viewer",
  "POST /session/ticket": "viewer",
  "GET /users": "admin",
  "POST /users": "admin",
  "PATCH /users/:id": "admin",
  "DELETE /users/:id": "admin",
  "GET /keys": "admin",
  "POST /keys": "admin",
  "DELETE /keys/:id": "admin",
  "GET /plugins": "viewer",
  "GET /plugins/:id": "viewer",
  "GET /plugins/:id/audit": "viewer",
  "GET /plugins/:id/versions": "viewer",
  "GET /plugins/:id/permissions": "viewer",
  "GET /audit": "viewer",
  "POST /plugins/dry-run": "operator",
  "POST /plugins": "operator",
  "POST /plugins/:id/enable": "operator",
  "POST /plugins/:id/disable": "operator",
  "POST /plugins/:id/load": "operator",
  "POST /plugins/:id/unload": "operator",
  "POST /plugins/:id/reload": "operator",
  "POST /plugins/:id/rollback": "operator",
  "PUT /plugins/:id/pin": "operator",
  "PUT /plugins/:id/permissions": "admin",
  "DELETE /plugins/:id": "admin",
  "GET /pages": "viewer",
  "POST /plugins/:id/pages": "viewer",
  "POST /plugins/:id/pages/loaders/:loader": "viewer",
  "POST /plugins/:id/pages/actions/:action": "operator",
  "GET /plugins/:id/settings": "viewer",
  "PUT /plugins/:id/settings": "operator",
  "GET /plugins/:id/public-routes": "viewer",
  "PUT /plugins/:id/public-routes": "admin",
  "GET /schedules": "viewer",
  "GET /plugins/:id/schedules": "viewer",
  "POST /plugins/:id/schedules/:name/run": "operator",
  "GET /updates": "viewer",
  "GET /updates/:id": "operator",
  "POST /updates/check": "operator",
  "POST /updates": "operator",
  "POST /updates/:id": "operator",
  "PUT /plugins/:id/update-policy": "operator",
  "GET /repositories": "viewer",
  "POST /repositories": "admin",
  "DELETE /repositories/:id": "admin",
  "GET /catalogue": "viewer",
  "GET /logs": "viewer",
  "GET /events": "viewer",
  "GET /openapi.json": "viewer",
};
