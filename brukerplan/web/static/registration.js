// The registration page with JavaScript. Without it the page works by its three buttons.
import { autosave } from "./autosave.js";
import { carried } from "./carried.js";
import { keyboard } from "./keyboard.js";
import { routing } from "./routing.js";
import { currentSection } from "./sections.js";
import { services } from "./services.js";
import { stops } from "./stops.js";

// What stands at the top would be scrolled away unread: it has focus until Enter goes on.
function readFirst(told, way) {
  told.tabIndex = -1;
  told.focus();
  told.addEventListener("keydown", (event) => {
    if (event.target !== told || event.key !== "Enter") return;
    event.preventDefault();
    way.go(way.first());
  });
}

const form = document.getElementById("registrering");
if (form) {
  for (const each of form.querySelectorAll("[data-without-script]")) each.hidden = true;
  routing(form);
  const way = stops(form);
  carried(form, way);
  services(form, way);
  keyboard(form, way);
  currentSection(document.getElementById("deler"));
  autosave(form);
  // Where the work is; unless the address leads somewhere, or something is told first.
  const told = document.querySelector("main .ds-alert");
  if (!document.getElementById("feil") && !location.hash) {
    // What has focus is to be in sight also after reloading, not what was scrolled to before.
    history.scrollRestoration = "manual";
    if (told) readFirst(told, way);
    else way.go(way.first());
  }
}
