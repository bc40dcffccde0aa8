// Follows the till as the cashier's window does: the same browser, so the same screen.
import { pause } from "../link/pause";
import { listen } from "../link/stream";
import { isLinked, look, person, take } from "../state/store";
import { language } from "../text";
import { thank } from "./customer";

const lookAgainMs = 3000;

function follow() {
  listen(language.value, {
    state: take,
    changed: () => void look(),
    linked: (is) => (isLinked.value = is),
    sold: thank,
  });
}

// Where both windows were opened at once, this one may listen under a name that the other has
// replaced since: while nobody is signed in here, it asks who is.
async function lookForOthers() {
  for (;;) {
    await pause(lookAgainMs);
    if (person.value || !isLinked.value) continue;
    if ((await look()) && person.value) follow();
  }
}

export async function begin() {
  while (!(await look())) {
    isLinked.value = false;
    await pause(lookAgainMs);
  }
  isLinked.value = true;
  language.subscribe(follow);
  void lookForOthers();
}
