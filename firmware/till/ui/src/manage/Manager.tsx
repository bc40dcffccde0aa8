// The manager's screens.
import { say } from "../text";

export default function Manager() {
  return <main class="screen">{say("manager")}</main>;
}
