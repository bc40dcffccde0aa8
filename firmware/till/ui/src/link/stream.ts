// What happens at the till, as it tells it: the state of this screen, scans, papers, the network.
import type { Language, ScanEvent, State } from "./shapes";

export interface Listener {
  state: (state: State) => void;
  scan?: (scan: ScanEvent) => void;
  // Something that all screens share has changed: ask for the state anew.
  changed: () => void;
  linked: (is: boolean) => void;
  sold?: (sold: SoldEvent) => void;
}

// What a screen has just recorded, for the customer's display.
export interface SoldEvent {
  seq: number;
  receipt: number;
  kind: "sale" | "training" | "refund" | "void";
  total_minor: number;
  change_minor?: number;
  points_earned?: number;
  points_after?: number;
  member_name?: string;
}

const againMs = 700;
let open: EventSource | undefined;

function parsed<T>(event: Event): T {
  return JSON.parse((event as MessageEvent<string>).data) as T;
}

// Listens until another call listens anew, as in another language.
export function listen(language: Language, listener: Listener) {
  open?.close();
  const stream = new EventSource(`/api/events?language=${language}`);
  open = stream;
  stream.addEventListener("open", () => listener.linked(true));
  stream.addEventListener("state", (event) => listener.state(parsed<State>(event)));
  stream.addEventListener("scan", (event) => listener.scan?.(parsed<ScanEvent>(event)));
  stream.addEventListener("sold", (event) => listener.sold?.(parsed<SoldEvent>(event)));
  for (const name of ["changed", "sync", "printer"])
    stream.addEventListener(name, () => listener.changed());
  // A stream that ended is opened anew: after a sign-in it is somebody else's.
  stream.addEventListener("error", () => {
    if (open !== stream) return;
    stream.close();
    listener.linked(false);
    setTimeout(() => open === stream && listen(language, listener), againMs);
  });
}
