// What is said most often, each a key that says it.
import { say, type Name } from "../text";
import { Key } from "./Key";

interface Props {
  names: Name[];
  value: string;
  choose: (reason: string) => void;
  // What the keys' names for tests begin with.
  test: string;
}

export function CommonReasons({ names, value, choose, test }: Props) {
  return (
    <div class="reasons" role="group" aria-label={say("common_reasons")}>
      {names.map((name) => (
        <Key
          key={name}
          act={() => choose(say(name))}
          pressed={value === say(name)}
          test={`${test}-${name}`}
        >
          {say(name)}
        </Key>
      ))}
    </div>
  );
}
