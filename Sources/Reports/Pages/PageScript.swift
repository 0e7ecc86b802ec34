extension Page {
  /// Shows the values under the pointer or at the position of the arrow keys. Without the script the page is complete,
  /// but static.
  static let script = #"""
    "use strict";
    const units = ["", " k", " M", " B"];
    function short(value) {
      let unit = 0;
      while (Math.abs(value) >= 10000 && unit < 3) { value /= 1000; unit += 1; }
      return (unit ? value.toFixed(1) : String(Math.round(value))) + units[unit];
    }
    function text(value, quantity) {
      switch (quantity) {
        case "rate": return value.toExponential(2);
        case "share": return (value * 100).toFixed(1) + " %";
        case "speed": return short(value) + "/s";
        case "mebibytes": return value.toFixed(1) + " MiB";
        case "gibibytes": return value.toFixed(2) + " GiB";
        default: return Math.abs(value) > 0 && Math.abs(value) < 0.001 ? value.toExponential(3) : value.toPrecision(4);
      }
    }
    function nearest(values, target) {
      let low = 0, high = values.length - 1;
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (values[middle] < target) { low = middle; } else { high = middle; }
      }
      return target - values[low] <= values[high] - target ? low : high;
    }
    for (const figure of document.querySelectorAll("figure.chart")) {
      const data = JSON.parse(figure.querySelector("script").textContent);
      const plot = figure.querySelector(".plot");
      const drawing = figure.querySelector(".drawing");
      const cursor = figure.querySelector(".cursor");
      const rule = cursor.querySelector("line");
      const tip = figure.querySelector(".tip");
      const status = figure.querySelector("[role=status]");
      const lines = data.lines.filter(line => line.x.length > 0);
      if (lines.length === 0) { continue; }
      const steps = [...new Set(lines.flatMap(line => line.x))].sort((a, b) => a - b);
      const dots = lines.map(line => {
        const dot = document.createElementNS(cursor.namespaceURI, "circle");
        dot.setAttribute("r", 4);
        dot.setAttribute("class", "dot color" + line.color);
        cursor.append(dot);
        return dot;
      });
      const across = step => (step - data.x[0]) / (data.x[1] - data.x[0]);
      const height = value => data.logarithmic
        ? Math.log(value / data.y[0]) / Math.log(data.y[1] / data.y[0])
        : (value - data.y[0]) / (data.y[1] - data.y[0]);
      let position = -1;
      function show(index, speaks) {
        position = Math.max(0, Math.min(steps.length - 1, index));
        const step = steps[position];
        const left = across(step) * 100;
        rule.setAttribute("x1", left + "%");
        rule.setAttribute("x2", left + "%");
        tip.replaceChildren();
        const title = document.createElement("strong");
        title.textContent = "step " + step;
        tip.append(title);
        const spoken = [title.textContent];
        lines.forEach((line, index) => {
          const at = nearest(line.x, step);
          const y = height(line.y[at]);
          dots[index].setAttribute("cx", across(line.x[at]) * 100 + "%");
          dots[index].setAttribute("cy", (1 - y) * 100 + "%");
          dots[index].setAttribute("visibility", y >= 0 && y <= 1 ? "visible" : "hidden");
          const row = document.createElement("span");
          const key = document.createElement("i");
          key.className = "key " + (line.faint ? "faint " : "") + "color" + line.color;
          const value = document.createElement("b");
          value.textContent = text(line.y[at], data.quantity);
          const name = line.name + (line.x[at] === step ? "" : " (step " + line.x[at] + ")");
          row.append(key, document.createTextNode(name), value);
          tip.append(row);
          spoken.push(name + " " + value.textContent);
        });
        cursor.removeAttribute("hidden");
        tip.hidden = false;
        const box = drawing.getBoundingClientRect();
        const outer = plot.getBoundingClientRect();
        const at = box.left - outer.left + left / 100 * box.width;
        const room = outer.width - tip.offsetWidth - 4;
        const x = at + 14 + tip.offsetWidth < outer.width ? at + 14 : at - 14 - tip.offsetWidth;
        tip.style.transform = "translate(" + Math.max(4, Math.min(room, x)) + "px, 0)";
        if (speaks) { status.textContent = spoken.join(", "); }
      }
      function hide() {
        cursor.setAttribute("hidden", "hidden");
        tip.hidden = true;
        position = -1;
      }
      plot.addEventListener("pointermove", event => {
        const box = drawing.getBoundingClientRect();
        const share = (event.clientX - box.left) / box.width;
        show(nearest(steps, data.x[0] + share * (data.x[1] - data.x[0])), false);
      });
      plot.addEventListener("pointerleave", hide);
      plot.addEventListener("blur", hide);
      plot.addEventListener("keydown", event => {
        const page = Math.max(1, Math.round(steps.length / 20));
        const moves = { ArrowLeft: -1, ArrowRight: 1, PageUp: -page, PageDown: page };
        if (event.key === "Home") { show(0, true); }
        else if (event.key === "End") { show(steps.length - 1, true); }
        else if (event.key === "Escape") { hide(); }
        else if (event.key in moves) { show(position < 0 ? 0 : position + moves[event.key], true); }
        else { return; }
        event.preventDefault();
      });
    }
    // Print folded sections too.
    addEventListener("beforeprint", () => {
      for (const details of document.querySelectorAll("details.printed")) { details.open = true; }
    });
    """#
}
