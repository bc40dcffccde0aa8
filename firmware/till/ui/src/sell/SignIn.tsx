// Who works here: a name, then a PIN.
import { useState } from "preact/hooks";
import { write } from "../link/till";
import type { Person, State } from "../link/shapes";
import { Key } from "../parts/Key";
import { PinPad } from "../parts/PinPad";
import { useKeys, type Keys } from "../parts/keys";
import { isName, say } from "../text";
import { notice, staff, take } from "../state/store";

export function roleName(role: string) {
  const name = `role_${role}`;
  return isName(name) ? say(name) : role;
}

function Names({ people, choose }: { people: Person[]; choose: (person: Person) => void }) {
  const keys: Keys = {};
  people.slice(0, 9).forEach((person, at) => (keys[String(at + 1)] = () => choose(person)));
  useKeys(keys);
  return (
    <div class="names">
      {people.map((person, at) => (
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
  const [who, setWho] = useState<Person | null>(null);
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
      {staff.value?.length === 0 && <p class="empty">{say("no_staff")}</p>}
      {!who && staff.value && <Names people={staff.value} choose={setWho} />}
      {who && <PinPad name={who.name} send={send} back={() => setWho(null)} />}
    </main>
  );
}
