// Why something is done: a touch on what is said most often, or typed.
import { say, type Name } from "../text";
import { CommonReasons } from "./CommonReasons";
import { Field } from "./Field";

const usual: Record<"back" | "price", Name[]> = {
  back: ["reason_faulty", "reason_unwanted", "reason_mistyped"],
  price: ["reason_damaged", "reason_wrong_label", "reason_promise"],
};

interface Props {
  of: keyof typeof usual;
  value: string;
  change: (value: string) => void;
  enter?: () => void;
  problem?: string | null | undefined;
  focus?: boolean;
  test: string;
}

export function Reason({ of, value, change, enter, problem, focus, test }: Props) {
  return (
    <div>
      <CommonReasons names={usual[of]} value={value} choose={change} test={test} />
      <Field
        label={say("reason")}
        value={value}
        change={change}
        problem={problem}
        test={test}
        {...(enter ? { enter } : {})}
        {...(focus ? { focus } : {})}
      />
    </div>
  );
}
