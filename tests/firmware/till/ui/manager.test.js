// The manager's screens at the real till: a shift from its float to its Z report, cash that moves,
// the journal, the figures, and what a cashier has a manager allow.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
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
  screen = undefined;
  await till.remove();
});

async function signedIn(staff, options) {
  screen = await Screen.open(browser, till, options);
  return screen.signIn(staff);
}

// The manager's screen of that name, as its own key leads there.
async function inTab(name) {
  if (!(await screen.part(`tab-${name}`).isVisible())) await screen.keys("F10");
  await screen.touch(`tab-${name}`);
  return screen.sees(name);
}

async function newest(type) {
  const { events } = await screen.asks("/api/journal");
  return screen.asks(`/api/journal/${events.find((event) => event.type === type).seq}`);
}

test("a shift is opened and closed by touch, counted by notes and coins", async () => {
  await signedIn("anna", { size: sizes.small, touch: true });
  await screen.touch("key-manager", "open-shift", "more-10000", "more-10000", "less-10000");
  await screen.says("counted", /10.000.Ft/);
  await screen.touch("pieces-200");
  await screen.pad("12");
  await screen.says("counted", /12.400.Ft/);
  await screen.touch("open");
  await screen.says("opening", /12.400.Ft/);
  await screen.touch("close-shift");
  // Blind: what should be in the drawer stands nowhere before somebody has counted and asks.
  assert.doesNotMatch(await screen.page.textContent("main"), /12.400/);
  await screen.touch("more-10000", "more-2000", "compare");
  await screen.says("compared", /400.Ft hiány/);
  await screen.touch("more-500");
  await screen.says("compared", /100.Ft többlet/);
  await screen.touch("close");
  await screen.says("close", "Igen, zárás");
  await screen.touch("close");
  await screen.says("difference", /100.Ft többlet/);
  await screen.says("z-report", "1. Z-jelentés");
  assert.equal((await newest("z_report")).body.counted_minor, 12500);
  // A reload loses no report.
  await screen.page.reload();
  await screen.says("difference", /100.Ft többlet/);
});

test("a shift is opened and closed by keyboard alone", async () => {
  await signedIn("anna", { language: "en" });
  await screen.sees("float");
  await screen.keys("F10");
  await screen.sees("no-shift");
  await screen.keys("o");
  await screen.sees("count-open");
  await screen.keys("Tab", "Tab", "Tab");
  await screen.part("pieces-20000").focus();
  await screen.keys("2", "Enter", "ArrowDown", "+", "+", "-", "ArrowUp", "5");
  await screen.says("counted", /95.000.Ft/);
  // A letter is no number of pieces.
  await screen.types("x");
  await screen.page.getByText("Type how many pieces there are").waitFor();
  await screen.says("counted", /95.000.Ft/);
  await screen.keys("F9");
  await screen.says("opening", /95.000.Ft/);
  await screen.keys("z");
  await screen.sees("count-close");
  // One who is called away in the midst of it counts on where they were.
  await screen.part("pieces-20000").focus();
  await screen.types("4");
  await screen.keys("Escape");
  await screen.sees("shift");
  await screen.keys("z");
  await screen.says("counted", /80.000.Ft/);
  await screen.part("pieces-5000").focus();
  await screen.keys("3", "F8");
  await screen.says("compared", "It matches");
  await screen.keys("F9", "F9");
  await screen.says("difference", "It matches");
});

test("cash leaves the drawer with a reason, and not without", async () => {
  await signedIn("anna");
  await screen.openShift("20000");
  await screen.keys("F10");
  await screen.sees("shift");
  await screen.keys("-");
  await screen.sees("cash-out-screen");
  await screen.keys("F9");
  await screen.page.getByText("Írjon be 0-nál nagyobb összeget.").waitFor();
  await screen.part("amount").focus();
  await screen.types("5000");
  await screen.keys("Enter", "Enter");
  await screen.page.getByText("Írja le röviden az okát").waitFor();
  await screen.touch("common-reason_bank", "move-cash");
  await screen.says("notice", /5.000.Ft kivéve/);
  const { body } = await newest("cash_out");
  assert.deepEqual([body.amount_minor, body.reason], [5000, "Bank"]);
  await screen.keys("x");
  await screen.says("expected", /15.000.Ft/);
  // More than there is: the till says why not, and nothing is recorded.
  await screen.keys("Escape");
  await screen.sees("shift");
  await screen.keys("-");
  await screen.sees("cash-out-screen");
  await screen.pad(["9", "000", "000"]);
  await screen.touch("common-reason_safe", "move-cash");
  await screen.sees("notice");
  await screen.sees("cash-out-screen");
  assert.equal((await newest("cash_out")).body.amount_minor, 5000);
});

test("the journal is read back to its beginning, entry by entry, and checked", async () => {
  await signedIn("anna", { language: "en", size: sizes.usual });
  await screen.openShift();
  for (let opening = 0; opening < 52; ++opening) await screen.page.evaluate(openDrawer, opening);
  await inTab("journal");
  const last = (await screen.asks("/api/journal")).head.seq;
  await screen.says(`entry-${last}`, "Drawer opened");
  assert.equal(await screen.part("entry-1").count(), 0);
  await screen.touch("older");
  await screen.says("entry-1", "Journal begun");
  await screen.keys("v");
  await screen.says("verified", `Checked 1 to ${last}: ${last} entries`);
  await screen.touch(`entry-${last}`);
  await screen.says("entry", "swapped 51");
  await screen.keys("ArrowLeft");
  await screen.says("entry", "swapped 50");
  await screen.keys("Escape");
  await screen.sees("journal");
  await screen.keys("u");
  await screen.says("unsynced", `${last} entries have not reached the centre`);
  await screen.touch("language");
  await screen.says("unsynced", "nem jutott el a központba");
});

async function openDrawer(number) {
  await fetch("/api/drawer", {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "Idempotency-Key": `drawer-${number}`,
    },
    body: JSON.stringify({ reason: `swapped ${number}` }),
  });
}

test("the figures after three sales say what was sold, when and how it was paid", async () => {
  await signedIn("anna");
  await screen.openShift();
  await inTab("figures");
  await screen.page.getByText("Ebben a műszakban még nem volt eladás.").waitFor();
  await screen.keys("Escape");
  for (const product of [101, 101, 102]) await screen.sells(product);
  await inTab("figures");
  await screen.says("figure-products", /Sajtburger.*× 2/);
  await screen.says("figure-tenders", "Készpénz");
  const total = (await screen.asks("/api/shift/figures")).hours[0].total_minor;
  assert.ok(total > 0);
  const drawn = screen.page.locator("[data-test=figure-hours] canvas");
  assert.equal(await drawn.count(), 1);
  await screen.keys("t");
  await drawn.waitFor({ state: "detached" });
  await screen.says("figure-hours", String(total).replace(/(\d)(\d{3})$/, "$1\u00a0$2"));
  assert.equal(await drawn.count(), 0);
});

test("a cashier closes with a manager's PIN, and reads only what a cashier may", async () => {
  await signedIn("anna");
  await screen.openShift("20000");
  await screen.touch("sign-out");
  await screen.signIn("bela");
  await inTab("journal");
  await screen.says("manager-only", "Ezt csak belépett vezető láthatja.");
  await inTab("risk");
  await screen.sees("manager-only");
  await inTab("shift");
  await screen.keys("z");
  await screen.part("pieces-20000").focus();
  await screen.types("1");
  await screen.keys("F9", "F9");
  await screen.sees("pin");
  // What is typed now is no piece of money.
  await screen.types("1111");
  await screen.keys("Enter");
  await screen.says("approval", "PIN-kód hibás");
  await screen.says("counted", /20.000.Ft/);
  await screen.types(till.pins.anna);
  await screen.keys("Enter");
  await screen.says("difference", "Egyezik");
  await screen.touch("sign-out");
  await screen.signIn("anna");
  await screen.keys("F10");
  const report = await newest("z_report");
  assert.equal(report.staff, "bela");
});

test("who forgot a PIN is seen to be locked, and a test page is printed", async () => {
  await signedIn("anna", { language: "en" });
  for (let trial = 0; trial < 6; ++trial) await screen.page.evaluate(tryPin, "odon");
  await inTab("staff");
  await screen.says("member-odon", "Locked after wrong PINs");
  await screen.says("member-anna", "works at this screen");
  await inTab("till");
  const before = till.printed();
  await screen.keys("p");
  await screen.says("notice", "A test page goes to the printer.");
  await until(() => till.printed() > before);
  await inTab("risk");
  await screen.sees("risk-words");
});

async function tryPin(staff) {
  await fetch("/api/session", {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "Idempotency-Key": crypto.randomUUID(),
    },
    body: JSON.stringify({ staff, pin: "00000" }),
  });
}

test("practice begins and ends at the till's screen, and cannot be overlooked", async () => {
  await signedIn("anna");
  await inTab("till");
  await screen.keys("g");
  await screen.page.getByText("GYAKORLÁS – nincs eladás").waitFor();
  await screen.touch("practice");
  await screen.page.getByText("GYAKORLÁS – nincs eladás").waitFor({ state: "detached" });
  const [display] = await Promise.all([
    screen.context.waitForEvent("page"),
    screen.touch("open-display"),
  ]);
  await display.waitForLoadState();
  assert.match(display.url(), /display\.html/);
});
