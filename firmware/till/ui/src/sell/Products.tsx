// Search, categories, and a key for every product. The search has the keyboard while nothing else
// asks for it: a scanner that types is heard there.
import { useLayoutEffect, useRef } from "preact/hooks";
import { signal } from "@preact/signals";
import type { Product } from "../link/shapes";
import { go, place } from "../state/place";
import { edit } from "../state/acts";
import { catalogue, waiting } from "../state/store";
import { scanText } from "../state/follow";
import { money, say } from "../text";
import { Icon } from "../parts/icons";
import { Key } from "../parts/Key";
import { moveLine, setQuantityOfChosen, takeOutChosen } from "./chosen";

const search = signal("");
const category = signal<string | null>(null);
const hasKeyboard = signal(false);

// "Őszibarack" is found by "oszi".
function plain(text: string) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

function matches(product: Product, wanted: string) {
  const words = plain(product.name);
  return (
    wanted.split(/\s+/).every((part) => words.includes(part)) ||
    String(product.plu ?? "") === wanted ||
    product.gtin.startsWith(wanted)
  );
}

const most = 120;

function shown(): Product[] {
  const wanted = plain(search.value.trim());
  const all = catalogue.value?.products ?? [];
  const found = all.filter((product) =>
    wanted
      ? matches(product, wanted)
      : category.value === null || product.category === category.value,
  );
  return found.slice(0, most);
}

export async function ringUp(product: Product) {
  search.value = "";
  if (product.by_weight) return go("weight", product.gtin);
  await edit("POST", "/api/basket/lines", { code: product.gtin });
}

async function enter() {
  const text = search.value.trim();
  if (!text) return;
  const all = catalogue.value?.products ?? [];
  const exact = all.find((product) => product.gtin === text || String(product.plu ?? "") === text);
  if (exact) return ringUp(exact);
  const [first, ...others] = shown();
  if (first && (others.length === 0 || /\s|^\D{2,}$/.test(text)) && matches(first, plain(text)))
    return ringUp(first);
  search.value = "";
  await scanText(text);
}

export function colourOf(name: string) {
  const at = catalogue.value?.categories.indexOf(name) ?? 0;
  return `colour-${Math.max(at, 0) % 8}`;
}

function SearchField() {
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    const back = () => {
      const has = document.activeElement;
      const busy = has instanceof HTMLInputElement || has?.closest(".approval");
      if (!busy) input.current?.focus({ preventScroll: true });
    };
    back();
    document.addEventListener("click", back);
    return () => document.removeEventListener("click", back);
  }, [waiting.value === null]);
  const pressed = (event: KeyboardEvent) => {
    const act = search.value ? typing[event.key] : (typing[event.key] ?? empty[event.key]);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  return (
    <div class="search">
      <input
        ref={input}
        type="text"
        inputMode={hasKeyboard.value ? "text" : "none"}
        autoComplete="off"
        spellcheck={false}
        placeholder={say("search_or_scan")}
        aria-label={say("search_or_scan")}
        value={search.value}
        data-test="search"
        onInput={(event) => (search.value = event.currentTarget.value)}
        onKeyDown={pressed}
      />
      {search.value ? (
        <Key kind="quiet" act={() => (search.value = "")} label={say("clear_search")}>
          ×
        </Key>
      ) : (
        <Key
          kind="quiet"
          act={() => (hasKeyboard.value = !hasKeyboard.value)}
          pressed={hasKeyboard.value}
          label={say("keyboard_help")}
        >
          <Icon name="keyboard" />
        </Key>
      )}
    </div>
  );
}

const typing: Record<string, () => void> = {
  Enter: () => void enter(),
  Escape: () => (search.value = ""),
};
// While nothing is typed, these work on the line that is chosen.
const empty: Record<string, () => void> = {
  "+": () => setQuantityOfChosen(1),
  "-": () => setQuantityOfChosen(-1),
  Delete: () => takeOutChosen(),
  ArrowUp: () => moveLine(-1),
  ArrowDown: () => moveLine(1),
};

function ProductKey({ product }: { product: Product }) {
  return (
    <button
      type="button"
      class={`product ${colourOf(product.category)}`}
      data-test={`product-${product.plu ?? product.gtin}`}
      onClick={() => void ringUp(product)}
    >
      <span class="product-name">{product.name}</span>
      <span class="product-price">
        {money(product.unit_minor)}
        {product.by_weight && say("per_kg")}
      </span>
    </button>
  );
}

function Categories() {
  const names = catalogue.value?.categories ?? [];
  const tab = (name: string | null, text: string) => (
    <button
      key={text}
      type="button"
      class={`tab ${name === null ? "" : colourOf(name)}`}
      aria-pressed={category.value === name && !search.value}
      onClick={() => {
        category.value = name;
        search.value = "";
      }}
    >
      {text}
    </button>
  );
  return (
    <nav class="tabs" aria-label={say("all")}>
      {tab(null, say("all"))}
      {names.map((name) => tab(name, name))}
    </nav>
  );
}

export function Products() {
  const products = shown();
  const isKnown = (catalogue.value?.products.length ?? 0) > 0;
  return (
    <div class="products" data-place={place.value.name}>
      <h1 class="unseen">{say("cart")}</h1>
      <SearchField />
      <Categories />
      <div class="product-keys">
        {products.map((product) => (
          <ProductKey key={product.gtin} product={product} />
        ))}
        {catalogue.value && !isKnown && <p class="empty">{say("no_products")}</p>}
        {isKnown && products.length === 0 && (
          <p class="empty">{say("nothing_found", { text: search.value })}</p>
        )}
      </div>
    </div>
  );
}
