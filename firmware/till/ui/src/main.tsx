import { render } from "preact";
import "@fontsource-variable/atkinson-hyperlegible-next/wght.css";
import "./style/base.css";
import "./style/parts.css";
import "./style/sell.css";
import { App } from "./app";
import { begin } from "./state/follow";

const root = document.getElementById("app");
if (root) render(<App />, root);
void begin();
