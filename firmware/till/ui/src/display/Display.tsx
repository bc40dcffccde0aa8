// The customer's display: thanks, else the basket, else pictures.
import { say } from "../text";
import { BasketView } from "./Basket";
import { isServed, thanks } from "./customer";
import { Idle } from "./Idle";
import { isPractice } from "./practised";
import { Thanks } from "./Thanks";

function View() {
  if (thanks.value) return <Thanks key={thanks.value.seq} sold={thanks.value} />;
  return isServed.value ? <BasketView /> : <Idle />;
}

// The whole screen belongs to the shop, as soon as a touch allows the page to ask for it.
function fillScreen() {
  if (!document.fullscreenElement)
    void document.documentElement.requestFullscreen().catch(() => undefined);
}

export function Display() {
  const practised = isPractice.value || thanks.value?.kind === "training";
  return (
    <div class={`app ${practised ? "practising" : ""}`} onPointerUp={fillScreen}>
      {practised && (
        <p class="practice-banner" role="status" data-test="practice">
          {say("shown_practice")}
        </p>
      )}
      <View />
    </div>
  );
}
