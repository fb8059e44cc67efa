/* Charts of a comparison, and what saves the clerk a click. The pages work without it: every chart has its table. */
(function () {
  "use strict";

  const COLOURS = { value: "#0f5ea8", band: "#bcd6ec", bound: "#6b7683", nested: "#8a5a00", line: "#d8dde3", ink: "#1c232b", quiet: "#56616d" };
  const FONT = getComputedStyle(document.body).fontFamily;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  function number(value, digits) {
    return value.toLocaleString(document.documentElement.lang, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  }

  /* Values to the nearest tenth, bounds upwards, so that a bound stays one. */
  function tenths(value) { return number(value, 1); }
  function upwards(value) { return number(Math.ceil(Math.round(value * 1e7) / 1e6) / 10, 1); }

  function text(words) {
    const box = document.createElement("div");
    box.textContent = words;
    return box.innerHTML;
  }

  function tip(lines) { return lines.map(text).join("<br>"); }

  function common() {
    return {
      animation: !still,
      textStyle: { fontFamily: FONT, color: COLOURS.ink, fontSize: 13 },
      grid: { left: 8, right: 28, top: 48, bottom: 8, containLabel: true },
      legend: { top: 4, left: "center", itemGap: 22, textStyle: { color: COLOURS.ink, fontSize: 13 } },
      tooltip: { confine: true, borderColor: COLOURS.line, textStyle: { color: COLOURS.ink, fontSize: 13 } },
    };
  }

  /* Not from nought, since differences are small; but the room below the least is not below nought either. */
  function notBelowNought(extent) {
    return extent.min >= 0 && extent.min < 0.25 * (extent.max - extent.min) ? 0 : null;
  }

  function axis(name, more) {
    return Object.assign({
      type: "value", name: name, nameTextStyle: { color: COLOURS.quiet },
      scale: true, min: notBelowNought, boundaryGap: ["6%", "6%"], axisLabel: { color: COLOURS.quiet, hideOverlap: true }, axisLine: { lineStyle: { color: COLOURS.line } },
      splitLine: { lineStyle: { color: COLOURS.line } },
    }, more);
  }

  /* One bar for each scenario from the plan found to the proved bound; the dark edge is the plan. */
  function bands(data) {
    const options = common();
    const width = Math.max(data.names.length * 44 + 96, 200);
    options.grid.top = 42;
    options.tooltip.trigger = "item";
    options.tooltip.formatter = function (item) {
      const at = item.dataIndex;
      return tip([data.names[at], data.words.value + " " + tenths(data.values[at]), data.words.bound + " " + upwards(data.bounds[at])]);
    };
    options.xAxis = axis(data.words.unit, { nameLocation: "middle", nameGap: 28 });
    options.grid.bottom = 30;
    options.yAxis = { type: "category", inverse: true, data: data.names, axisTick: { show: false }, axisLine: { lineStyle: { color: COLOURS.line } },
      axisLabel: { color: COLOURS.ink, width: window.innerWidth < 560 ? 110 : 240, overflow: window.innerWidth < 560 ? "truncate" : "break" } };
    options.legend.data = [data.words.value, data.words.band];
    options.series = [
      { name: data.words.band, type: "custom", itemStyle: { color: COLOURS.band }, encode: { x: [0, 1], y: 2 },
        data: data.values.map(function (value, at) { return [value, data.bounds[at], at]; }), renderItem: drawBand },
      { name: data.words.value, type: "scatter", symbol: "rect", symbolSize: [5, 24], itemStyle: { color: COLOURS.value },
        data: data.values.map(function (value, at) { return [value, at]; }),
        markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: COLOURS.value, type: "dashed", opacity: 0.5 }, data: [{ xAxis: data.values[0] }] } },
    ];
    return { options: options, height: width };
  }

  function drawBand(params, api) {
    const from = api.coord([api.value(0), api.value(2)]);
    const to = api.coord([api.value(1), api.value(2)]);
    return { type: "rect", shape: { x: from[0], y: from[1] - 12, width: Math.max(to[0] - from[0], 2), height: 24 }, style: { fill: COLOURS.band, stroke: COLOURS.bound, lineWidth: 0.5 } };
  }

  /* The band from value to bound is one filled area between two lines. */
  function between(data, xs, type) {
    const points = xs.map(function (x, at) { return [x, data.values[at], data.bounds[at]]; });
    return [
      { name: data.words.band, type: "custom", silent: true, z: 1, itemStyle: { color: COLOURS.band }, encode: { x: 0, y: [1, 2] }, data: [points.length ? points[0] : [0, 0, 0]],
        renderItem: function (params, api) {
          const upper = points.map(function (point) { return api.coord([point[0], point[2]]); });
          const lower = points.map(function (point) { return api.coord([point[0], point[1]]); }).reverse();
          return { type: "polygon", shape: { points: upper.concat(lower) }, style: { fill: COLOURS.band } };
        } },
      { name: data.words.bound, type: type, z: 2, symbol: "circle", symbolSize: 6, lineStyle: { color: COLOURS.bound, type: "dashed", width: 2 }, itemStyle: { color: COLOURS.bound },
        data: points.map(function (point) { return [point[0], point[2]]; }) },
      { name: data.words.value, type: type, z: 3, symbol: "circle", symbolSize: 7, lineStyle: { color: COLOURS.value, width: 2.5 }, itemStyle: { color: COLOURS.value },
        data: points.map(function (point) { return [point[0], point[1]]; }) },
    ];
  }

  function curve(data) {
    const options = common();
    options.tooltip.trigger = "axis";
    options.tooltip.formatter = function (items) {
      const at = data.money.indexOf(items[0].value[0]);
      const lines = [data.words.money + " " + number(data.money[at], 2) + "　" + data.shares[at], data.words.value + " " + tenths(data.values[at]), data.words.bound + " " + upwards(data.bounds[at])];
      if (data.nested.length && data.nested[at] !== null) { lines.push(data.words.nested + " " + tenths(data.nested[at])); }
      return tip(lines);
    };
    options.xAxis = axis(data.words.money, { nameLocation: "middle", nameGap: 30, splitLine: { show: false } });
    options.yAxis = axis(data.words.unit, { nameTextStyle: { color: COLOURS.quiet, align: "left" } });
    options.grid.bottom = 34;
    options.grid.top = window.innerWidth < 560 ? 92 : 64;  /* on a phone the legend takes two lines */
    options.series = between(data, data.money, "line");
    options.series[2].markPoint = { symbol: "pin", symbolSize: 1, label: { color: COLOURS.ink, fontSize: 12, offset: [0, 22], formatter: function (mark) { return mark.name; } },
      data: data.marks.map(function (mark, order) { return { name: mark.words, coord: [data.money[mark.at], data.values[mark.at]], label: { offset: [10, 24 + 16 * (data.marks.length - 1 - order)] } }; }) };
    if (data.nested.length) {
      options.series.push({ name: data.words.nested, type: "line", z: 2, symbol: "diamond", symbolSize: 8, connectNulls: true, lineStyle: { color: COLOURS.nested, width: 2, type: "dotted" }, itemStyle: { color: COLOURS.nested },
        data: data.money.map(function (money, at) { return [money, data.nested[at]]; }) });
    }
    return { options: options };
  }

  function front(data) {
    const options = common();
    const order = data.reached.map(function (value, at) { return at; }).sort(function (a, b) { return data.reached[a] - data.reached[b]; });
    const sorted = { words: data.words, values: order.map(function (at) { return data.values[at]; }), bounds: order.map(function (at) { return data.bounds[at]; }) };
    const xs = order.map(function (at) { return data.reached[at]; });
    options.tooltip.trigger = "axis";
    options.tooltip.formatter = function (items) {
      const at = xs.indexOf(items[0].value[0]);
      return tip([data.words.aim + " " + data.labels[order[at]], data.words.value + " " + tenths(sorted.values[at]), data.words.bound + " " + upwards(sorted.bounds[at])]);
    };
    options.xAxis = axis(data.words.aim, { nameLocation: "middle", nameGap: 30, splitLine: { show: false } });
    if (data.share) { options.xAxis.axisLabel.formatter = function (value) { return number(value * 100, 0) + "%"; }; }
    options.yAxis = axis(data.words.unit, { nameTextStyle: { color: COLOURS.quiet, align: "left" } });
    options.grid.bottom = 34;
    options.grid.top = window.innerWidth < 560 ? 92 : 64;  /* on a phone the legend takes two lines */
    options.series = between(sorted, xs, "line");
    return { options: options };
  }

  const KINDS = { bands: bands, curve: curve, front: front };

  if (window.echarts) {
    const drawn = Array.from(document.querySelectorAll("[data-chart]")).map(function (box) {
      const data = JSON.parse(box.getAttribute("data-chart"));
      const made = KINDS[data.type](data);
      box.classList.add("drawn");
      if (made.height) { box.style.height = made.height + "px"; }
      const chart = window.echarts.init(box, null, { renderer: "canvas" });
      chart.setOption(made.options);
      return chart;
    });
    const fit = function () { drawn.forEach(function (chart) { chart.resize(); }); };
    window.addEventListener("resize", fit);
    window.addEventListener("beforeprint", fit);
  }

  /* Only the lines that differ, without asking the server. */
  document.querySelectorAll("form[data-differences]").forEach(function (form) {
    const box = form.querySelector("input[type=checkbox]");
    form.querySelector("button").hidden = true;
    box.addEventListener("change", function () {
      document.querySelectorAll("table.sides").forEach(function (table) { table.classList.toggle("only-differences", box.checked); });
    });
  });

  /* About how long what is ticked takes, with the effort that is chosen. */
  document.querySelectorAll("form[data-fast]").forEach(function (form) {
    const told = form.dataset;
    const fixed = told.fixed.split(" ").map(Number);
    const pace = [Number(told.fast), Number(told.slow)];
    const seconds = function (asked, end, effort) {
      const searches = asked[end] * Number(effort.dataset.work) + asked[2] * fixed[end];
      return Math.min(Number(told.start) + pace[end] * searches, Number(effort.dataset.most));
    };
    const words = function (asked, effort) {
      const low = Math.max(1, Math.floor(seconds(asked, 0, effort) / 60));
      const high = Math.ceil(seconds(asked, 1, effort) / 60 - 1e-9);
      if (high <= 1) { return told.moment; }
      return low >= high ? told.minutes.replace("{}", high) : told.between.replace("{low}", low).replace("{high}", high);
    };
    const count = function (row) {
      const tick = row.querySelector("input[type=checkbox]");
      if (tick ? !tick.checked : row.querySelector(".blank").value.trim() === "") { return 0; }
      const amounts = row.querySelector(".blank.wide");
      return amounts ? Math.max(1, amounts.value.split(/[,，、；]/).filter(function (one) { return one.trim(); }).length) : 1;
    };
    const tell = function () {
      const effort = form.querySelector("input[name=effort]:checked");
      const all = told.base.split(" ").map(Number);
      form.querySelectorAll(".about").forEach(function (about) {
        const own = about.dataset.asked.split(" ").map(Number);
        const number = count(about.closest(".ready"));
        about.textContent = words(own, effort);
        own.forEach(function (one, place) { all[place] += one * number; });
      });
      form.querySelector("[data-total-words]").textContent = words(all, effort);
      form.querySelector("[data-total]").hidden = false;
    };
    form.addEventListener("input", function () { window.setTimeout(tell, 0); });
    form.addEventListener("change", tell);
    tell();
  });

  /* What is filled in is meant: its scenario is ticked. */
  document.querySelectorAll("form[data-asking] .ready").forEach(function (row) {
    const tick = row.querySelector("input[type=checkbox]");
    if (!tick) { return; }
    row.querySelectorAll(".blank, select").forEach(function (blank) {
      blank.addEventListener("input", function () { tick.checked = blank.value.trim() !== ""; });
    });
  });

  /* 多给 … 万 answers while one types, as far as something is proved already. */
  const field = document.querySelector("form[data-more]");
  if (field) {
    const amount = field.querySelector("input");
    const answer = document.querySelector("[data-more-answer]");
    let waiting = 0;
    let asked = 0;
    amount.addEventListener("input", function () {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(ask, 350);
    });
    const ask = function () {
      const mine = ++asked;
      fetch(field.getAttribute("data-more") + "?more=" + encodeURIComponent(amount.value), { credentials: "same-origin", cache: "no-store" })
        .then(function (response) { return response.ok ? response.text() : null; })
        .then(function (html) {
          if (html !== null && mine === asked) { answer.innerHTML = html; }
        })
        .catch(function () { /* the button still asks */ });
    };
  }
}());
