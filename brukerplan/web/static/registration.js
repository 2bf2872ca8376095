// The registration page with JavaScript. Without it the page works by its two buttons.
import { autosave } from "./autosave.js";
import { routing } from "./routing.js";
import { keyboard } from "./keyboard.js";
import { serviceFilter } from "./services.js";
import { currentSection } from "./sections.js";

const form = document.getElementById("registrering");
if (form) {
  routing(form);
  keyboard(form);
  serviceFilter(form);
  currentSection(document.getElementById("deler"));
  autosave(form);
}
