// The library's modules name each other without ".js", as bundlers allow and Node.js does not.
// Loaded before the test (node --import), this lets Node.js find them.

import { register } from "node:module";

const hook = `export async function resolve(specifier, context, next) {
  try {
    return await next(specifier, context);
  } catch (error) {
    if (specifier.startsWith(".")) return next(specifier + ".js", context);
    throw error;
  }
}`;

register("data:text/javascript," + encodeURIComponent(hook));
