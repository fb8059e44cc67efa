/* Draws the Gantt chart and the bureau's own map, and opens a class beside the chart. Every page works without it. */
(function () {
  "use strict";

  const COLOURS = {
    full: "#0f5ea8", part: "#7fb2de", ink: "#1c232b", quiet: "#56616d", line: "#d8dde3", amber: "#f0b23e",
    holiday: "#c3c9d1", bad: "#a3281c", shades: ["#e1edf8", "#b9d5ee", "#7fb2de", "#2f78bb", "#0a4680"]
  };
  const FONT = "\"Microsoft YaHei\", \"PingFang SC\", \"Noto Sans CJK SC\", sans-serif";
  const LINE = 22;
  const DAY = 86400000;

  function day(text) {
    const parts = text.split("-").map(Number);
    return new Date(parts[0], parts[1] - 1, parts[2]).getTime();
  }

  function fetched(address) {
    return fetch(address, { credentials: "same-origin", cache: "no-store" }).then(function (answer) {
      if (!answer.ok) { throw new Error(String(answer.status)); }
      return answer;
    });
  }

  /* --- the class beside the chart --- */

  const panel = document.getElementById("panel");
  const list = window.location.pathname + window.location.search;
  let cameFrom = null;
  let asked = 0;

  function open(id, address, push) {
    const body = panel.querySelector("[data-panel-body]");
    const mine = ++asked;
    body.textContent = panel.getAttribute("data-loading");
    panel.hidden = false;
    if (push) { window.history.pushState({ panel: id }, "", address); }
    document.querySelectorAll("tr.is-open").forEach(function (row) { row.classList.remove("is-open"); });
    const row = document.getElementById("class-" + id);
    if (row) { row.classList.add("is-open"); }
    load(address, mine, true);
  }

  function load(address, mine, focus) {
    const body = panel.querySelector("[data-panel-body]");
    fetched(address + "?part=panel")
      .then(function (answer) { return answer.text(); })
      .then(function (html) {
        if (mine !== asked || panel.hidden) { return; }
        const fresh = new DOMParser().parseFromString(html, "text/html");
        body.textContent = "";
        Array.from(fresh.body.childNodes).forEach(function (node) { body.appendChild(document.adoptNode(node)); });
        if (focus) { body.querySelector("[data-panel-heading]").focus(); panel.scrollTop = 0; }
        if (body.querySelector("[data-progress]")) {
          window.setTimeout(function () { if (mine === asked) { follow(address, mine); } }, 1500);
        }
      })
      .catch(function () { if (mine === asked) { body.textContent = panel.getAttribute("data-lost"); } });
  }

  /* While a class is looked into, only its stage changes; the panel is loaded anew when that has ended. */
  function follow(address, mine) {
    const box = panel.querySelector("[data-progress]");
    if (mine !== asked || panel.hidden || !box) { return; }
    fetched(box.getAttribute("data-progress")).then(function (answer) {
      if (answer.headers.get("X-Job-State") !== "moving") { load(address, mine, false); return null; }
      return answer.text().then(function (html) {
        const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-part]");
        const old = box.querySelector("[data-part]");
        if (fresh && old) { old.textContent = ""; Array.from(fresh.childNodes).forEach(function (node) { old.appendChild(document.adoptNode(node)); }); }
        window.setTimeout(function () { follow(address, mine); }, 1500);
      });
    }).catch(function () { window.setTimeout(function () { follow(address, mine); }, 3000); });
  }

  function close(push) {
    if (!panel || panel.hidden) { return; }
    asked += 1;
    panel.hidden = true;
    if (push) { window.history.pushState({}, "", list); }
    if (cameFrom && document.contains(cameFrom)) { cameFrom.focus({ preventScroll: true }); }
    cameFrom = null;
  }

  if (panel) {
    document.addEventListener("click", function (event) {
      const link = event.target.closest("a[data-panel]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) { return; }
      event.preventDefault();
      cameFrom = link;
      open(link.getAttribute("data-panel"), link.getAttribute("href"), true);
    });
    panel.querySelector("[data-close]").addEventListener("click", function () { close(true); });
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && !panel.hidden) { close(true); }
    });
    window.addEventListener("popstate", function (event) {
      if (event.state && event.state.panel) { open(event.state.panel, window.location.pathname, false); } else { close(false); }
    });
  }

  /* --- the Gantt chart --- */

  const box = document.querySelector("[data-gantt]");


  function drawGantt(data) {
    const chinese = box.getAttribute("data-language") === "zh";
    const names = [];
    const starts = {};
    data.groups.forEach(function (group) {
      for (let i = 0; i < group[2]; i += 1) { names.push(i ? "" : group[0]); }
      starts[group[1]] = true;
    });
    box.style.height = (data.lines * LINE + 96) + "px";
    box.hidden = false;
    const chart = window.echarts.init(box, null, { renderer: "canvas", locale: chinese ? "ZH" : "EN" });
    const left = Math.min(250, 24 + 12.5 * Math.max.apply(null, names.map(function (name) { return name.length; }).concat([4])));
    const months = chinese ? null : ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    function moment(value) {
      const date = new Date(value);
      if (date.getDate() !== 1) { return (date.getMonth() + 1) + "-" + date.getDate(); }
      return months ? months[date.getMonth()] : (date.getMonth() + 1) + "月";
    }

    function within(params, shape) {
      const area = params.coordSys;
      return window.echarts.graphic.clipRectByRect(shape, { x: area.x, y: area.y, width: area.width, height: area.height });
    }

    /* Opaque, so that a peak in a week with a holiday is the same amber as any other. */
    function onWhite(colour, opacity) {
      const parts = [1, 3, 5].map(function (at) { return parseInt(colour.slice(at, at + 2), 16); });
      return "rgb(" + parts.map(function (part) { return Math.round(255 - (255 - part) * opacity); }).join(",") + ")";
    }

    function shade(params, api) {
      const top = api.coord([api.value(2), api.value(0)]);
      const right = api.coord([api.value(3), api.value(0)]);
      const height = api.size([0, 1])[1];
      const shape = within(params, { x: top[0], y: top[1] - height / 2, width: right[0] - top[0], height: height * api.value(1) });
      const peak = api.value(4);
      return shape && {
        type: "rect", shape: shape, silent: true,
        style: { fill: peak ? onWhite(COLOURS.amber, 0.14 * peak) : onWhite(COLOURS.holiday, 0.55) }
      };
    }

    function bar(params, api) {
      const one = data.bars[params.dataIndex];
      const from = api.coord([api.value(1), api.value(0)]);
      const until = api.coord([api.value(2), api.value(0)]);
      const height = api.size([0, 1])[1] * 0.78;
      const shape = within(params, { x: from[0], y: from[1] - height / 2, width: Math.max(3, until[0] - from[0] - 1), height: height });
      if (!shape) { return null; }
      const forbidden = one[7] === "forbid";
      const full = one[5] === "集中";
      const style = { fill: forbidden ? "#fff" : full ? COLOURS.full : COLOURS.part };
      if (forbidden) { Object.assign(style, { stroke: COLOURS.bad, lineWidth: 1.5, lineDash: [4, 3] }); }
      if (one[7] === "lock") { Object.assign(style, { stroke: COLOURS.ink, lineWidth: 2.5 }); }
      const text = shape.width < 26 ? "" : one[4];
      return {
        type: "rect", shape: Object.assign(shape, { r: 2 }), style: style,
        textContent: { style: { text: text, fill: forbidden ? COLOURS.bad : full ? "#fff" : COLOURS.ink, fontFamily: FONT, fontSize: 11, overflow: "truncate", ellipsis: "", width: shape.width - 6 } },
        textConfig: { position: "insideLeft", distance: 3 },
        emphasis: { style: { stroke: COLOURS.ink, lineWidth: 2 } }
      };
    }

    function told(params) {
      const one = data.bars[params.dataIndex];
      const last = new Date(day(one[2]) - DAY);
      const end = last.getFullYear() + "-" + String(last.getMonth() + 1).padStart(2, "0") + "-" + String(last.getDate()).padStart(2, "0");
      const lines = [one[4] + "  " + one[3], one[1] + " – " + end, (one[5] === "集中" ? box.getAttribute("data-full") : box.getAttribute("data-part")) + " · " + one[6] + " " + box.getAttribute("data-persons")];
      if (one[7]) { lines.push(box.getAttribute(one[7] === "lock" ? "data-locked" : "data-forbidden")); }
      return lines.join("\n");
    }

    /* A short plan has its Mondays on the axis, as classes start then; a long one its months. */
    const mondays = [];
    for (let date = new Date(day(data.from)); date.getTime() < day(data.until); date.setDate(date.getDate() + 1)) {
      if (date.getDay() === 1) { mondays.push(date.getTime()); }
    }
    const ticks = mondays.length <= 20 ? { customValues: mondays } : {};
    const axis = {
      type: "time", splitNumber: 14, axisTick: ticks, maxInterval: 31 * DAY, min: day(data.from), max: day(data.until), axisLine: { lineStyle: { color: COLOURS.line } },
      axisLabel: Object.assign({}, ticks, { formatter: moment, color: COLOURS.quiet, fontFamily: FONT, fontSize: 12, hideOverlap: true }), splitLine: { show: true, lineStyle: { color: "#eef1f4" } }
    };
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: FONT },
      grid: { left: left, right: 18, top: 30, bottom: 62 },
      tooltip: { renderMode: "richText", confine: true, textStyle: { fontSize: 13, lineHeight: 19 }, formatter: told },
      xAxis: [Object.assign({ position: "top" }, axis), Object.assign({ position: "bottom" }, axis, { splitLine: { show: false } })],
      yAxis: {
        type: "category", data: names, inverse: true, axisTick: { show: false }, axisLine: { lineStyle: { color: COLOURS.line } },
        axisLabel: { interval: 0, color: COLOURS.ink, fontFamily: FONT, fontSize: 12, width: left - 16, overflow: "truncate" },
        splitLine: { show: true, interval: function (index) { return Boolean(starts[index]); }, lineStyle: { color: COLOURS.line } }
      },
      dataZoom: [
        { type: "slider", xAxisIndex: [0, 1], filterMode: "none", bottom: 8, height: 22, brushSelect: false, showDetail: false },
        { type: "inside", xAxisIndex: [0, 1], filterMode: "none", zoomOnMouseWheel: "ctrl", moveOnMouseWheel: false, preventDefaultMouseMove: false }
      ],
      series: [
        { type: "custom", renderItem: shade, silent: true, z: 1, encode: { x: [2, 3], y: 0 }, tooltip: { show: false },
          data: data.shades.map(function (one) { return [one[0], one[1], day(one[2]), day(one[3]), one[4]]; }) },
        { type: "custom", renderItem: bar, z: 3, encode: { x: [1, 2], y: 0 },
          data: data.bars.map(function (one) { return [one[0], day(one[1]), day(one[2])]; }) }
      ]
    });
    chart.on("click", function (params) {
      if (params.seriesIndex !== 1) { return; }
      const id = data.bars[params.dataIndex][3];
      cameFrom = document.querySelector("a[data-panel=\"" + id + "\"]");
      open(id, box.getAttribute("data-class").replace("CLASS", encodeURIComponent(id)), true);
    });
    window.addEventListener("resize", function () { chart.resize(); });
    box.setAttribute("data-drawn", "true");
  }

  if (box) {
    document.querySelectorAll(".scripted-hint").forEach(function (hint) { hint.hidden = false; });
    fetched(box.getAttribute("data-gantt")).then(function (answer) { return answer.json(); }).then(function (data) {
      if (data.bars.length && window.echarts) { drawGantt(data); }
    }).catch(function (error) {
      box.hidden = false;
      box.textContent = box.getAttribute("data-failed");
      if (window.console) { window.console.warn(String(error)); }
    });
  }

  /* --- the bureau's own outlines --- */

  const map = document.querySelector("[data-outlines]");
  if (map) {
    fetched(map.getAttribute("data-outlines")).then(function (answer) { return answer.json(); }).then(function (data) {
      if (!window.echarts) { return; }
      const share = Boolean(map.getAttribute("data-share"));
      map.hidden = false;
      const chart = window.echarts.init(map, null, { renderer: "canvas" });
      window.echarts.registerMap("own", data.map);
      const texts = {};
      data.values.forEach(function (one) { texts[one.name] = one.text; });
      const pieces = data.limits.slice(1).map(function (limit, i) { return { gt: i ? data.limits[i] : 0, lte: limit, color: COLOURS.shades[i] }; });
      chart.setOption({
        animation: false,
        textStyle: { fontFamily: FONT },
        tooltip: { renderMode: "richText", confine: true, formatter: function (params) { return texts[params.name] || params.name; } },
        visualMap: { type: "piecewise", show: false, pieces: pieces, outOfRange: { color: "#eef1f4" } },
        series: [{
          type: "map", map: "own", roam: false, data: data.values, selectedMode: false,
          itemStyle: { borderColor: "#fff", borderWidth: 1, areaColor: "#eef1f4" },
          label: { show: true, fontSize: 12, fontFamily: FONT, color: COLOURS.ink, textBorderColor: "#fff", textBorderWidth: 2,
            formatter: function (params) { return params.name + (isNaN(params.value) ? "" : "\n" + (share ? Math.round(params.value * 100) + "%" : params.value)); } },
          labelLayout: { hideOverlap: true },
          emphasis: { itemStyle: { areaColor: null, borderColor: COLOURS.ink, borderWidth: 2 }, label: { color: COLOURS.ink } }
        }]
      });
      window.addEventListener("resize", function () { chart.resize(); });
      map.setAttribute("data-drawn", "true");
    }).catch(function (error) { if (window.console) { window.console.warn(String(error)); } });
  }
}());
