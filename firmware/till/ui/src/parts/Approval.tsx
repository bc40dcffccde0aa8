// A manager allows what was just asked for, beside the one who works here. Scanning goes on behind.
import { useState } from "preact/hooks";
import type { Person } from "../link/shapes";
import { staff, waiting } from "../state/store";
import { say } from "../text";
import { Key } from "./Key";
import { PinPad } from "./PinPad";

export function Approval() {
  const managers = (staff.value ?? []).filter((person) => person.role !== "cashier");
  const only = managers.length === 1 ? managers[0] : undefined;
  const [chosen, setChosen] = useState<Person | null>(null);
  const who = chosen ?? only ?? null;
  const now = waiting.value;
  if (!now) return null;
  const cancel = () => (waiting.value = null);
  return (
    <aside class="approval" aria-label={say("approval_needed")} data-test="approval">
      <h2>{say("approval_needed")}</h2>
      {now.what && <p class="approval-what">{now.what}</p>}
      <p>{now.sentence}</p>
      {!who &&
        managers.map((person) => (
          <Key key={person.staff} act={() => setChosen(person)}>
            {person.name}
          </Key>
        ))}
      {who && (
        <PinPad
          name={who.name}
          ready={say("allow")}
          back={cancel}
          send={async (pin) => (await now.go({ staff: who.staff, pin }))?.detail ?? null}
        />
      )}
      {!who && <Key act={cancel}>{say("cancel")}</Key>}
    </aside>
  );
}
