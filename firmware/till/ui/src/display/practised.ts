// Whether the cashier in the other window practises, as that window says.
import { signal } from "@preact/signals";
import { windows } from "../link/windows";

export const isPractice = signal(false);

const tellOthers = windows((word) => {
  if (word !== "asked") isPractice.value = word.practises;
});
tellOthers("asked");
