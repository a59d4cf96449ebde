/** Figures of measures: exact on the wire, readable here. */

import type { Figure } from "./wire.ts";
import { day, decimal, instant, money } from "./words.ts";

/** A number near an exact one: a decimal text, or a fraction. Only for drawing and rounding. */
export function near(text: string | null | undefined): number | null {
  if (text === null || text === undefined) return null;
  const [over, under] = text.split("/");
  const found = under === undefined ? Number(over) : Number(over) / Number(under);
  return Number.isFinite(found) ? found : null;
}

export function numberOf(figure: Figure | null): number | null {
  if (figure === null) return null;
  return figure.number !== undefined ? near(figure.number) : (figure.about ?? null);
}

export function rounded(value: number, digits = 2): string {
  return value.toFixed(Math.abs(value) >= 1000 && Number.isInteger(value) ? 0 : digits);
}

/** With the unit of its measure, as `units` of {@link ./words.ts} says it. */
export function figureIn(held: Figure | null, unit: string): string {
  const text = figure(held);
  return unit && held !== null && (held.number !== undefined || held.about !== undefined) && !held.currency ? `${text} ${unit}` : text;
}

export function figure(held: Figure | null, digits = 2): string {
  if (held === null) return "not there";
  if (held.error !== undefined) return `error: ${held.error}`;
  if (held.unknown) return "not known";
  if (held.flag !== undefined) return held.flag ? "yes" : "no";
  if (held.date !== undefined) return day(held.date);
  if (held.instant !== undefined) return instant(held.instant);
  if (held.text !== undefined) return held.text;
  const found = numberOf(held);
  if (found === null) return "not known";
  return held.currency ? money(rounded(found), held.currency) : plainNumber(found, digits);
}

function plainNumber(value: number, digits: number): string {
  return Number.isInteger(value) ? decimal(value) : decimal(rounded(value, digits));
}

export function difference(text: string | null, currency?: string): string {
  const found = near(text);
  if (found === null) return "";
  const size = currency ? money(rounded(Math.abs(found)), currency) : plainNumber(Math.abs(found), 2);
  return found > 0 ? `+${size}` : found < 0 ? `−${size}` : size;
}
