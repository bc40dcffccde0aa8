// Letters and digits to touch, for a till without a keyboard.
import { Icon } from "../parts/icons";
import { say } from "../text";

// Eleven in a row; the first row ends with the key that erases.
const digits = "1234567890";
const letters = "QWERTYUIOP-ASDFGHJKL.:ZXCVBNM/";

interface Props {
  press: (letter: string) => void;
  erase: () => void;
  isSmall: boolean;
}

export function LetterPad({ press, erase, isSmall }: Props) {
  const shown = (letter: string) => (isSmall ? letter.toLowerCase() : letter);
  const key = (letter: string) => (
    <button
      type="button"
      class="letter"
      key={letter}
      tabIndex={-1}
      onClick={() => press(shown(letter))}
    >
      {shown(letter)}
    </button>
  );
  return (
    <div class="letters">
      {[...digits].map(key)}
      <button
        type="button"
        class="letter"
        tabIndex={-1}
        aria-label={say("clear_search")}
        onClick={erase}
      >
        <Icon name="erase" />
      </button>
      {[...letters].map(key)}
    </div>
  );
}
