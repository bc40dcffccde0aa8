// Why: in one's own words, or by a key with a common reason.
import { CommonReasons } from "../../parts/CommonReasons";
import { Field } from "../../parts/Field";
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
      <CommonReasons names={common} value={reason} choose={change} test="common" />
    </>
  );
}
