// ECharts, only the parts we draw, on a canvas: its HTML tooltip would need style attributes,
// which the Content-Security-Policy refuses, so tooltips are drawn on the canvas too.
import { BarChart, GaugeChart, GraphChart, LineChart, PieChart, TreemapChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

echarts.use([
  BarChart, LineChart, PieChart, GaugeChart, GraphChart, TreemapChart,
  GridComponent, LegendComponent, TooltipComponent, AriaComponent, CanvasRenderer,
]);

// Told apart by people who see no red or green, dark enough on white.
const COLOURS = ["#0e5a63", "#c2573a", "#5b8fb9", "#8a6d1f", "#7a4b8c", "#3f8f5f", "#a0405f", "#5d7075"];
const INK = "#17292d";
const SOFT = "#4b5f64";

export async function draw(element) {
  const data = JSON.parse(element.parentElement.querySelector("script[type='application/json']").textContent);
  const font = getComputedStyle(document.body).fontFamily;
  const chart = echarts.init(element, null, { renderer: "canvas" });
  const small = element.clientWidth < 480;
  chart.setOption({
    color: COLOURS,
    textStyle: { fontFamily: font, fontSize: 13, color: INK },
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 400,
    ...options(data, small, Math.min(180, Math.round(element.clientWidth * 0.36))),
  });
  // A point of a graph leads to its own page.
  chart.on("click", ({ data: point }) => {
    if (point?.url) location.assign(point.url);
  });
  new ResizeObserver(() => chart.resize()).observe(element);
}

function options(data, small, room) {
  const make = { pie, gauge, treemap, graph, pyramid }[data.kind] ?? axes;
  return make(data, small, room);
}

const tooltip = (trigger) => ({
  trigger,
  renderMode: "richText",
  confine: true,
  backgroundColor: "#fff",
  borderColor: "#c9ddd8",
  textStyle: { color: INK, fontSize: 13 },
});

function axes(data, small, room) {
  const flat = data.kind === "hbar";
  const names = {
    type: "category",
    data: data.categories,
    inverse: flat,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: "#9db1b3" } },
    axisLabel: { color: SOFT, fontSize: 12, hideOverlap: true, width: flat ? room : undefined, overflow: "truncate" },
  };
  const values = {
    type: "value",
    minInterval: data.series.every((one) => one.values.every(Number.isInteger)) ? 1 : 0,
    splitLine: { lineStyle: { color: "#e4ebe9" } },
    axisLabel: { color: SOFT, fontSize: 12 },
  };
  const several = data.series.length > 1;
  return {
    tooltip: { ...tooltip("axis"), axisPointer: { type: data.kind === "line" ? "line" : "shadow" } },
    legend: several ? { top: 0, left: 0, itemWidth: 14, itemHeight: 10, textStyle: { color: INK, fontSize: 13 } } : undefined,
    grid: { left: 4, right: 20, top: several ? 38 : 14, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: flat ? values : names,
    yAxis: flat ? names : values,
    series: data.series.map((one, at) => ({
      name: one.name,
      data: one.values,
      type: data.kind === "line" ? "line" : "bar",
      stack: data.kind === "stack" ? "all" : undefined,
      barMaxWidth: 34,
      symbol: ["circle", "rect", "triangle", "diamond"][at % 4],
      symbolSize: 7,
      lineStyle: { width: 2.5, type: ["solid", "dashed", "dotted"][at % 3] },
      itemStyle: data.kind === "stack" || data.kind === "line" ? {} : { borderRadius: flat ? [0, 3, 3, 0] : [3, 3, 0, 0] },
      emphasis: { focus: "series" },
    })),
  };
}

// Two series back to back: the first is drawn to the left, so its figures are negative for ECharts and for nobody else.
function pyramid(data, small, room) {
  const drawn = axes({ ...data, kind: "hbar" }, small, room);
  const plain = (value) => Math.abs(value).toLocaleString();
  const largest = Math.max(1, ...data.series.flatMap((one) => one.values));
  const step = 10 ** Math.floor(Math.log10(largest));
  const most = Math.ceil(largest / step) * step;
  return {
    ...drawn,
    tooltip: { ...drawn.tooltip, valueFormatter: plain },
    xAxis: { ...drawn.xAxis, min: -most, max: most, axisLabel: { ...drawn.xAxis.axisLabel, formatter: plain, hideOverlap: true } },
    yAxis: { ...drawn.yAxis, inverse: false },
    series: drawn.series.map((one, at) => ({
      ...one,
      data: at ? one.data : one.data.map((value) => -value),
      stack: "all",
      barCategoryGap: "18%",
      itemStyle: {},
    })),
  };
}

const points = (data) => data.categories.map((name, at) => ({ name, value: data.series[0].values[at] }));

function pie(data, small) {
  return {
    tooltip: tooltip("item"),
    legend: { type: "scroll", bottom: 0, textStyle: { color: INK, fontSize: 13 } },
    series: [
      {
        type: "pie",
        radius: ["44%", "70%"],
        center: ["50%", "44%"],
        data: points(data),
        itemStyle: { borderColor: "#fff", borderWidth: 2 },
        label: { show: !small, formatter: "{b} {d}%", color: INK, fontSize: 13 },
        labelLine: { show: !small },
      },
    ],
  };
}

function gauge(data) {
  return {
    series: [
      {
        type: "gauge",
        max: data.maximum,
        center: ["50%", "62%"],
        radius: "95%",
        startAngle: 200,
        endAngle: -20,
        progress: { show: true, width: 16, roundCap: true },
        axisLine: { lineStyle: { width: 16, color: [[1, "#e4ebe9"]] }, roundCap: true },
        axisTick: { show: false },
        splitLine: { show: false },
        axisLabel: { color: SOFT, fontSize: 11, distance: 22 },
        pointer: { show: false },
        title: { offsetCenter: [0, "24%"], color: SOFT, fontSize: 14 },
        detail: { offsetCenter: [0, "-8%"], fontSize: 30, fontWeight: 650, color: "#083d45", formatter: `{value}${data.unit}` },
        data: [{ value: data.series[0].values[0], name: data.categories[0] }],
      },
    ],
  };
}

function treemap(data) {
  return {
    tooltip: tooltip("item"),
    series: [
      {
        type: "treemap",
        data: points(data),
        roam: false,
        nodeClick: false,
        breadcrumb: { show: false },
        left: 0, right: 0, top: 0, bottom: 0,
        label: { formatter: "{b}\n{c}", color: "#fff", fontSize: 13, lineHeight: 19 },
        itemStyle: { borderColor: "#fff", borderWidth: 2, gapWidth: 2 },
      },
    ],
  };
}

function graph(data, small) {
  return {
    tooltip: { ...tooltip("item"), formatter: ({ data: one }) => one.label ?? one.name },
    legend: { top: 0, left: 0, textStyle: { color: INK, fontSize: 13 }, data: data.groups },
    series: [
      {
        type: "graph",
        layout: "force",
        roam: true,
        draggable: true,
        top: 40,
        force: { repulsion: small ? 90 : 220, edgeLength: small ? 60 : 110, gravity: 0.08, layoutAnimation: false },
        categories: data.groups.map((name, at) => ({ name, symbol: ["roundRect", "circle", "diamond"][at % 3] })),
        data: data.nodes.map((one) => ({
          id: one.id,
          name: one.name,
          category: one.group,
          url: one.url,
          symbolSize: one.root ? 30 : 18,
          itemStyle: one.root ? { borderColor: INK, borderWidth: 3 } : {},
          label: { fontWeight: one.root ? 700 : 400 },
        })),
        links: data.links,
        edgeSymbol: ["none", "arrow"],
        edgeSymbolSize: 8,
        // Two ties between the same two are drawn apart, each with its own label.
        autoCurveness: true,
        lineStyle: { color: "#7b8f92", width: 1.4 },
        edgeLabel: { show: !small && data.links.length <= 40, formatter: ({ data: one }) => one.label, color: SOFT, fontSize: 11 },
        label: {
          show: data.nodes.length <= (small ? 15 : 60), position: "bottom", color: INK, fontSize: 12,
          width: small ? 80 : 150, overflow: "truncate",
        },
        emphasis: { focus: "adjacency", label: { show: true } },
      },
    ],
  };
}
