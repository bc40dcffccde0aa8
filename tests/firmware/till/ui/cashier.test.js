// Whole sales at the real till, by touch and by keyboard alone.
import assert from "node:assert/strict";
import { after, before, beforeEach, afterEach, test } from "node:test";
import { openBrowser, Screen, sizes } from "./browser.js";
import { Till, until } from "./till.js";

let browser;
let till;
let screen;

before(async () => {
  browser = await openBrowser();
});
after(() => browser.close());
beforeEach(async () => {
  till = await new Till().start();
});
afterEach(async () => {
  await screen?.close();
  await till.remove();
});

async function opened(options) {
  screen = await Screen.open(browser, till, options);
  await screen.signIn("anna");
  return screen.openShift();
}

// What a receipt of this till says.
async function receipt(number) {
  const answer = await screen.asks(`/api/receipts/${number}`);
  return answer.lines.map((line) => line.text).join("\n");
}

test("a whole sale by touch: member, coupon, card and cash in parts", async () => {
  screen = await Screen.open(browser, till, { size: sizes.usual, touch: true });
  await screen.touch("staff-anna");
  await screen.pad(till.pins.anna);
  await screen.touch("pin-enter");
  await screen.sees("float");
  await screen.pad(["2", "0", "000"]);
  await screen.touch("open");
  await screen.touch("product-101", "product-102", "more");
  await screen.says("line-2", "2");
  till.scan("CUST001");
  await screen.says("member-card", "Oláh Ildikó");
  till.scan(till.coupons[0]);
  await screen.says("coupon", "1000 Ft kedvezmény");
  await until(async () => (await screen.total()) === "6 270 Ft");
  await screen.touch("key-pay");
  await screen.pad(["3", "000"]);
  await screen.touch("pay-card");
  await screen.pad(["7", "7", "1"]);
  await screen.touch("slip-enter");
  await screen.says("due", "3 270 Ft".replace(" ", "\u00a0"));
  await screen.touch("pay-5000");
  await screen.says("change", /1.730.Ft/);
  await screen.says("sold", /4.8\d\d/);
  await screen.touch("next");
  await screen.sees("search");
  assert.match(await receipt(1), /6 270/);
  await until(() => till.printed() > 0);
});

test("a whole sale by keyboard alone, with a refund and a parked basket", async () => {
  screen = await Screen.open(browser, till);
  await screen.sees("staff-anna");
  await screen.keys("1");
  await screen.sees("pin");
  await screen.types(till.pins.anna);
  await screen.keys("Enter");
  await screen.openShift();
  await screen.types("101");
  await screen.keys("Enter");
  await screen.says("line-1", "Sajtburger");
  await screen.types("109");
  await screen.keys("Enter");
  await screen.sees("grams");
  await screen.types("350");
  await screen.keys("Enter");
  await screen.says("line-2", "Káposztasaláta");
  await screen.sees("search");
  await screen.keys("ArrowUp", "+");
  await until(async () => (await screen.total()) === "5 002 Ft");
  await screen.keys("F6");
  await until(async () => (await screen.total()) === "0 Ft");
  await screen.keys("F7");
  await screen.sees("recall");
  await screen.part("recall").focus();
  await screen.keys("Enter");
  await until(async () => (await screen.total()) === "5 002 Ft");
  await screen.keys("F3");
  await screen.sees("member-code");
  await screen.types("CUST001");
  await screen.keys("Enter");
  await screen.sees("member-card");
  await screen.keys("F9");
  await screen.sees("pay-panel");
  // A key that has the focus is pressed, and is not what Enter does here.
  await screen.part("pay-card").focus();
  await screen.keys("Enter");
  await screen.sees("slip");
  await screen.keys("Escape");
  await screen.sees("pay-exact");
  await screen.types("10000");
  await screen.says("given", "10000");
  await screen.keys("Enter");
  await screen.says("change", /5.000.Ft/);
  await screen.keys("Enter");
  await screen.sees("search");
  await screen.keys("F8");
  await screen.sees("receipt-number");
  await screen.types("1");
  await screen.keys("Enter");
  await screen.sees("paper");
  await screen.part("reason").focus();
  await screen.types("meggondolta magát");
  await screen.part("give-back").focus();
  await screen.keys("Enter");
  await screen.says("notice", /5.00\d.Ft/);
  await screen.keys("Escape", "Escape");
  await screen.sees("search");
});

test("three scanned items and exact cash take five acts at most after the first scan", async () => {
  await opened();
  till.scan("5991234000018");
  await screen.says("line-1", "Sajtburger");
  let acts = 0;
  for (const code of ["5991234000025", "5991234000087"]) {
    till.scan(code);
    ++acts;
    await screen.sees(`line-${acts + 1}`);
  }
  await screen.keys("F9");
  ++acts;
  await screen.sees("pay-panel");
  await screen.keys("Enter");
  ++acts;
  await screen.sees("sold");
  assert.ok(acts <= 5, `${acts} acts`);
  // The next scan begins the next sale, whatever is on the screen.
  till.scan("5991234000018");
  await screen.sees("search");
  await screen.says("line-1", "Sajtburger");
});

test("both languages, switched in the midst of a sale", async () => {
  await opened({ language: "en" });
  await screen.touch("product-101");
  await screen.says("key-pay", "Pay");
  const heard = screen.page.waitForResponse(/api\/events\?language=hu/);
  await screen.touch("language");
  await screen.says("key-pay", "Fizetés");
  await heard;
  assert.equal(await screen.total(), "1 890 Ft");
  till.scan("4006381333931");
  await screen.says("notice", /Ilyen termék/);
  const english = screen.page.waitForResponse(/api\/events\?language=en/);
  await screen.touch("language");
  await english;
  till.scan("4006381333931");
  await screen.says("notice", /product/i);
});

test("a reload, another window and a browser that broke down lose nothing of a basket", async () => {
  await opened();
  await screen.touch("product-101", "product-103");
  await screen.says("line-2", "Csirkeburger");
  const second = await screen.another();
  await second.says("line-2", "Csirkeburger");
  await second.touch("product-108");
  await screen.says("line-3", "Hagymakarika");
  await screen.touch("key-pay");
  await screen.sees("pay-panel");
  await screen.pad(["1", "000"]);
  await screen.touch("pay-exact");
  await screen.sees("paid");
  const due = await screen.part("due").textContent();
  await screen.page.reload();
  await screen.sees("paid");
  assert.equal(await screen.part("due").textContent(), due);
  // A tab that breaks down leaves its cookies and its till behind.
  const crashed = new Promise((resolve) => second.page.once("crash", resolve));
  second.page.goto("chrome://crash").catch(() => {});
  await crashed;
  const third = await screen.another();
  await third.says("line-3", "Hagymakarika");
  await third.close();
});

test("a till that is killed in the midst of a basket is found again, with the basket", async () => {
  await opened();
  await screen.touch("product-101");
  await screen.says("line-1", "Sajtburger");
  await till.stop("SIGKILL");
  await screen.page.locator(".link-banner").waitFor();
  await till.start();
  await screen.page.locator(".link-banner").waitFor({ state: "detached" });
  await screen.says("line-1", "Sajtburger");
  await screen.touch("product-101");
  await until(async () => (await screen.total()) === "3 780 Ft");
});

test("what is refused says why, where it was asked for, and in words", async () => {
  screen = await Screen.open(browser, till);
  await screen.touch("staff-bela");
  await screen.types("1111");
  await screen.keys("Enter");
  await screen.page.getByText(/PIN/).first().waitFor();
  await screen.page
    .locator(".pin .problem")
    .filter({ hasText: /\p{L}{3}/u })
    .waitFor();
  await screen.keys("Escape");
  await screen.signIn("bela");
  // A cashier needs a manager to open a shift.
  await screen.sees("float");
  await screen.types("5000");
  await screen.keys("Enter");
  await screen.sees("approval");
  await screen.types(till.pins.anna);
  await screen.keys("Enter");
  await screen.sees("search");
  await screen.keys("F4");
  await screen.sees("coupon-code");
  await screen.types("COUP-2026-NINCSILYEN");
  await screen.keys("Enter");
  await screen.page
    .locator(".field .problem")
    .filter({ hasText: "kupon" })
    .waitFor();
  await screen.keys("Escape");
  await screen.keys("F8");
  await screen.sees("receipt-number");
  await screen.types("tizenkettő");
  await screen.keys("Enter");
  await screen.page
    .locator(".field .problem")
    .filter({ hasText: "szám" })
    .waitFor();
  await screen.keys("Escape");
});

test("practice is seen to be practice, and sells nothing", async () => {
  await opened();
  await screen.touch("key-practice");
  await screen.page.locator(".practice-banner").waitFor();
  await screen.touch("product-101");
  await screen.touch("key-pay");
  await screen.keys("Enter");
  await screen.says("sold", "Gyakorlás");
  await screen.touch("next", "key-practice");
  const sold = await screen.page.evaluate(
    async () => (await fetch("/api/receipts/1")).status,
  );
  assert.equal(sold, 404);
});

test("a scanner that types is heard as one, and never as an amount", async () => {
  await opened();
  await screen.touch("product-101");
  await screen.says("line-1", "Sajtburger");
  await screen.keys("F9");
  await screen.sees("pay-panel");
  await screen.scannerTypes("5991234000025");
  await screen.says("line-2", "Dupla húsos burger");
  await until(async () => (await screen.total()) === "4 580 Ft");
  assert.equal((await screen.part("given").textContent()).trim(), "");
  await screen.sees("pay-panel");
});

test("what was paid belongs to its basket, and to no other of the same total", async () => {
  await opened();
  await screen.touch("product-101", "key-pay");
  await screen.pad(["5", "0", "0"]);
  await screen.says("given", "500");
  await screen.touch("pay-card");
  await screen.pad(["7", "7", "1"]);
  await screen.touch("slip-enter");
  await screen.says("due", /1.390.Ft/);
  await screen.keys("F6");
  await until(async () => (await screen.total()) === "0 Ft");
  await screen.touch("product-101", "key-pay");
  await screen.says("due", /1.890.Ft/);
  await screen.touch("pay-exact");
  await screen.sees("sold");
  await screen.touch("next", "key-parked", "recall");
  await screen.says("line-1", "Sajtburger");
  await screen.touch("key-pay");
  await screen.says("due", /1.390.Ft/);
  // Another line leaves what was paid where it is.
  till.scan("5991234000087");
  await screen.says("line-2", "Hagymakarika");
  await screen.says("due", /2.380.Ft/);
});

test("two touches of a product, however quick, are two of it", async () => {
  await opened();
  await screen.page.evaluate(() => {
    const key = document.querySelector("[data-test=product-101]");
    key.click();
    key.click();
  });
  await until(async () => (await screen.total()) === "3 780 Ft");
});

test("parts are paid by touch, and what is less than a coin is not waited for", async () => {
  await opened();
  await screen.touch("product-101", "key-pay");
  await screen.pad(["5", "0", "0"]);
  await screen.touch("pay-exact");
  await screen.says("due", /1.390.Ft/);
  await screen.says("pay-exact", /1.390.Ft/);
  await screen.pad(["1", "3", "8", "9"]);
  await screen.touch("pay-card");
  await screen.pad(["9"]);
  await screen.touch("slip-enter");
  await screen.says("due", /^1.Ft/);
  await screen.touch("pay-exact");
  await screen.sees("sold");
});

test("practice begins between customers, and gives nothing back", async () => {
  await opened();
  await screen.touch("product-101", "key-pay", "pay-exact");
  await screen.sees("sold");
  await screen.touch("next", "key-practice");
  await screen.page.locator(".practice-banner").waitFor();
  await screen.keys("F8");
  await screen.sees("receipt-number");
  await screen.types("1");
  await screen.keys("Enter");
  await screen.touch("reason-reason_unwanted", "give-back");
  await screen.says("notice", "Gyakorlás");
  assert.doesNotMatch(await receipt(1), /Visszáru/);
  const back = await screen.page.evaluate(async () => (await fetch("/api/receipts/2")).status);
  assert.equal(back, 404);
  await screen.keys("Escape", "Escape");
  await screen.touch("product-101");
  await screen.sees("line-1");
  await screen.page.evaluate(() => (location.hash = "#/manager/till"));
  await screen.touch("practice");
  await screen.page.locator(".practice-banner").waitFor();
  await screen.says("notice", "kosarat");
});

test("a manager allows what was asked for, and nothing that took its place", async () => {
  screen = await Screen.open(browser, till);
  await screen.signIn("anna");
  await screen.openShift();
  await screen.touch("sign-out");
  await screen.signIn("bela");
  await screen.touch("product-101", "product-104");
  await screen.sees("line-2");
  await screen.touch("line-1", "price");
  await screen.sees("price-value");
  await screen.types("50");
  await screen.touch("price-reason-reason_damaged", "price-apply");
  await screen.says("approval", "Sajtburger");
  await screen.touch("line-1", "take-out");
  await until(async () => (await screen.total()) === "3 290 Ft");
  await screen.touch("approval");
  await screen.page.locator(".approval .pin").focus();
  await screen.types(till.pins.anna);
  await screen.keys("Enter");
  await screen.page.locator(".approval .problem").filter({ hasText: "kosár" }).waitFor();
  assert.equal(await screen.total(), "3 290 Ft");
  // Nor does it wait for somebody else.
  await screen.touch("sign-out");
  await screen.sees("staff-odon");
  assert.equal(await screen.page.locator(".approval").count(), 0);
});
