import { render } from "preact";
import "@fontsource-variable/atkinson-hyperlegible-next/wght.css";
import "../style/base.css";
import "../style/display.css";
import { Display } from "./Display";
import { begin } from "./follow";

const root = document.getElementById("app");
if (root) render(<Display />, root);
void begin();
