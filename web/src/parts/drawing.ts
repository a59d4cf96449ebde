/** The only module that knows the chart library: what it does not register is not shipped. */

import {
  BarController, BarElement, CategoryScale, Chart, Legend, LinearScale, LineController, LineElement, PointElement, Tooltip,
} from "chart.js";
import { clip } from "../words.ts";
import { colour, type Drawing } from "./chart.tsx";

Chart.register(BarController, BarElement, CategoryScale, Legend, LinearScale, LineController, LineElement, PointElement, Tooltip);

export function draw(canvas: HTMLCanvasElement, drawing: Drawing): () => void {
  const ink = colour("--muted");
  const line = colour("--line");
  const value = drawing.lying ? "x" : "y";
  const right = drawing.series.some((s) => s.axis === "right");
  const font = { family: getComputedStyle(document.body).fontFamily, size: 12 };
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const scale = {
    grid: { color: line, drawTicks: false },
    border: { display: false },
    ticks: { color: ink, font, padding: 6, maxTicksLimit: 6, callback: (v: string | number) => drawing.format(Number(v)) },
    stacked: drawing.stacked ?? false,
    beginAtZero: true,
  };
  const labels = {
    grid: { display: false },
    border: { color: line },
    stacked: drawing.stacked ?? false,
    ticks: {
      color: ink,
      font,
      autoSkip: !drawing.lying,
      maxRotation: 0,
      callback: (_: string | number, n: number) => clip(drawing.labels[n] ?? "", drawing.lying ? (canvas.clientWidth < 480 ? 16 : 34) : 18),
    },
  };
  const chart = new Chart(canvas, {
    type: "bar",
    data: {
      labels: drawing.labels,
      datasets: drawing.series.map((s) => ({
        type: s.kind ?? "bar",
        label: s.name,
        data: s.values as number[],
        backgroundColor: drawing.colours ?? s.colour,
        borderColor: s.colour,
        ...(s.kind === "line"
          ? { borderWidth: 2, pointRadius: 0, pointHitRadius: 12, stepped: "after" as const, order: -1 }
          : { borderRadius: 3, borderSkipped: false, maxBarThickness: 22 }),
        ...(s.axis === "right" ? { yAxisID: "right" } : {}),
      })),
    },
    options: {
      indexAxis: drawing.lying ? "y" : "x",
      maintainAspectRatio: false,
      animation: still ? false : { duration: 250 },
      onClick: (_, hit) => {
        const first = hit[0];
        if (first) drawing.pick?.(first.index);
      },
      scales: {
        [value]: scale,
        [drawing.lying ? "y" : "x"]: labels,
        ...(right
          ? {
              right: {
                ...scale,
                position: "right" as const,
                grid: { display: false },
                ticks: { ...scale.ticks, callback: (v: string | number) => (drawing.formatRight ?? drawing.format)(Number(v)) },
              },
            }
          : {}),
      },
      plugins: {
        legend: {
          display: drawing.series.length > 1,
          position: "bottom",
          labels: { color: ink, font, boxWidth: 12, boxHeight: 12, useBorderRadius: true, borderRadius: 3 },
        },
        tooltip: {
          callbacks: {
            title: (items) => drawing.labels[items[0]?.dataIndex ?? 0] ?? "",
            label: (item) => {
              const held = drawing.series[item.datasetIndex];
              const v = held?.values[item.dataIndex];
              const format = held?.axis === "right" && drawing.formatRight ? drawing.formatRight : drawing.format;
              const text = v === null || v === undefined ? "–" : format(Array.isArray(v) ? v[1] - v[0] : v);
              return `${held?.name ?? ""}: ${text}`;
            },
          },
        },
      },
    },
  });
  return () => chart.destroy();
}
