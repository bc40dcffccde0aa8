// Who may work here, and who is locked after wrong PINs.
import { Key } from "../parts/Key";
import { useKeys } from "../parts/keys";
import { roleName } from "../sell/SignIn";
import { person } from "../state/store";
import { age, say } from "../text";
import { useRead } from "./read";
import { Screen } from "./Screen";
import type { StaffMember } from "./shapes";
import { Told } from "./Told";

function Row({ member }: { member: StaffMember }) {
  const locked = member.locked_s ?? 0;
  const isHere = person.value?.staff === member.staff;
  return (
    <li class="list-row" data-test={`member-${member.staff}`}>
      <span class="grow">
        <strong>{member.name}</strong>
        <span class="small">
          {roleName(member.role)}
          {isHere && ` · ${say("staff_here")}`}
        </span>
      </span>
      <span class={locked > 0 ? "staff-locked" : "staff-free"}>
        {locked > 0 ? say("staff_locked", { age: age(locked) }) : say("staff_works")}
      </span>
    </li>
  );
}

export function Staff() {
  const read = useRead<{ staff: StaffMember[] }>("/api/staff");
  useKeys({ r: read.again, R: read.again });
  return (
    <Screen
      title={say("tab_staff")}
      keys={
        <Key act={read.again} hint="R" test="again">
          {say("look_again")}
        </Key>
      }
      test="staff"
    >
      <Told read={read}>
        {({ staff }) =>
          staff.length === 0 ? (
            <p class="empty">{say("no_staff")}</p>
          ) : (
            <ul class="list">
              {staff.map((member) => (
                <Row key={member.staff} member={member} />
              ))}
            </ul>
          )
        }
      </Told>
      <p class="shift-hint">{say("staff_from_centre")}</p>
    </Screen>
  );
}
