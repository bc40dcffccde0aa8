// The windows of one browser tell each other what the till need not know: whether the cashier
// practises, which the customer's display says too.

export type Word = { practises: boolean } | "asked";

const name = "counterfoil-practice";

// Hears what other windows say, and never itself.
export function windows(hear: (word: Word) => void): (word: Word) => void {
  const channel = new BroadcastChannel(name);
  channel.addEventListener("message", (event: MessageEvent<Word>) => hear(event.data));
  return (word) => channel.postMessage(word);
}
