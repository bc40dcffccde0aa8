// Practice mode of this screen: what is sold then is printed and recorded as practice, and counts
// for nothing.
import { signal } from "@preact/signals";

const kept = "counterfoil-practice";

export const practises = signal(sessionStorage.getItem(kept) === "1");

export function practise(does: boolean) {
  practises.value = does;
  sessionStorage.setItem(kept, does ? "1" : "0");
}
