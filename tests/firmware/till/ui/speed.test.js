// Bounds that must hold with nothing else at work; tools/bench has the figures.
import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, firstLoad, scanToLine } from "./speed.js";

const slower = Number(process.env.COUNTERFOIL_SLOWER ?? "1");

test("the first load of the pages is small", () => {
  const size = bytes(process.env.COUNTERFOIL_PAGES);
  console.log(
    `first load ${size.first} bytes, all pages ${size.all} bytes, compressed`,
  );
  assert.ok(size.first < 150_000, `${size.first} bytes`);
});

test("a scan is painted soon", async () => {
  const { median_ms: median, p99_ms: p99 } = await scanToLine(300);
  console.log(
    `scan to painted line: ${median.toFixed(1)} ms median, ${p99.toFixed(1)} ms p99`,
  );
  assert.ok(p99 < 100 * slower, `${p99} ms`);
});

test("the first load is quick", async () => {
  const { median_ms: median } = await firstLoad(3);
  console.log(`first load: ${median.toFixed(0)} ms`);
  assert.ok(median < 1000 * slower, `${median} ms`);
});
