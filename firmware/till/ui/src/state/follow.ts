// Follows the till: its state, what is scanned, and whether it is there at all.
import { pause } from "../link/pause";
import { listen } from "../link/stream";
import type { ScanEvent } from "../link/shapes";
import { language, say } from "../text";
import { go, place } from "./place";
import { lookAtSetup } from "./setup";
import { beep } from "./sound";
import { edit } from "./acts";
import { isLinked, learnCatalogue, learnStaff, look, notice, take } from "./store";
import { typedCode } from "./typed";

const learnAgainMs = 60_000;
const lookAgainMs = 1000;

// What follows a scan at whatever place it was made.
export function scanned(scan: ScanEvent) {
  beep(scan.taken);
  if (!scan.taken) {
    notice.value = {
      kind: "refused",
      text: scan.detail ?? say("nothing_found", { text: scan.text ?? "" }),
    };
    return;
  }
  notice.value = null;
  if (scan.kind === "receipt" && scan.receipt) return go("receipt", String(scan.receipt));
  // A product begins the next customer's basket, whatever is on the screen; who pays or counts
  // stays there.
  if (scan.kind === "product" && !["pay", "manager"].includes(place.value.name)) go("sell");
}

// A code that was typed, as if a scanner of the till's had read it.
export async function scanText(text: string) {
  const answer = await edit("POST", "/api/scan", { text });
  if (answer.ok) return scanned({ kind: "product", ...answer.value.scan, taken: true, text });
  scanned({ kind: "nothing", taken: false, text, detail: answer.refusal.detail });
}

function follow() {
  listen(language.value, {
    state: take,
    scan: scanned,
    changed: () => void look(),
    linked: (is) => (isLinked.value = is),
  });
}

export async function begin() {
  // The first question gives this screen its name, which the stream is asked with.
  while (!(await look())) {
    isLinked.value = false;
    if (await lookAtSetup()) await pause(lookAgainMs);
  }
  isLinked.value = true;
  const learn = () => void Promise.all([learnStaff(), learnCatalogue()]);
  learn();
  setInterval(learn, learnAgainMs);
  typedCode.subscribe((code) => void (code && scanText(code.text)));
  language.subscribe(() => {
    follow();
    void look();
  });
}
