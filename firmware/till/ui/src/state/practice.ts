// Practice mode of this browser's windows: what is sold then is printed and recorded as practice,
// and counts for nothing. It begins and ends between customers.
import { signal } from "@preact/signals";
import { windows } from "../link/windows";
import { say } from "../text";
import { basket, refuse } from "./store";

const kept = "counterfoil-practice";
const before = sessionStorage.getItem(kept);

export const practises = signal(before === "1");

function note(does: boolean) {
  practises.value = does;
  sessionStorage.setItem(kept, does ? "1" : "0");
}

const tellOthers = windows((word) => {
  if (word === "asked") tellOthers({ practises: practises.value });
  else note(word.practises);
});
// A new window does as the others do; one that was loaded anew knows.
tellOthers(before === null ? "asked" : { practises: practises.value });

export function practise(does: boolean) {
  if ((basket.value?.lines.length ?? 0) > 0)
    return refuse({ detail: say("practice_between"), error_code: "BASKET_NOT_EMPTY" });
  note(does);
  tellOthers({ practises: does });
}
