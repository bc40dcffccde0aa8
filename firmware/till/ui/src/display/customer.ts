// Who stands at the till: their basket, what was sold to them last, and the language they read.
import { computed, effect, signal } from "@preact/signals";
import type { Language, Line } from "../link/shapes";
import type { SoldEvent } from "../link/stream";
import { basket, till } from "../state/store";
import { language } from "../text";

const thanksMs = 20_000;
// A sale's basket is gone a moment before it is told as sold.
const goneMs = 1500;
// How long a language stays that was touched and then not bought in.
const forgetMs = 60_000;

export const member = computed(() => basket.value?.member ?? till.value?.member ?? null);
export const lines = computed(() => basket.value?.lines ?? []);
// The sale that the customer is thanked for.
export const thanks = signal<SoldEvent | null>(null);
// The line that was rung last.
export const latest = signal(0);

let thanksEnd: ReturnType<typeof setTimeout> | undefined;

export function thank(sold: SoldEvent) {
  clearTimeout(thanksEnd);
  thanks.value = sold;
  thanksEnd = setTimeout(() => (thanks.value = null), thanksMs);
}

// Which line is new or of another quantity; undefined where none is.
function changed(before: Line[], now: Line[]): number | undefined {
  for (let at = now.length - 1; at >= 0; --at) {
    const old = before[at];
    const line = now[at];
    if (old?.code !== line?.code || old?.quantity_milli !== line?.quantity_milli) return at;
  }
  return undefined;
}

let before: Line[] = [];
effect(() => {
  const at = changed(before, lines.value);
  before = lines.value;
  if (at === undefined) return;
  latest.value = at;
  thanks.value = null;
});

function fromAddress(): Language | null {
  const named = new URLSearchParams(location.search).get("language");
  return named === "hu" || named === "en" ? named : null;
}
// The language that whoever set up this screen wants before the till's own.
const asked = fromAddress();

// What this customer touched, and what their member's data say: both leave with them.
const touched = signal<Language | null>(null);
const ofMember = signal<Language | null>(null);

export const isServed = computed(
  () => lines.value.length > 0 || member.value !== null || thanks.value !== null,
);

export function switchLanguage() {
  touched.value = language.value === "hu" ? "en" : "hu";
  setTimeout(() => {
    if (!isServed.value) touched.value = null;
  }, forgetMs);
}

effect(() => {
  if (member.value?.language) ofMember.value = member.value.language;
});

effect(() => {
  language.value =
    touched.value ?? ofMember.value ?? asked ?? till.value?.language ?? language.peek();
});

effect(() => {
  if (isServed.value) return;
  const leaves = setTimeout(() => {
    touched.value = null;
    ofMember.value = null;
  }, goneMs);
  return () => clearTimeout(leaves);
});
