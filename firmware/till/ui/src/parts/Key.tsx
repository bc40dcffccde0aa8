// A key to be touched, or pressed on a keyboard: `hint` names that key and is shown on it.
import type { ComponentChildren } from "preact";

interface Props {
  children: ComponentChildren;
  act: () => void;
  kind?: "main" | "plain" | "danger" | "quiet";
  hint?: string | undefined;
  disabled?: boolean | undefined;
  label?: string | undefined;
  pressed?: boolean | undefined;
  class?: string | undefined;
  test?: string | undefined;
}

export function Key({
  children,
  act,
  kind = "plain",
  hint,
  disabled,
  label,
  pressed,
  class: more,
  test,
}: Props) {
  return (
    <button
      type="button"
      class={`key key-${kind} ${more ?? ""}`}
      disabled={disabled}
      aria-label={label}
      aria-pressed={pressed}
      aria-keyshortcuts={hint}
      data-test={test}
      onClick={act}
    >
      <span class="key-text">{children}</span>
      {hint && (
        <kbd class="hint" aria-hidden="true">
          {hint}
        </kbd>
      )}
    </button>
  );
}
