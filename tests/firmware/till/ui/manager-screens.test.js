// Every screen of the manager's: what a screen reader finds, what a finger hits, what fits, how it
// looks.
import { after, before, test } from "node:test";
import { looksRight, openBrowser, Screen, sizes } from "./browser.js";
import { Till } from "./till.js";

let browser;
let till;

before(async () => {
  browser = await openBrowser();
});
after(() => browser.close());

const runs = [
  ["small", "hu"],
  ["usual", "en"],
  ["large", "hu"],
];

for (const [name, language] of runs)
  test(`every screen of the manager's at ${name}, ${language}`, async (story) => {
    till = await new Till().start();
    const screen = await Screen.open(browser, till, { size: sizes[name], language });
    const step = (called, go) =>
      story.test(called, async () => {
        await go();
        await looksRight(screen, `manager-${called}-${sizes[name].width}-${language}`);
      });
    const tab = (called) => async () => {
      await screen.touch(`tab-${called}`);
      await screen.sees(called);
    };
    const below = (key, called) => async () => {
      await tab("shift")();
      await screen.touch(key);
      await screen.sees(called);
    };
    await screen.signIn("anna");
    await screen.sees("float");
    await screen.keys("F10");
    await step("no-shift", () => screen.sees("no-shift"));
    await step("figures-none", tab("figures"));
    await screen.touch("tab-shift");
    await step("count-open", async () => {
      await screen.touch("open-shift");
      await screen.touch("more-20000", "more-100");
    });
    await screen.touch("open");
    await step("shift", () => screen.sees("opening"));
    await screen.touch("to-selling");
    await screen.sees("search");
    for (const product of [101, 102, 108]) await screen.sells(product);
    await screen.keys("F10");
    await screen.sees("shift");
    await step("x-report", async () => {
      await screen.touch("x-report");
      await screen.sees("report");
    });
    await screen.touch("back");
    await step("cash-in", async () => {
      await below("cash-in", "cash-in-screen")();
      await screen.touch("move-cash");
    });
    await screen.touch("back");
    await step("drawer", below("drawer", "drawer-screen"));
    await screen.touch("back");
    await step("count-close", async () => {
      await below("close-shift", "count-close")();
      await screen.touch("more-20000", "more-500", "compare");
      await screen.sees("compared");
    });
    await screen.touch("back");
    await step("figures", async () => {
      await tab("figures")();
      await screen.sees("figure-products");
    });
    await step("figures-numbers", () => screen.touch("as-table"));
    await step("journal", async () => {
      await tab("journal")();
      await screen.sees("entry-4");
    });
    await step("journal-verified", async () => {
      await screen.touch("unsynced-only", "verify");
      await screen.sees("verified");
    });
    await step("entry", async () => {
      await screen.touch("entry-4");
      await screen.sees("entry");
    });
    await screen.touch("back");
    await step("risk", async () => {
      await tab("risk")();
      await screen.sees("risk-words");
    });
    await step("staff", async () => {
      await tab("staff")();
      await screen.sees("member-odon");
    });
    await step("till", tab("till"));
    await tab("shift")();
    await screen.touch("close-shift", "close", "close");
    await step("z-report", () => screen.sees("z-report"));
    await screen.touch("sign-out");
    await screen.touch("staff-bela");
    await screen.pad(till.pins.bela);
    await screen.touch("pin-enter");
    await screen.sees("float");
    await screen.keys("F10");
    await step("cashier-journal", async () => {
      await screen.touch("tab-journal");
      await screen.sees("manager-only");
    });
    await screen.close();
    await till.remove();
  });
