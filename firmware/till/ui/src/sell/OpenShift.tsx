// Before the first sale of a shift: how much is in the drawer.
import { useState } from "preact/hooks";
import { Field } from "../parts/Field";
import { Key } from "../parts/Key";
import { NumberPad } from "../parts/NumberPad";
import { act } from "../state/acts";
import { look } from "../state/store";
import { readAmount, say } from "../text";

export function OpenShift() {
  const [float, setFloat] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const open = async () => {
    const minor = readAmount(float);
    if (minor === undefined) return setProblem(say("amount_needed"));
    setProblem(null);
    const answer = await act("POST", "/api/shift", { float_minor: minor });
    if (answer.ok) await look();
  };
  return (
    <div class="panel" data-test="open-shift">
      <div class="panel-head">
        <h1>{say("open_shift_first")}</h1>
      </div>
      <div class="panel-body with-pad">
        <div class="grow">
          <Field
            label={say("float")}
            value={float}
            change={setFloat}
            enter={() => void open()}
            problem={problem}
            kind="number"
            focus
            test="float"
          />
          <Key kind="main" act={() => void open()} hint="Enter" class="wide" test="open">
            {say("open_shift")}
          </Key>
        </div>
        <NumberPad
          press={(digit) => setFloat((now) => now + digit)}
          erase={() => setFloat((now) => now.slice(0, -1))}
          extra="000"
        />
      </div>
    </div>
  );
}
