// A manager allows what was just asked for, beside the one who works here. Scanning goes on behind.
import { useEffect, useState } from "preact/hooks";
import { ask } from "../link/till";
import type { Person } from "../link/shapes";
import { waiting } from "../state/store";
import { say } from "../text";
import { Key } from "./Key";
import { PinPad } from "./PinPad";

export function Approval() {
  const [managers, setManagers] = useState<Person[]>([]);
  const [who, setWho] = useState<Person | null>(null);
  const now = waiting.value;
  useEffect(() => {
    void ask<{ staff: Person[] }>("/api/staff").then((answer) => {
      if (!answer.ok) return;
      const found = answer.value.staff.filter((person) => person.role !== "cashier");
      setManagers(found);
      if (found.length === 1) setWho(found[0] ?? null);
    });
  }, []);
  if (!now) return null;
  const cancel = () => (waiting.value = null);
  return (
    <aside class="approval" aria-label={say("approval_needed")} data-test="approval">
      <h2>{say("approval_needed")}</h2>
      <p>{now.sentence}</p>
      {!who &&
        managers.map((person) => (
          <Key key={person.staff} act={() => setWho(person)}>
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
