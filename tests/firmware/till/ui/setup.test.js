// A till's first start, at the pages that are there before the till is.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { copyFileSync } from "node:fs";
import path from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import {
  golden,
  noViolations,
  openBrowser,
  Screen,
  sizes,
  touchable,
} from "./browser.js";
import { Till, tool, until } from "./till.js";

// Nothing listens there.
const nobody = "http://127.0.0.1:9";

let browser;
let till;
let setting;
let screen;

// Serves the pages for a folder in which there is no till, or one without data.
class Setting {
  async start(data) {
    const given = [
      "--data",
      data,
      "--board",
      path.join(till.data, "board.json"),
      "--port",
      "0",
    ];
    const program = path.join(process.env.COUNTERFOIL_PROGRAMS, "counterfoil");
    this.process = spawn(program, ["setup", ...given], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.ended = new Promise((resolve) => this.process.on("exit", resolve));
    const line = await new Promise((resolve, reject) => {
      this.process.stdout.once("data", (said) => resolve(String(said)));
      this.process.once("exit", () =>
        reject(new Error("it ended before it listened")),
      );
    });
    this.port = Number(line.match(/:(\d+)\//)[1]);
    this.url = `http://127.0.0.1:${this.port}`;
    return this;
  }

  async stop() {
    if (this.process.exitCode === null) this.process.kill();
    await this.ended;
  }
}

before(async () => {
  browser = await openBrowser();
});
after(() => browser.close());
beforeEach(() => {
  till = new Till();
});
afterEach(async () => {
  await screen?.close();
  await setting?.stop();
  await till.remove();
});

async function opened(data, options) {
  setting = await new Setting().start(data);
  screen = await Screen.open(browser, setting, options);
}

async function looksRight(name) {
  for (const size of ["small", "usual", "large"]) {
    await screen.page.setViewportSize(sizes[size]);
    await touchable(screen);
    await golden(screen, `setup-${name}-${size}`);
  }
  await noViolations(screen);
}

test("language, address and code; what is wrong is said beside it, and what failed, why", async () => {
  await opened(path.join(till.folder, "new"));
  await screen.sees("in-hu");
  await looksRight("language");
  await screen.touch("in-en");
  await screen.sees("setup-url");
  await screen.part("setup-url").fill("centre.example");
  await screen.part("setup-code").fill("ABCD-EFG");
  await screen.touch("setup-begin");
  await screen.page.locator(".problem", { hasText: "https://" }).waitFor();
  await screen.page.locator(".problem", { hasText: "12 letters" }).waitFor();
  await looksRight("wrong");
  await screen.part("setup-url").fill(nobody);
  await screen.part("setup-code").fill("");
  // By touch, with an O for a 0 and an I for a 1.
  for (const letter of "OBCDEFGHJKMI")
    await screen.page.locator(".letter", { hasText: letter }).click();
  await screen.touch("setup-begin");
  await screen.sees("setup-failed");
  await noViolations(screen);
  await screen.keys("Enter");
  // What was typed is still there.
  assert.equal(await screen.part("setup-url").inputValue(), nobody);
  assert.equal(await screen.part("setup-code").inputValue(), "OBCDEFGHJKMI");
});

test("a till that is set up waits for its data, and goes on to the sign-in by itself", async () => {
  const data = path.join(till.folder, "new");
  tool("till", "--data", data, "init", "--terminal", "T01", "--store", "1");
  await opened(data);
  await screen.says("setup-works", "úton vannak");
  await looksRight("waits");
  const board = path.join(till.data, "board.json");
  copyFileSync(path.join(till.data, "mirror.db"), path.join(data, "mirror.db"));
  copyFileSync(board, path.join(data, "board.json"));
  await screen.says("setup-works", "Most elindul");
  await setting.ended;
  till.data = data;
  till.port = setting.port;
  await till.start();
  await screen.sees("staff-anna");
  await until(async () => (await screen.part("setup").count()) === 0);
});
