/** Charts, loaded when the first one is shown; each has its numbers as a table for those who do not see it. */

import { useEffect, useRef, useState } from "preact/hooks";
import { useCompany } from "../company.tsx";
import { savePng } from "../export.ts";
import { Icon } from "./icon.tsx";

export interface Series {
  name: string;
  /** A number, or from–to for a floating bar. */
  values: (number | null | [number, number])[];
  colour: string;
  kind?: "bar" | "line";
  axis?: "right";
}

export interface Drawing {
  labels: string[];
  series: Series[];
  /** Bars lie, names stand on the left. */
  lying?: boolean;
  stacked?: boolean;
  format: (value: number) => string;
  formatRight?: (value: number) => string;
  /** Colour of each bar, in place of the series' one. */
  colours?: string[];
  pick?: (index: number) => void;
}

export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim() || "#888";
}

export function Chart({ drawing, title, height = 260, name }: { drawing: Drawing; title: string; height?: number; name: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { look } = useCompany();
  const [dark, setDark] = useState(() => matchMedia("(prefers-color-scheme: dark)").matches);
  const [table, setTable] = useState(false);
  useEffect(() => {
    const media = matchMedia("(prefers-color-scheme: dark)");
    const changed = () => setDark(media.matches);
    media.addEventListener("change", changed);
    return () => media.removeEventListener("change", changed);
  }, []);
  useEffect(() => {
    let stop = () => {};
    let gone = false;
    void import("./drawing.ts").then(({ draw }) => {
      if (gone || !canvas.current) return;
      stop = draw(canvas.current, drawing);
    });
    return () => {
      gone = true;
      stop();
    };
  }, [drawing, look, dark]);
  const cell = (v: Series["values"][number] | undefined, right: boolean): string => {
    const format = right && drawing.formatRight ? drawing.formatRight : drawing.format;
    return v === null || v === undefined ? "" : format(Array.isArray(v) ? v[1] - v[0] : v);
  };
  return (
    <figure class="chart">
      <figcaption>
        <span>{title}</span>
        <span class="tools">
          <button type="button" class="icon small" aria-pressed={table} aria-label="Show the numbers" title="Numbers" onClick={() => setTable(!table)}>
            <Icon of="row" />
          </button>
          <button type="button" class="icon small" aria-label="Save as PNG" title="Save as PNG" onClick={() => canvas.current && savePng(canvas.current, `${name}.png`)}>
            <Icon of="down" />
          </button>
        </span>
      </figcaption>
      <div class="plot" style={{ height: `${height}px` }} hidden={table}>
        <canvas ref={canvas} role="img" aria-label={`Chart: ${title}. The numbers follow as a table.`} />
      </div>
      <div class={table ? "scroll" : "unseen"}>
        <table>
          <thead>
            <tr>
              <th scope="col">
                <span class="unseen">Name</span>
              </th>
              {drawing.series.map((s) => (
                <th key={s.name} scope="col" class="number">
                  {s.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {drawing.labels.map((label, n) => (
              <tr key={n}>
                <th scope="row">{label}</th>
                {drawing.series.map((s) => (
                  <td key={s.name} class="number">
                    {cell(s.values[n], s.axis === "right")}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}
