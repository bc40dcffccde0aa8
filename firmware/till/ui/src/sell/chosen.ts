// The line of the basket that keys work on: the last one, unless another was chosen.
import { computed, signal } from "@preact/signals";
import { edit } from "../state/acts";
import { basket } from "../state/store";

const wanted = signal<number | null>(null);

// From 0; -1 where the basket is empty.
export const chosen = computed(() => {
  const lines = basket.value?.lines.length ?? 0;
  return wanted.value !== null && wanted.value < lines ? wanted.value : lines - 1;
});

export function choose(line: number | null) {
  wanted.value = line;
}

export function moveLine(by: number) {
  const lines = basket.value?.lines.length ?? 0;
  if (lines > 0) wanted.value = Math.min(Math.max(chosen.value + by, 0), lines - 1);
}

export function setQuantityOfChosen(by: number) {
  const line = basket.value?.lines[chosen.value];
  if (!line || line.by_weight) return;
  const next = line.quantity_milli + by * 1000;
  if (next >= 0) void setQuantity(chosen.value, next);
}

export function takeOutChosen() {
  if (chosen.value >= 0) void setQuantity(chosen.value, 0);
}

export async function setQuantity(line: number, milli: number) {
  if (milli === 0) wanted.value = null;
  await edit("PUT", `/api/basket/lines/${line + 1}`, { quantity_milli: milli });
}
