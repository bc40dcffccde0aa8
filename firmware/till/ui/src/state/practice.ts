// Practice mode of this screen: what is sold then is printed and recorded as practice, and counts
// for nothing.
import { signal } from "@preact/signals";
import { windows } from "../link/windows";

const kept = "counterfoil-practice";

export const practises = signal(sessionStorage.getItem(kept) === "1");

const tellOthers = windows((word) => {
  if (word === "asked") tellOthers({ practises: practises.value });
});
tellOthers({ practises: practises.value });

export function practise(does: boolean) {
  practises.value = does;
  sessionStorage.setItem(kept, does ? "1" : "0");
  tellOthers({ practises: does });
}
