// How much of something that is sold by weight.
import { useRef, useState } from "preact/hooks";
import { Field } from "../parts/Field";
import { Key } from "../parts/Key";
import { NumberPad } from "../parts/NumberPad";
import { Panel } from "../parts/Panel";
import { goOn } from "../state/place";
import { edit } from "../state/acts";
import { catalogue } from "../state/store";
import { money, say } from "../text";

export function Weight({ code }: { code: string }) {
  const [grams, setGrams] = useState("");
  const busy = useRef(false);
  const [problem, setProblem] = useState<string | null>(null);
  const product = catalogue.value?.products.find((one) => one.gtin === code);
  const weight = Number(grams);
  const isWeight = /^\d{1,6}$/.test(grams) && weight > 0;
  const enter = async () => {
    if (busy.current) return;
    if (!isWeight) return setProblem(say("weight_needed"));
    busy.current = true;
    const answer = await edit("POST", "/api/basket/lines", { code, quantity_milli: weight });
    busy.current = false;
    if (answer.ok) goOn("weight");
    else setProblem(answer.refusal.detail);
  };
  return (
    <Panel title={product?.name ?? code} test="weight-panel">
      <div class="with-pad">
        <div class="grow">
          <Field
            label={say("weight_of", { name: product?.name ?? code })}
            value={grams}
            change={setGrams}
            enter={() => void enter()}
            problem={problem}
            kind="number"
            focus
            test="grams"
          />
          {product && isWeight && (
            <p class="big">{money(Math.round((product.unit_minor * weight) / 1000))}</p>
          )}
          <Key kind="main" act={() => void enter()} hint="Enter" class="wide" test="weight-enter">
            {say("take")}
          </Key>
        </div>
        <NumberPad
          press={(digit) => setGrams((now) => now + digit)}
          erase={() => setGrams((now) => now.slice(0, -1))}
        />
      </div>
    </Panel>
  );
}
