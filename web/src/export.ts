/** Taking things along: tables as CSV, pictures as PNG, files that the service makes. */

import { Problem, send } from "./api.ts";

/** Cells that a spreadsheet would take for a formula are made plain text. */
function cell(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) && !/^-?\d+([.,]\d+)?$/.test(value) ? `'${value}` : value;
  return /[",\n\r;]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csv(columns: readonly string[], rows: readonly (readonly (string | number | null | undefined)[])[]): string {
  const lines = [columns, ...rows].map((row) => row.map((v) => cell(v === null || v === undefined ? "" : String(v))).join(","));
  return `\uFEFF${lines.join("\r\n")}\r\n`;
}

export function save(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name.replace(/[^\p{L}\p{N}._-]+/gu, "-");
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

export function saveCsv(name: string, columns: readonly string[], rows: readonly (readonly (string | number | null | undefined)[])[]): void {
  save(new Blob([csv(columns, rows)], { type: "text/csv;charset=utf-8" }), name);
}

export function savePng(canvas: HTMLCanvasElement, name: string): void {
  const copy = document.createElement("canvas");
  copy.width = canvas.width;
  copy.height = canvas.height;
  const pen = copy.getContext("2d");
  if (!pen) return;
  pen.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--card") || "#fff";
  pen.fillRect(0, 0, copy.width, copy.height);
  pen.drawImage(canvas, 0, 0);
  copy.toBlob((content) => content && save(content, name), "image/png");
}

/** A file that the service makes; asked with the reader's key, so not by a plain link. */
export async function fetchFile(path: string, query: Record<string, string>, name: string): Promise<Problem | null> {
  try {
    const answer = await send("GET", path, { query });
    save(await answer.blob(), name);
    return null;
  } catch (error) {
    return error instanceof Problem ? error : null;
  }
}
