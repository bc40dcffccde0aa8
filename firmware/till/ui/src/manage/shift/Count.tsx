// Counting the drawer before a shift and after it. What should be in it is shown only when somebody
// asks, after counting: who knows the sum beforehand counts until it fits.
import { useEffect, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { Key } from "../../parts/Key";
import { useKeys } from "../../parts/keys";
import { go } from "../../state/place";
import { act } from "../../state/acts";
import { look, tell, till } from "../../state/store";
import { money, say } from "../../text";
import { DeepScreen } from "../Screen";
import type { Report } from "../shapes";
import { keepClose } from "./closed";
import { countAnew, countedMinor } from "./counting";
import { Pieces } from "./Pieces";
import { differenceWords } from "./ReportTables";

interface Props {
  title: string;
  test: string;
  told?: ComponentChildren;
  children: ComponentChildren;
}

function Counting({ title, test, told, children }: Props) {
  const [problem, setProblem] = useState<string | null>(null);
  const anew = () => {
    countAnew();
    setProblem(null);
  };
  return (
    <DeepScreen
      title={title}
      keys={
        <Key act={anew} disabled={countedMinor.value === 0} test="count-anew">
          {say("count_anew")}
        </Key>
      }
      test={test}
    >
      <div class="count">
        <Pieces problem={problem} setProblem={setProblem} />
        <div class="count-foot">
          <p class="count-sum" aria-live="polite">
            <span class="small">{say("counted")}</span>
            <strong data-test="counted">{money(countedMinor.value)}</strong>
          </p>
          {told}
          {children}
        </div>
      </div>
    </DeepScreen>
  );
}

export function CountToOpen() {
  const open = async () => {
    const answer = await act("POST", "/api/shift", { float_minor: countedMinor.value });
    if (!answer.ok) return;
    countAnew();
    await look();
    tell(say("shift_opened_done"));
    go("manager", "shift");
  };
  const isOpen = till.value?.shift !== null;
  useEffect(() => {
    if (isOpen) go("manager", "shift");
  }, [isOpen]);
  useKeys({ F9: () => void open() });
  return (
    <Counting title={say("count_title_open")} test="count-open">
      <Key kind="main" act={() => void open()} hint="F9" class="grow" test="open">
        {say("open_with", { amount: money(countedMinor.value) })}
      </Key>
    </Counting>
  );
}

function Compared({ expected }: { expected: number }) {
  const difference = countedMinor.value - expected;
  return (
    <p
      class={`count-sum ${difference === 0 ? "count-good" : "count-off"}`}
      aria-live="polite"
      data-test="compared"
    >
      <span class="small">
        {say("expected")} {money(expected)}
      </span>
      <strong>{differenceWords(difference)}</strong>
    </p>
  );
}

export function CountToClose() {
  const [expected, setExpected] = useState<number | null>(null);
  // Another count has to be confirmed anew.
  const [sureOf, setSureOf] = useState<number | null>(null);
  const isSure = sureOf === countedMinor.value;
  const compare = async () => {
    const answer = await act<Report>("POST", "/api/shift/report", {});
    if (answer.ok) setExpected(answer.value.expected_minor);
  };
  const close = async () => {
    const counted_minor = countedMinor.value;
    if (!isSure) return setSureOf(counted_minor);
    const answer = await act<Report>("POST", "/api/shift/close", { counted_minor });
    setSureOf(null);
    if (!answer.ok) return;
    countAnew();
    keepClose(answer.value);
    await look();
    go("manager", "shift");
  };
  useKeys({ F8: () => void compare(), F9: () => void close() });
  return (
    <Counting
      title={say(isSure ? "close_really" : "count_title_close")}
      test="count-close"
      told={expected !== null && <Compared expected={expected} />}
    >
      <Key act={() => void compare()} hint="F8" test="compare">
        {say("compare")}
      </Key>
      <Key
        kind={isSure ? "danger" : "main"}
        act={() => void close()}
        hint="F9"
        class="grow"
        test="close"
      >
        {isSure ? say("close_now") : say("close_with", { amount: money(countedMinor.value) })}
      </Key>
    </Counting>
  );
}
