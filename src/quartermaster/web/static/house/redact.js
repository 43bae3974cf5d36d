/* Drawing what is taken out: the pointer fills in the form that the keyboard fills in as well. */
(() => {
  "use strict";

  const page = document.getElementById("redact-page");
  const drawn = document.getElementById("redact-drawn");
  const area = document.getElementById("redact-area");
  if (page && drawn && area && "open" in page.dataset) {
    const box = page.viewBox.baseVal;
    let from = null;

    const place = (event) => {
      const edges = page.getBoundingClientRect();
      const share = (value, low, size) => Math.min(1, Math.max(0, (value - low) / size));
      return {
        x: share(event.clientX, edges.left, edges.width),
        y: share(event.clientY, edges.top, edges.height),
      };
    };

    const show = () => {
      const value = (name) => Number(area.elements[name].value || 0) / 100;
      drawn.setAttribute("x", value("left") * box.width);
      drawn.setAttribute("y", value("top") * box.height);
      drawn.setAttribute("width", Math.max(0, value("right") - value("left")) * box.width);
      drawn.setAttribute("height", Math.max(0, value("bottom") - value("top")) * box.height);
    };

    const fill = (one, other) => {
      const written = (share) => (share * 100).toFixed(2);
      area.elements.left.value = written(Math.min(one.x, other.x));
      area.elements.top.value = written(Math.min(one.y, other.y));
      area.elements.right.value = written(Math.max(one.x, other.x));
      area.elements.bottom.value = written(Math.max(one.y, other.y));
      show();
    };

    page.addEventListener("pointerdown", (event) => {
      from = place(event);
      page.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    page.addEventListener("pointermove", (event) => {
      if (from) {
        fill(from, place(event));
      }
    });
    page.addEventListener("pointerup", (event) => {
      if (from) {
        fill(from, place(event));
        from = null;
        area.elements.code.focus();
      }
    });
    area.addEventListener("input", show);
  }

  const text = document.getElementById("redact-text");
  const passage = document.getElementById("redact-passage");
  if (text && passage && "open" in text.dataset) {
    document.addEventListener("selectionchange", () => {
      const chosen = document.getSelection();
      if (!chosen || chosen.isCollapsed || !chosen.rangeCount) {
        return;
      }
      const range = chosen.getRangeAt(0);
      if (!text.contains(range.startContainer) || !text.contains(range.endContainer)) {
        return;
      }
      const before = document.createRange();
      before.selectNodeContents(text);
      before.setEnd(range.startContainer, range.startOffset);
      // the server counts letters as Python does: by code point
      const start = Array.from(before.toString()).length;
      passage.elements.start.value = start;
      passage.elements.end.value = start + Array.from(range.toString()).length;
    });
  }
})();
