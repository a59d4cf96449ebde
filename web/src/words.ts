/** Values as people read them, by their own locale; and the ontology's words for things. */

import type { ClassText, Plain, PropertyText } from "./wire.ts";

const locale = typeof navigator === "undefined" ? "en" : [...(navigator.languages ?? ["en"])];
const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const dates = new Intl.DateTimeFormat(locale, { year: "numeric", month: "short", day: "numeric", timeZone: "UTC" });
const instants = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });

export function count(value: number): string {
  return whole.format(value);
}

export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A decimal text as people read it, with all its digits. */
export function decimal(text: string | number, digits?: number): string {
  const value = String(text);
  if (!/^-?\d+(\.\d+)?$/.test(value)) return value;
  const places = digits ?? value.split(".")[1]?.length ?? 0;
  const format = new Intl.NumberFormat(locale, { minimumFractionDigits: places, maximumFractionDigits: places });
  // A text keeps digits that a float would lose.
  return format.format(value as unknown as number);
}

/** A decimal without idle zeros: `25.0000` is 25. */
export function trimmed(text: string): string {
  return /^-?\d+\.\d+$/.test(text) ? text.replace(/\.?0+$/, "") : text;
}

export function money(text: string, currency?: string | null): string {
  if (!/^-?\d+(\.\d+)?$/.test(text)) return currency ? `${text} ${currency}` : text;
  if (currency && /^[A-Z]{3}$/.test(currency)) {
    const format = new Intl.NumberFormat(locale, { style: "currency", currency });
    return format.format(text as unknown as number);
  }
  return decimal(trimmed(text)) + (currency ? ` ${currency}` : "");
}

/** Money in few digits, for headlines. */
export function roundMoney(text: string, currency: string): string {
  const value = Number(text);
  if (!Number.isFinite(value) || !/^[A-Z]{3}$/.test(currency)) return money(text, currency);
  const large = Math.abs(value) >= 1_000_000;
  return new Intl.NumberFormat(locale, {
    style: "currency",
    currency,
    notation: large ? "compact" : "standard",
    maximumFractionDigits: large ? 1 : 0,
    minimumFractionDigits: 0,
  }).format(value);
}

export function day(text: string | null | undefined): string {
  if (!text) return "";
  const value = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  return Number.isNaN(value.getTime()) ? text : dates.format(value);
}

export function instant(text: string | null | undefined): string {
  if (!text) return "";
  const value = new Date(text);
  return Number.isNaN(value.getTime()) ? text : instants.format(value);
}

export function days(value: number | null | undefined): string {
  if (value === null || value === undefined) return "";
  if (value === 0) return "at once";
  return `after ${plural(Math.round(value * 10) / 10, "day")}`;
}

export function percent(value: number): string {
  return new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 }).format(value);
}

export function sentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

const UNITS: Record<string, string> = {
  DAY: "days", NUM: "", HR: "hours", KiloGM: "kg", GM: "g", PERCENT: "%", MIN: "minutes", WK: "weeks", MO: "months",
};

export function unitText(unit: string | null | undefined): string {
  return unit ? (UNITS[unit] ?? (unit === "money" ? "" : unit)) : "";
}

/** A value of a property, in words. */
export function value(held: Plain | Plain[], property?: PropertyText, currency?: string | null): string {
  if (Array.isArray(held)) return held.map((v) => value(v, property, currency)).join(", ");
  if (held === null || held === "") return "–";
  if (typeof held === "boolean") return held ? "yes" : "no";
  if (property?.type === "date") return day(String(held));
  if (property?.type === "datetime") return instant(String(held));
  if (property?.currency) return money(String(held), currency);
  if (typeof held === "number" || property?.type === "decimal" || property?.type === "integer") {
    const unit = property?.unit ? (UNITS[property.unit] ?? property.unit) : "";
    return decimal(trimmed(String(held))) + (unit ? ` ${unit}` : "");
  }
  return String(held);
}

/** What the graph's names are called. */
export class Words {
  private readonly classes: Map<string, ClassText>;
  readonly all: readonly ClassText[];

  constructor(all: readonly ClassText[]) {
    this.all = all;
    this.classes = new Map(all.map((c) => [c.name, c]));
  }

  class(name: string): ClassText | undefined {
    return this.classes.get(name);
  }

  label(name: string): string {
    return this.classes.get(name)?.label ?? name.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  }

  plural(name: string): string {
    return this.classes.get(name)?.plural ?? this.label(name);
  }

  property(classes: readonly string[], name: string): PropertyText | undefined {
    for (const held of classes) {
      const found = this.classes.get(held)?.properties.find((p) => p.name === name);
      if (found) return found;
    }
    return undefined;
  }

  role(classes: readonly string[], name: string) {
    for (const held of classes) {
      const found = this.classes.get(held)?.roles.find((r) => r.name === name);
      if (found) return found;
    }
    return undefined;
  }
}

/** One of the colours that kinds of things have everywhere: lists, chips, paths, the graph. */
export function hue(className: string): number {
  const known = HUES[className];
  if (known !== undefined) return known;
  let sum = 0;
  for (const c of className) sum = (sum * 31 + c.charCodeAt(0)) % 997;
  return sum % 8;
}

const HUES: Record<string, number> = {
  Supplier: 0, Offer: 0, Product: 1, Part: 1, Customer: 2, Contact: 2, Order: 3, OrderLine: 3, PurchaseOrder: 4,
  PurchaseOrderLine: 4, Shipment: 5, Invoice: 5, Payment: 5, Employee: 6, Ticket: 7, Message: 7, Document: 7, Policy: 7,
};

export function clip(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
