// What the customer has handed over so far. It is kept in the browser's tab, so that a reload in
// the midst of paying forgets none of it; another basket begins anew.
import { computed, signal } from "@preact/signals";
import type { Payment } from "../link/shapes";
import { basket, till } from "../state/store";

const kept = "counterfoil-payments";

interface Kept {
  total_minor: number;
  payments: Payment[];
}

function fromBefore(): Kept {
  try {
    return JSON.parse(sessionStorage.getItem(kept) ?? "") as Kept;
  } catch {
    return { total_minor: -1, payments: [] };
  }
}

const all = signal<Kept>(fromBefore());

// Those for this total; a basket that has changed is paid anew.
export const payments = computed(() =>
  all.value.total_minor === basket.value?.total_minor ? all.value.payments : [],
);

export function setPayments(next: Payment[]) {
  all.value = { total_minor: basket.value?.total_minor ?? -1, payments: next };
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
