// Who works here: a name, then a PIN.
import { useEffect, useState } from "preact/hooks";
import { ask, write } from "../link/till";
import type { Person, State } from "../link/shapes";
import { Key } from "../parts/Key";
import { PinPad } from "../parts/PinPad";
import { useKeys, type Keys } from "../parts/keys";
import { isName, say } from "../text";
import { notice, take } from "../state/store";

export function roleName(role: string) {
  const name = `role_${role}`;
  return isName(name) ? say(name) : role;
}

function Names({ staff, choose }: { staff: Person[]; choose: (person: Person) => void }) {
  const keys: Keys = {};
  staff.slice(0, 9).forEach((person, at) => (keys[String(at + 1)] = () => choose(person)));
  useKeys(keys);
  return (
    <div class="names">
      {staff.map((person, at) => (
        <Key
          key={person.staff}
          act={() => choose(person)}
          hint={at < 9 ? String(at + 1) : undefined}
          class="name"
          test={`staff-${person.staff}`}
        >
          <strong>{person.name}</strong>
          <span class="small">{roleName(person.role)}</span>
        </Key>
      ))}
    </div>
  );
}

export function SignIn() {
  const [staff, setStaff] = useState<Person[] | null>(null);
  const [who, setWho] = useState<Person | null>(null);
  useEffect(() => {
    void ask<{ staff: Person[] }>("/api/staff").then(
      (answer) => answer.ok && setStaff(answer.value.staff),
    );
  }, []);
  const send = async (pin: string) => {
    const answer = await write<State>("POST", "/api/session", { staff: who?.staff ?? "", pin });
    if (!answer.ok) return answer.refusal.detail;
    notice.value = null;
    take(answer.value);
    return null;
  };
  return (
    <main class="screen sign-in">
      <h1>{say("who_works")}</h1>
      {staff?.length === 0 && <p class="empty">{say("no_staff")}</p>}
      {!who && staff && <Names staff={staff} choose={setWho} />}
      {who && <PinPad name={who.name} send={send} back={() => setWho(null)} />}
    </main>
  );
}
