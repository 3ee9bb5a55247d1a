// @ts-types="./types/stringify.d.ts"
export * from "deno-std/yaml/stringify.js";
