import { render } from "preact";
import "./styles/page.css";
import { Page } from "./page.tsx";

const root = document.getElementById("app");
if (root) render(<Page />, root);
