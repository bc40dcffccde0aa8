// Debian's Chromium at a till's pages: what a person does, sees and hears said.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import pixelmatch from "pixelmatch";
import { chromium } from "playwright-core";
import { PNG } from "pngjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const axe = readFileSync(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);

export const sizes = {
  small: { width: 800, height: 480 },
  usual: { width: 1024, height: 600 },
  large: { width: 1280, height: 800 },
};

// Nothing but the till is asked for anything.
const quiet = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--font-render-hinting=none",
  "--force-color-profile=srgb",
];

export function openBrowser() {
  return chromium.launch({ executablePath: "/usr/bin/chromium", args: quiet });
}

export class Screen {
  static async open(
    browser,
    till,
    { size = sizes.large, language = "hu", touch = false } = {},
  ) {
    const context = await browser.newContext({
      viewport: size,
      hasTouch: touch,
      locale: "hu-HU",
    });
    return new Screen(context, await context.newPage(), till).visit(
      `/?language=${language}`,
    );
  }

  constructor(context, page, till) {
    Object.assign(this, { context, page, till, faults: [] });
    page.setDefaultTimeout(20_000);
    page.on("pageerror", (error) => this.faults.push(error.message));
    page.on("console", (message) => {
      // That the till is away for a moment is seen on the page.
      const isAway =
        /ERR_CONNECTION|Failed to load resource|ERR_INCOMPLETE/.test(
          message.text(),
        );
      if (message.type() === "error" && !isAway)
        this.faults.push(message.text());
    });
  }

  // Another page of the same browser.
  async another(where = "/") {
    return new Screen(
      this.context,
      await this.context.newPage(),
      this.till,
    ).visit(where);
  }

  async visit(where) {
    await this.page.goto(this.till.url + where);
    return this;
  }

  part(name) {
    return this.page.locator(`[data-test="${name}"]`).first();
  }

  async sees(name) {
    await this.part(name).waitFor();
    return this;
  }

  async says(name, text) {
    const part = this.part(name);
    await part.filter({ hasText: text }).waitFor();
    return this;
  }

  async touch(...names) {
    for (const name of names) await this.part(name).click();
    return this;
  }

  async keys(...keys) {
    for (const key of keys) await this.page.keyboard.press(key);
    return this;
  }

  async types(text) {
    await this.page.keyboard.type(text);
    return this;
  }

  // As quickly as a scanner does, which this program would be too slow for key by key.
  async scannerTypes(text) {
    await this.page.evaluate((keys) => {
      for (const key of keys)
        document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    }, [...text, "Enter"]);
    return this;
  }

  // A number on the pad that is on the screen.
  async pad(digits) {
    const pad = this.page.locator(".pad-key");
    for (const digit of digits)
      await pad.getByText(digit, { exact: true }).click();
    return this;
  }

  async signIn(staff = "anna") {
    await this.touch(`staff-${staff}`);
    await this.sees("pin");
    await this.types(this.till.pins[staff]);
    await this.keys("Enter");
    await this.part("sign-out").waitFor();
    return this;
  }

  async openShift(float = "20000") {
    await this.sees("float");
    await this.types(float);
    await this.keys("Enter");
    await this.sees("search");
    return this;
  }

  // One of a product, exactly paid in cash.
  async sells(product) {
    await this.touch(`product-${product}`);
    await this.sees("line-1");
    await this.keys("F9");
    await this.touch("pay-exact", "next");
    return this.sees("search");
  }

  // What the till answers this page.
  asks(path) {
    return this.page.evaluate(async (where) => (await fetch(where)).json(), path);
  }

  async total() {
    return (await this.part("total").textContent()).replace(/\s/g, " ");
  }

  async close() {
    assert.deepEqual(this.faults, [], "what the browser complains of");
    // What programs call a refusal is no word for people.
    assert.doesNotMatch(
      await this.page.textContent("body"),
      /[A-Z]{3,}_[A-Z_]{2,}/,
    );
    await this.page.close();
  }
}

export async function noViolations(screen) {
  await screen.page.evaluate(axe);
  const found = await screen.page.evaluate(() => globalThis.axe.run(document));
  const told = found.violations.map(
    (one) =>
      `${one.id}: ${one.help}\n  ${one.nodes.map((node) => node.html).join("\n  ")}`,
  );
  assert.deepEqual(told, []);
}

const smallest = 44;

// Whatever can be touched is large enough for a finger, and on the screen.
export async function touchable(screen) {
  const small = await screen.page.evaluate((least) => {
    const parts = document.querySelectorAll(
      "button, a, input, label.back-line",
    );
    return [...parts]
      .filter(
        (part) => part.getClientRects().length > 0 && part.type !== "checkbox",
      )
      .map((part) => ({ part, box: part.getBoundingClientRect() }))
      .filter(({ box }) => box.width < least || box.height < least)
      .map(
        ({ part, box }) =>
          `${part.outerHTML.slice(0, 90)}: ${box.width}x${box.height}`,
      );
  }, smallest - 0.5);
  assert.deepEqual(small, []);
}

// Nothing is wider than the screen, and what has the focus is seen to have it.
export async function fits(screen) {
  const wide = await screen.page.evaluate(() => {
    const cut = (part) => part.scrollWidth > part.clientWidth + 1;
    const all = document.querySelectorAll(
      ".key, .product, .tab, .top, .cart, .left, body",
    );
    return [...all].filter(cut).map((part) => part.outerHTML.slice(0, 120));
  });
  assert.deepEqual(wide, []);
}

export async function showsFocus(screen, steps = 12) {
  for (let step = 0; step < steps; ++step) {
    await screen.keys("Tab");
    const seen = await screen.page.evaluate(() => {
      const part = document.activeElement;
      if (!part || part === document.body) return true;
      const style = getComputedStyle(part);
      return (
        style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
      );
    });
    assert.ok(seen, "the focus is not seen");
  }
}

const tolerance = 0.001;
const kept = path.join(here, "golden");
const made =
  process.env.COUNTERFOIL_PICTURES ??
  path.join(here, "../../../../build/pictures");

// The screen against its picture that a person has looked at. COUNTERFOIL_GOLDEN=write makes it anew.
export async function golden(screen, name) {
  await screen.page.evaluate(async () => {
    // As wide on every machine, however long the till has waited there.
    for (const part of document.querySelectorAll(".pill-more, [data-changing]"))
      part.textContent = "…";
    await document.fonts.ready;
  });
  const changing = ["sync", "clock", "at", "hash", "qr"].map((one) =>
    screen.page.locator(`[data-test="${one}"], [data-changing]`),
  );
  const shot = await screen.page.screenshot({
    animations: "disabled",
    caret: "hide",
    mask: changing,
    maskColor: "#8888aa",
  });
  const file = path.join(kept, `${name}.png`);
  if (process.env.COUNTERFOIL_GOLDEN === "write") {
    mkdirSync(kept, { recursive: true });
    return writeFileSync(file, shot);
  }
  mkdirSync(made, { recursive: true });
  writeFileSync(path.join(made, `${name}.png`), shot);
  assert.ok(
    existsSync(file),
    `there is no picture ${file} yet; look at ${made}/${name}.png`,
  );
  compare(PNG.sync.read(readFileSync(file)), PNG.sync.read(shot), name);
}

function compare(wanted, found, name) {
  assert.deepEqual(
    [found.width, found.height],
    [wanted.width, wanted.height],
    name,
  );
  const difference = new PNG({ width: found.width, height: found.height });
  const options = { threshold: 0.2 };
  const { width, height } = found;
  const count = pixelmatch(
    wanted.data,
    found.data,
    difference.data,
    width,
    height,
    options,
  );
  const share = count / (width * height);
  if (share <= tolerance) return;
  const file = path.join(made, `${name}.differs.png`);
  writeFileSync(file, PNG.sync.write(difference));
  assert.fail(
    `${name}: ${(share * 100).toFixed(2)} % of the picture differs, see ${file}`,
  );
}

// All of these at once, when whoever has just signed in is told events again.
export async function looksRight(screen, name) {
  await screen.page.locator(".link-banner").waitFor({ state: "detached" });
  await fits(screen);
  await touchable(screen);
  await noViolations(screen);
  await golden(screen, name);
}
