import assert from "node:assert/strict";
import { test } from "node:test";
import { csv } from "../src/export.ts";
import { difference, figure, near } from "../src/figure.ts";
import { parse, to } from "../src/route.ts";
import { day, hue, money, value } from "../src/words.ts";

test("an address leads back to where it was made", () => {
  const place = parse(to("thing", ["Supplier:L/1007?x=1#y"], { tab: "history", start: ["a b", "c&d"], empty: "" }));
  assert.equal(place.view, "thing");
  assert.deepEqual(place.rest, ["Supplier:L/1007?x=1#y"]);
  assert.deepEqual(place.query.getAll("start"), ["a b", "c&d"]);
  assert.equal(place.query.has("empty"), false);
});

test("an address that is none leads to the start", () => {
  assert.equal(parse("").view, "ask");
  assert.equal(parse("#/%E0%A4%A").view, "%E0%A4%A");
});

test("money keeps digits that a float would lose", () => {
  assert.match(money("9007199254740993.25", "EUR").replace(/\D/g, ""), /900719925474099325/);
  assert.equal(money("not a number", "EUR"), "not a number EUR");
});

test("a cell that a spreadsheet would run is made text, a number is not", () => {
  const made = csv(["a"], [["=1+1"], ["-3.50"], ['say "hi"'], ["@x"], [null]]);
  assert.deepEqual(made.split("\r\n").slice(1, 6), ["'=1+1", "-3.50", '"say ""hi"""', "'@x", ""]);
});

test("exact fractions are read", () => {
  assert.equal(near("1/4"), 0.25);
  assert.equal(near("x"), null);
  assert.equal(near(null), null);
  assert.equal(difference("-1/2"), "−0.50");
  assert.equal(figure({ unknown: true }), "not known");
  assert.equal(figure(null), "not there");
});

test("days and values are told in words", () => {
  assert.notEqual(day("2026-03-31"), "2026-03-31");
  assert.equal(day("soon"), "soon");
  assert.equal(value(true), "yes");
  assert.equal(value(null), "–");
});

test("a kind has the same colour each time", () => {
  assert.equal(hue("Anything"), hue("Anything"));
  assert.ok(hue("Anything") >= 0 && hue("Anything") < 8);
});
