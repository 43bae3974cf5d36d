/* The house's own script: the menu on a phone, the search shortcut, focus after an error.
   Everything works without it. */
(() => {
  "use strict";

  document.documentElement.classList.add("house-js");

  const menuButton = document.querySelector("[data-menu]");
  const menu = document.getElementById("menu");
  if (menuButton && menu) {
    menuButton.hidden = false;
    const set = (open) => {
      menuButton.setAttribute("aria-expanded", String(open));
      menu.classList.toggle("house-nav--open", open);
    };
    menuButton.addEventListener("click", () => {
      set(menuButton.getAttribute("aria-expanded") !== "true");
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && menuButton.getAttribute("aria-expanded") === "true") {
        set(false);
        menuButton.focus();
      }
    });
  }

  // What somebody unfolds or folds in the menu stays so from page to page, until the window closes.
  const kept = () => {
    try {
      return JSON.parse(window.sessionStorage.getItem("menu")) || {};
    } catch {
      return {};
    }
  };
  document.querySelectorAll("[data-section]").forEach((section) => {
    const name = section.dataset.section;
    const current = section.querySelector("[aria-current]") !== null;
    if (name in kept() && !current) {
      section.open = kept()[name];
    }
    section.querySelector("summary").addEventListener("click", () => {
      try {
        window.sessionStorage.setItem("menu", JSON.stringify({ ...kept(), [name]: !section.open }));
      } catch {
        // It is not kept where the browser keeps nothing.
      }
    });
  });

  const typing = (node) =>
    node instanceof HTMLElement &&
    (node.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(node.tagName));

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) {
      return;
    }
    const box = document.querySelector('[data-shortcut="/"]');
    if (box) {
      event.preventDefault();
      box.focus();
      box.select();
    }
  });

  // On a phone the filters are folded away unless one is set.
  const filters = document.querySelector("[data-filters]");
  if (filters && filters.dataset.filters === "0" && window.matchMedia("(max-width: 39.99em)").matches) {
    filters.open = false;
  }

  const summary = document.querySelector("[data-focus]");
  if (summary) {
    summary.focus();
  }

  document.addEventListener("click", (event) => {
    const copy = event.target instanceof Element && event.target.closest("[data-copy]");
    if (copy && navigator.clipboard) {
      navigator.clipboard.writeText(copy.dataset.copy).then(() => {
        copy.textContent = "Copied";
      });
    }
  });
})();
