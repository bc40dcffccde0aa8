// What a manager's screen asks the till for: the answer, or why there is none.
import { useEffect, useRef, useState } from "preact/hooks";
import { ask } from "../link/till";
import type { Refusal } from "../link/shapes";
import { language } from "../text";

export interface Read<T> {
  value: T | null;
  refusal: Refusal | null;
  again: () => void;
}

// Asked anew when the path, the language or one of `causes` changes; what was told stays to be
// seen until then.
export function useRead<T>(path: string, ...causes: unknown[]): Read<T> {
  const [read, setRead] = useState<{ value: T | null; refusal: Refusal | null }>({
    value: null,
    refusal: null,
  });
  const latest = useRef(0);
  const again = () => {
    const mine = ++latest.current;
    void ask<T>(path).then((answer) => {
      if (mine !== latest.current) return;
      setRead(
        answer.ok
          ? { value: answer.value, refusal: null }
          : { value: null, refusal: answer.refusal },
      );
    });
  };
  useEffect(again, [path, language.value, ...causes]);
  return { ...read, again };
}

const forManagers = new Set(["MANAGER_NEEDED", "NOT_A_MANAGER", "NOT_SIGNED_IN"]);

// Whether a manager who signs in would be told.
export function needsManager(refusal: Refusal) {
  return forManagers.has(refusal.error_code);
}

// Whether this till does not tell that at all.
export function isUnknown(refusal: Refusal) {
  return refusal.error_code === "NOT_FOUND";
}
