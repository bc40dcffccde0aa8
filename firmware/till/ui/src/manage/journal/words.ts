// What the journal's entries are called.
import { isName, say } from "../../text";

export function eventName(type: string): string {
  const name = `event_${type}`;
  return isName(name) ? say(name) : type.replaceAll("_", " ");
}
