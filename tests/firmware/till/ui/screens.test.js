// Every screen of the cashier's: what a screen reader finds, what a finger hits, what fits, how it
// looks.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { looksRight, openBrowser, Screen, showsFocus, sizes } from "./browser.js";
import { Till } from "./till.js";

let browser;
let till;

before(async () => {
  browser = await openBrowser();
  till = await new Till().start();
});
after(async () => {
  await browser.close();
  await till.remove();
});

// A basket with all that can be in one.
async function filled(screen) {
  await screen.touch(
    "product-101",
    "product-102",
    "product-113",
    "product-108",
  );
  await screen.sees("line-4");
  await screen.keys("F3");
  await screen.sees("member-code");
  await screen.types("CUST001");
  await screen.keys("Enter");
  await screen.sees("member-card");
  await screen.sees("search");
  await screen.keys("F4");
  await screen.sees("coupon-code");
  await screen.types(till.coupons[0]);
  await screen.keys("Enter");
  await screen.says("coupon", "1000 Ft");
  await screen.sees("search");
}

async function emptied(screen) {
  await screen.keys("Escape");
  if (await screen.part("key-empty").isVisible())
    await screen.touch("key-empty");
  await screen.says("total", /^0.Ft$/);
}

const runs = [
  ["small", "hu"],
  ["usual", "en"],
  ["large", "hu"],
];

for (const [name, language] of runs) {
  const at = (screen) => `${screen}-${sizes[name].width}-${language}`;

  test(`every screen at ${name}, ${language}`, async (story) => {
    const screen = await Screen.open(browser, till, {
      size: sizes[name],
      language,
    });
    const step = (called, go) =>
      story.test(called, async () => {
        await go();
        await looksRight(screen, at(called));
      });
    await screen.sees("staff-anna");
    await step("names", () => {});
    await step("pin", async () => {
      await screen.touch("staff-anna");
      await screen.sees("pin");
      await screen.types("1234");
    });
    await screen.keys("Escape");
    await screen.signIn("anna");
    if (await screen.part("float").isVisible()) {
      await step("open-shift", () => screen.types("20000"));
      await screen.keys("Enter");
    }
    await screen.sees("search");
    await step("sell-empty", () => {});
    await step("sell-full", () => filled(screen));
    await step("search-nothing", () => screen.types("nincs ilyen"));
    await screen.keys("Escape");
    await step("coupon", () => screen.keys("F4"));
    await step("price", async () => {
      await screen.keys("Escape");
      await screen.touch("price");
      await screen.sees("price-value");
    });
    await step("weight", async () => {
      await screen.keys("Escape");
      await screen.touch("product-109");
      await screen.sees("grams");
      await screen.types("350");
    });
    await screen.keys("Escape");
    await step("pay", async () => {
      await screen.keys("F9");
      await screen.sees("pay-panel");
    });
    await step("pay-card", async () => {
      await screen.touch("pay-card");
      await screen.sees("slip");
    });
    await screen.keys("Escape");
    await emptied(screen);
    await screen.keys("Escape");
    await step("parked-none", async () => {
      await screen.page.evaluate(() => (location.hash = "#/parked"));
      await screen.sees("parked-panel");
    });
    await step("network", async () => {
      await screen.touch("sync");
      await screen.sees("network-panel");
    });
    await screen.keys("Escape");
    await screen.touch("product-101");
    await screen.sees("line-1");
    await step("parked", async () => {
      await screen.keys("F6");
      await screen.says("total", /^0.Ft$/);
      await screen.keys("F7");
      await screen.sees("recall");
    });
    await screen.touch("recall");
    await screen.sees("line-1");
    await screen.keys("F9");
    await screen.sees("pay-exact");
    await step("sold", async () => {
      await screen.keys("Enter");
      await screen.sees("sold");
    });
    await screen.keys("Enter");
    await step("receipts", async () => {
      await screen.keys("F8");
      await screen.sees("receipt-number");
    });
    await screen.touch("sign-out");
    await screen.sees("staff-anna");
    await screen.close();
  });
}

test("what has the focus is seen to have it", async () => {
  const screen = await Screen.open(browser, till, { size: sizes.usual });
  await screen.sees("staff-anna");
  await showsFocus(screen, 6);
  await screen.signIn("anna");
  await screen.sees("search");
  await showsFocus(screen, 40);
  assert.ok(await screen.part("search").isVisible());
  await screen.close();
});
