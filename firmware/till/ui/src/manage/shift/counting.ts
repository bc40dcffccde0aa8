// What a drawer is counted in, and how far somebody has come. The count is kept in the browser's
// tab: one who is called away, or reloads, goes on where they were.
import { computed, signal } from "@preact/signals";
import { merchant, money } from "../../text";

// Largest first, in minor units.
const notes: Record<string, number[]> = {
  HUF: [20000, 10000, 5000, 2000, 1000, 500],
  EUR: [50000, 20000, 10000, 5000, 2000, 1000, 500],
};
const coins: Record<string, number[]> = {
  HUF: [200, 100, 50, 20, 10, 5],
  EUR: [200, 100, 50, 20, 10, 5, 2, 1],
};

// Any other currency is counted in these: each sum can be made of them.
const usualNotes = [50000, 20000, 10000, 5000, 2000, 1000, 500];
const usualCoins = [200, 100, 50, 20, 10, 5, 2, 1];

export function notesOf(currency: string): number[] {
  return notes[currency] ?? usualNotes;
}

export function coinsOf(currency: string): number[] {
  return coins[currency] ?? usualCoins;
}

// "20 000 Ft", "5 €", "20 c".
export function coinName(minor: number): string {
  const { locale, currency, digits } = merchant.value;
  const unit = 10 ** digits;
  if (minor % unit !== 0) return minor < unit ? `${minor} c` : money(minor);
  return new Intl.NumberFormat(locale, {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
    useGrouping: "always",
    maximumFractionDigits: 0,
  }).format(minor / unit);
}

const kept = "counterfoil-count";
export const longestCount = 5;

type Counts = Record<number, number>;

function fromBefore(): Counts {
  try {
    return (JSON.parse(sessionStorage.getItem(kept) ?? "{}") as Counts | null) ?? {};
  } catch {
    return {};
  }
}

export const counts = signal<Counts>(fromBefore());

export function setCount(minor: number, count: number) {
  if (count < 0 || String(count).length > longestCount) return;
  counts.value = { ...counts.value, [minor]: count };
  sessionStorage.setItem(kept, JSON.stringify(counts.value));
}

export function countAnew() {
  counts.value = {};
  sessionStorage.removeItem(kept);
}

export const countedMinor = computed(() =>
  Object.entries(counts.value).reduce((sum, [minor, count]) => sum + Number(minor) * count, 0),
);
