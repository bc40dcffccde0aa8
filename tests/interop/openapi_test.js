// An independent linter reads the description that a running program gives of its own routes.
// Usage: openapi_test.js COUNTERFOIL_AGGREGATOR

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createConfig, lintFromString } from "@redocly/openapi-core";

// Which licence a merchant's own server is under is nobody's business here.
const config = await createConfig({
  extends: ["recommended"],
  rules: { "info-license": "off", "operation-operationId-unique": "error" },
});

async function problemsOf(source) {
  const found = await lintFromString({ source, config });
  return found.map(({ ruleId, message, location }) =>
    `${ruleId}: ${message} at ${location[0]?.pointer}`);
}

async function portOf(server) {
  for await (const line of createInterface({ input: server.stdout })) {
    const listening = /^listening: http:\/\/127\.0\.0\.1:(\d+)\//.exec(line);
    if (listening) return listening[1];
  }
  throw new Error("the centre did not start");
}

const folder = mkdtempSync(join(tmpdir(), "openapi-"));
const server = spawn(process.argv[2], ["run", "--data", join(folder, "centre"), "--port", "0"],
  { stdio: ["ignore", "pipe", "ignore"] });
const ended = new Promise((resolve) => server.on("exit", resolve));
try {
  const port = await portOf(server);
  const source = await (await fetch(`http://127.0.0.1:${port}/api/openapi.json`)).text();
  assert.deepEqual(await problemsOf(source), []);
  const broken = JSON.parse(source);
  delete broken.paths["/api/customers"].get.responses;
  assert.notDeepEqual(await problemsOf(JSON.stringify(broken)), []);
  console.log(`${Object.keys(broken.paths).length} paths, nothing found`);
} finally {
  server.kill("SIGTERM");
  await ended;
  rmSync(folder, { recursive: true });
}
