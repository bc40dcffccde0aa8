// What became of the last act. It stands beside the basket and stops nothing.
import { notice } from "../state/store";
import { say } from "../text";

export function NoticeLine() {
  const now = notice.value;
  return (
    <div class="notice-place" role="status" aria-live="polite">
      {now && (
        <div class={`notice notice-${now.kind}`} data-test="notice">
          <p>{now.text}</p>
          <button
            type="button"
            class="notice-close"
            aria-label={say("close")}
            onClick={() => (notice.value = null)}
          >
            ×
          </button>
        </div>
      )}
    </div>
  );
}
