// The Z report of the shift that was closed at this screen last, so that a reload still shows it.
import { signal } from "@preact/signals";
import type { Report } from "../shapes";

const kept = "counterfoil-last-close";

function fromBefore(): Report | null {
  try {
    return JSON.parse(sessionStorage.getItem(kept) ?? "null") as Report | null;
  } catch {
    return null;
  }
}

export const lastClose = signal<Report | null>(fromBefore());

export function keepClose(report: Report) {
  lastClose.value = report;
  sessionStorage.setItem(kept, JSON.stringify(report));
}
