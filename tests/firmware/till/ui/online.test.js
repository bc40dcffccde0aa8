// The same pages while the till is in touch with a centre, while it is cut off, and again after.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { openBrowser, Screen } from "./browser.js";
import { until } from "./till.js";

const run = process.env.COUNTERFOIL_RUN;
const startS = 120;

let folder;
let demo;
let browser;
let till;

// The broker of this demo, by what its command line names.
function brokers() {
  const lines = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const words = (process) => {
    try {
      return readFileSync(`/proc/${process}/cmdline`, "utf8").split("\0");
    } catch {
      return [];
    }
  };
  const isOurs = (line) =>
    line[0]?.endsWith("mosquitto") && line.join(" ").includes(folder);
  return lines.filter((process) => isOurs(words(process))).map(Number);
}

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "counterfoil-kiosk-online-"));
  const given = [
    "--programs",
    process.env.COUNTERFOIL_PROGRAMS,
    "--data",
    `${folder}/demo`,
  ];
  demo = spawn(run, given, { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  demo.stdout.on("data", (data) => (said += data));
  const url = /(http:\/\/127\.0\.0\.1:\d+)/;
  await until(() => /Ctrl-C/.test(said) && url.test(said), startS);
  const { pins } = JSON.parse(readFileSync(`${folder}/demo/demo.json`));
  till = { url: said.match(url)[1], pins };
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  for (const broker of brokers()) process.kill(broker, "SIGCONT");
  const ended = new Promise((resolve) => demo.once("exit", resolve));
  if (demo.exitCode === null && demo.kill("SIGINT")) await ended;
  rmSync(folder, { recursive: true, force: true });
});

async function sell(screen) {
  await screen.touch("product-101");
  await screen.says("line-1", "Sajtburger");
  await screen.touch("key-pay", "pay-exact");
  await screen.sees("sold");
  await screen.touch("next");
}

test("sales online, cut off, and online again: the banner says which, and nothing waits", async () => {
  const screen = await Screen.open(browser, till);
  await screen.signIn("anna");
  if (await screen.part("float").isVisible()) await screen.openShift();
  await screen.says("sync", "Kapcsolatban");
  await sell(screen);
  const [broker] = brokers();
  assert.ok(broker, "no broker of this demo is seen");
  process.kill(broker, "SIGSTOP");
  await screen.says("sync", "Nincs válasz");
  await screen.touch("sync");
  await screen.says("network-panel", /\p{L}{4}/u);
  await screen.keys("Escape");
  await sell(screen);
  await screen.says("sync", /[1-9]\d* elküldetlen/);
  process.kill(broker, "SIGCONT");
  await screen.says("sync", "Kapcsolatban");
  await until(
    async () => !/elküldetlen/.test(await screen.part("sync").textContent()),
  );
  await screen.close();
});
