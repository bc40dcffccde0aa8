// The last sale of this screen, for the change to be read until the next customer comes.
import { signal } from "@preact/signals";

const kept = "counterfoil-last-sale";

export interface LastSale {
  change_minor: number;
  total_minor: number;
  receipt: number | null;
  points: number | null;
  practice: boolean;
}

function fromBefore(): LastSale | null {
  try {
    return JSON.parse(sessionStorage.getItem(kept) ?? "") as LastSale;
  } catch {
    return null;
  }
}

export const lastSale = signal<LastSale | null>(fromBefore());

export function keepLast(sale: LastSale) {
  lastSale.value = sale;
  sessionStorage.setItem(kept, JSON.stringify(sale));
}
