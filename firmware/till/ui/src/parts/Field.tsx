// A field with its name above and, where what was typed is not right, a sentence below it.
import { useLayoutEffect, useId, useRef } from "preact/hooks";

interface Props {
  label: string;
  value: string;
  change: (value: string) => void;
  enter?: () => void;
  problem?: string | null | undefined;
  kind?: "text" | "number" | "secret";
  focus?: boolean;
  test?: string;
}

export function Field({ label, value, change, enter, problem, kind = "text", focus, test }: Props) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    if (focus) input.current?.focus();
  }, [focus]);
  return (
    <div class={`field ${problem ? "field-wrong" : ""}`}>
      <label for={id}>{label}</label>
      <input
        id={id}
        ref={input}
        type={kind === "secret" ? "password" : "text"}
        inputMode={kind === "text" ? "text" : "numeric"}
        autoComplete="off"
        spellcheck={false}
        value={value}
        aria-invalid={problem ? true : undefined}
        aria-describedby={problem ? `${id}-problem` : undefined}
        data-test={test}
        onInput={(event) => change(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || !enter) return;
          event.preventDefault();
          event.stopPropagation();
          enter();
        }}
      />
      {problem && (
        <p id={`${id}-problem`} class="problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
