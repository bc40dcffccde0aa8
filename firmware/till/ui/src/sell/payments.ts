// What the customer has handed over so far, for this very basket: one that is parked, or left by
// who signs out, finds it again, and no other basket has it. Kept in the browser's tab, so that a
// reload in the midst of paying forgets none of it.
import { computed, signal } from "@preact/signals";
import type { Payment } from "../link/shapes";
import { basket, till } from "../state/store";

const kept = "counterfoil-payments";
const mostBaskets = 50;

type Kept = [basket: string, payments: Payment[]][];

function fromBefore(): Kept {
  try {
    const before: unknown = JSON.parse(sessionStorage.getItem(kept) ?? "");
    return Array.isArray(before) ? (before as Kept) : [];
  } catch {
    return [];
  }
}

const all = signal<Kept>(fromBefore());
const basketId = computed(() => till.value?.basket_id ?? "");

export const payments = computed(() => all.value.find(([id]) => id === basketId.value)?.[1] ?? []);

export function setPayments(next: Payment[], id = basketId.value) {
  const others = all.value.filter(([other]) => other !== id);
  all.value = next.length > 0 ? [...others, [id, next] as [string, Payment[]]] : others;
  all.value = all.value.slice(-mostBaskets);
  sessionStorage.setItem(kept, JSON.stringify(all.value));
}

export const left = computed(() => {
  const paid = payments.value.reduce((sum, payment) => sum + payment.amount_minor, 0);
  return Math.max((basket.value?.total_minor ?? 0) - paid, 0);
});

// The till decides; this is what the keys offer.
export function inCoins(minor: number) {
  const step = till.value?.cash_step_minor ?? (till.value?.currency === "HUF" ? 5 : 1);
  return Math.round(minor / step) * step;
}

const notes: Record<string, number[]> = {
  HUF: [500, 1000, 2000, 5000, 10000, 20000],
  EUR: [500, 1000, 2000, 5000, 10000, 20000],
};

// Sums that customers hand over for this amount: the next ones that notes make.
export function nextNotes(due: number, currency: string, count = 4): number[] {
  const sums = (notes[currency] ?? notes["EUR"] ?? []).map(
    (note) => Math.ceil((due + 1) / note) * note,
  );
  return [...new Set(sums)].sort((a, b) => a - b).slice(0, count);
}
