// How many of each note and coin there are: typed, or one by one.
import { useRef, useState } from "preact/hooks";
import { NumberPad } from "../../parts/NumberPad";
import { till } from "../../state/store";
import { money, say } from "../../text";
import { coinName, coinsOf, counts, longestCount, notesOf, setCount } from "./counting";

interface RowProps {
  minor: number;
  isChosen: boolean;
  choose: () => void;
  move: (rows: number) => void;
  setProblem: (problem: string | null) => void;
}

function PieceRow({ minor, isChosen, choose, move, setProblem }: RowProps) {
  const count = counts.value[minor] ?? 0;
  const coin = coinName(minor);
  const step = (by: number) => {
    choose();
    setProblem(null);
    setCount(minor, count + by);
  };
  const type = (text: string) => {
    const isRight = new RegExp(`^\\d{0,${longestCount}}$`).test(text);
    setProblem(isRight ? null : say("count_in_digits"));
    if (isRight) setCount(minor, Number(text));
  };
  const keys: Record<string, () => void> = {
    "+": () => step(1),
    "-": () => step(-1),
    Enter: () => move(1),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
  };
  return (
    <div class={`piece ${isChosen ? "piece-chosen" : ""}`}>
      <label for={`piece-${minor}`}>
        {coin}
        <span class="small">{count > 0 && money(count * minor)}</span>
      </label>
      <button
        type="button"
        class="piece-key"
        aria-label={say("one_less_of", { coin })}
        disabled={count === 0}
        data-test={`less-${minor}`}
        onClick={() => step(-1)}
      >
        −
      </button>
      <input
        id={`piece-${minor}`}
        type="text"
        inputMode="numeric"
        autoComplete="off"
        aria-label={say("pieces_of", { coin })}
        value={count === 0 ? "" : String(count)}
        placeholder="0"
        data-test={`pieces-${minor}`}
        onFocus={(event) => {
          choose();
          event.currentTarget.select();
        }}
        onInput={(event) => {
          type(event.currentTarget.value);
          event.currentTarget.value = String(counts.value[minor] || "");
        }}
        onKeyDown={(event) => {
          const does = keys[event.key];
          if (!does) return;
          event.preventDefault();
          event.stopPropagation();
          does();
        }}
      />
      <button
        type="button"
        class="piece-key"
        aria-label={say("one_more_of", { coin })}
        data-test={`more-${minor}`}
        onClick={() => step(1)}
      >
        +
      </button>
    </div>
  );
}

export function Pieces({
  problem,
  setProblem,
}: Pick<RowProps, "setProblem"> & { problem: string | null }) {
  const currency = till.value?.currency ?? "HUF";
  const groups = [notesOf(currency), coinsOf(currency)];
  const all = groups.flat();
  const [chosen, setChosen] = useState(all[0] ?? 0);
  // Whether the pad's next digit begins the count anew, as typing into a field just entered does.
  const isFresh = useRef(true);
  const choose = (minor: number) => {
    if (minor !== chosen) isFresh.current = true;
    setChosen(minor);
  };
  const move = (rows: number) => {
    const next = all[all.indexOf(chosen) + rows];
    if (next) document.getElementById(`piece-${next}`)?.focus();
  };
  const press = (digit: string) => {
    const before = isFresh.current ? 0 : (counts.value[chosen] ?? 0);
    isFresh.current = false;
    setCount(chosen, Number(`${before}${digit}`));
  };
  const erase = () => setCount(chosen, Math.floor((counts.value[chosen] ?? 0) / 10));
  return (
    <div class="pieces">
      {groups.map((group, at) => (
        <div key={at} role="group" aria-label={say(at === 0 ? "notes" : "coins")} class="grow">
          {group.map((minor) => (
            <PieceRow
              key={minor}
              minor={minor}
              isChosen={minor === chosen}
              choose={() => choose(minor)}
              move={move}
              setProblem={setProblem}
            />
          ))}
        </div>
      ))}
      <div class="pieces-pad">
        <p class="pieces-now">{say("pieces_of", { coin: coinName(chosen) })}</p>
        <NumberPad press={press} erase={erase} extra="00" />
        <p class="problem" role="alert">
          {problem}
        </p>
      </div>
    </div>
  );
}
