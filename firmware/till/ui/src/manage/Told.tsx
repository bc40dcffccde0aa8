// What was told, or a sentence that says why nothing is.
import type { ComponentChildren } from "preact";
import type { Refusal } from "../link/shapes";
import { Key } from "../parts/Key";
import { edit } from "../state/acts";
import { say } from "../text";
import { isUnknown, needsManager, type Read } from "./read";

// The place stays, so that the manager who signs in sees at once what was asked for.
function signOut() {
  void edit("DELETE", "/api/session");
}

export function Refused({ refusal }: { refusal: Refusal }) {
  if (needsManager(refusal))
    return (
      <div class="empty" data-test="manager-only">
        <p>{say("manager_reads")}</p>
        <Key act={signOut} test="manager-sign-in">
          {say("manager_signs_in")}
        </Key>
      </div>
    );
  return (
    <p class="empty" role="status" data-test="refused">
      {isUnknown(refusal) ? say("not_told_here") : refusal.detail}
    </p>
  );
}

export function Told<T>({
  read,
  children,
}: {
  read: Read<T>;
  children: (value: T) => ComponentChildren;
}) {
  if (read.refusal) return <Refused refusal={read.refusal} />;
  if (read.value === null)
    return (
      <p class="empty" aria-busy={true}>
        {say("loading")}
      </p>
    );
  return <>{children(read.value)}</>;
}
