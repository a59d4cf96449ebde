import { render } from "preact";
import "./styles/page.css";
import { storedLook } from "./company.tsx";
import { Page } from "./page.tsx";

document.documentElement.dataset["look"] = storedLook();
const root = document.getElementById("app");
if (root) render(<Page />, root);
