// Why something is done: a touch on what is said most often, or typed.
import { say, type Name } from "../text";
import { Field } from "./Field";
import { Key } from "./Key";

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
      <div class="reasons">
        {usual[of].map((name) => (
          <Key
            key={name}
            act={() => change(say(name))}
            pressed={value === say(name)}
            test={`${test}-${name}`}
          >
            {say(name)}
          </Key>
        ))}
      </div>
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
