// How quick the pages are: from a scanner's line to the painted one, the first load, its bytes.
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { openBrowser, Screen } from "./browser.js";
import { Till } from "./till.js";

const codes = [
  "5991234000018",
  "5991234000025",
  "5991234000087",
  "5991234000131",
];

function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[
    Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)
  ];
}

// Says when the basket's lines had changed and were painted.
async function watchLines(screen) {
  await screen.page.evaluate(() => {
    globalThis.painted = [];
    const lines = document.querySelector(".lines");
    new MutationObserver(() => {
      requestAnimationFrame(() => {
        const after = new MessageChannel();
        after.port1.onmessage = () =>
          globalThis.painted.push(performance.timeOrigin + performance.now());
        after.port2.postMessage(0);
      });
    }).observe(lines, { subtree: true, childList: true, characterData: true });
  });
}

const now = () => performance.timeOrigin + performance.now();

export async function scanToLine(scans) {
  const browser = await openBrowser();
  const till = await new Till().start();
  const screen = await Screen.open(browser, till);
  await screen.signIn("anna");
  await screen.openShift();
  await watchLines(screen);
  const took = [];
  for (let scan = 0; scan < scans; ++scan) {
    await screen.page.evaluate(() => void (globalThis.painted = []));
    const begun = now();
    till.scan(codes[scan % codes.length]);
    await screen.page.waitForFunction(
      () => globalThis.painted.length > 0,
      null,
      { polling: 5 },
    );
    took.push(
      (await screen.page.evaluate(() => globalThis.painted[0])) - begun,
    );
  }
  await screen.close();
  await browser.close();
  await till.remove();
  return { median_ms: percentile(took, 0.5), p99_ms: percentile(took, 0.99) };
}

// From the address to the names that can be touched, with nothing in the browser's store.
export async function firstLoad(times) {
  const browser = await openBrowser();
  const till = await new Till().start();
  const took = [];
  for (let time = 0; time < times; ++time) {
    const begun = now();
    const screen = await Screen.open(browser, till);
    await screen.sees("staff-anna");
    took.push(now() - begun);
    await screen.context.close();
  }
  await browser.close();
  await till.remove();
  return { median_ms: percentile(took, 0.5), worst_ms: Math.max(...took) };
}

// Floors: a browser that loads one small file of the same till, and one that paints a frame.
export async function emptyLoad(times) {
  const browser = await openBrowser();
  const till = await new Till().start();
  const took = [];
  for (let time = 0; time < times; ++time) {
    const context = await browser.newContext();
    const begun = now();
    const page = await context.newPage();
    await page.goto(`${till.url}/icon.svg`);
    took.push(now() - begun);
    await context.close();
  }
  await browser.close();
  await till.remove();
  return { median_ms: percentile(took, 0.5) };
}

export async function frames(times) {
  const browser = await openBrowser();
  const page = await browser.newPage();
  const took = await page.evaluate(async (count) => {
    const frame = () =>
      new Promise((resolve) => {
        const begun = performance.now();
        document.body.textContent = String(begun);
        requestAnimationFrame(() => {
          const after = new MessageChannel();
          after.port1.onmessage = () => resolve(performance.now() - begun);
          after.port2.postMessage(0);
        });
      });
    const all = [];
    for (let at = 0; at < count; ++at) all.push(await frame());
    return all;
  }, times);
  await browser.close();
  return { median_ms: percentile(took, 0.5), p99_ms: percentile(took, 0.99) };
}

// What the cashier's first load takes over the wire, and all files together, in bytes.
export function bytes(pages) {
  const read = (name) => readFileSync(path.join(pages, name));
  const sent = (name) =>
    /\.(js|css|html|svg)$/.test(name)
      ? gzipSync(read(name)).length
      : read(name).length;
  const index = read("index.html").toString();
  const named = [...index.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(
    (found) => found[1],
  );
  const styles = named
    .filter((name) => name.endsWith(".css"))
    .map((name) => read(name).toString());
  const fonts = styles.flatMap((text) =>
    [...text.matchAll(/url\(\/(assets\/[^)]+)\)/g)].map((found) => found[1]),
  );
  const first = ["index.html", ...new Set([...named, ...fonts])];
  const all = readdirSync(pages, { recursive: true }).filter(
    (name) =>
      !name.endsWith(".gz") && statSync(path.join(pages, name)).isFile(),
  );
  const sum = (names) => names.reduce((total, name) => total + sent(name), 0);
  return { first: sum(first), all: sum(all), fonts: sum([...new Set(fonts)]) };
}
