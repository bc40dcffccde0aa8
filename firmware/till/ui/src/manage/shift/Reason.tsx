// Why: in one's own words, or by a key with a common reason.
import { Field } from "../../parts/Field";
import { Key } from "../../parts/Key";
import { say, type Name } from "../../text";

interface Props {
  reason: string;
  change: (reason: string) => void;
  enter: () => void;
  problem: string | null | undefined;
  common: Name[];
  focus: boolean;
}

export function Reason({ reason, change, enter, problem, common, focus }: Props) {
  return (
    <>
      <Field
        label={say("reason")}
        value={reason}
        change={change}
        enter={enter}
        problem={problem}
        focus={focus}
        test="reason"
      />
      <div class="reasons" role="group" aria-label={say("common_reasons")}>
        {common.map((name) => (
          <Key
            key={name}
            act={() => change(say(name))}
            pressed={reason === say(name)}
            test={`common-${name}`}
          >
            {say(name)}
          </Key>
        ))}
      </div>
    </>
  );
}
