/** The drawn graph: the only module that knows the graph library and the layout. */

import cytoscape, { type Core, type ElementDefinition, type StylesheetJson } from "cytoscape";
import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY, type Simulation } from "d3-force";
import { colour } from "../parts/chart.tsx";
import type { Thing } from "../wire.ts";
import { clip, hue } from "../words.ts";

export interface Link {
  id: string;
  from: string;
  to: string;
  label: string;
}

export interface Scene {
  add: (things: readonly Thing[], links: readonly Link[], by: string | null) => void;
  drop: (id: string) => void;
  choose: (id: string) => void;
  zoom: (by: number) => void;
  fit: () => void;
  restyle: () => void;
  picture: () => HTMLCanvasElement | null;
  close: () => void;
}

interface Spot {
  id: string;
  x: number;
  y: number;
  vx?: number;
  vy?: number;
}

/** Milliseconds of layout in one frame, so that the page stays at hand. */
const SLICE = 8;
/** The same for a crowd, and how long it goes on before it is drawn again: drawing takes longer than laying out. */
const CROWD_SLICE = 24;
const CROWD_DRAWN = 1000;
const CROWD = 400;
/** Up to so many relations of a chosen thing are told by name. */
const FEW = 10;

// The library would put a style element into the page, which the content policy forbids; what it says is in our own styles.
const MARK = "__________cytoscape_stylesheet";

export function createScene(stage: HTMLElement, tell: {
  chosen: (id: string | null) => void;
  opened: (id: string) => void;
  /** Everything has found its place. */
  settled: () => void;
}): Scene {
  if (!document.getElementById(MARK)) {
    const mark = document.createElement("meta");
    mark.id = MARK;
    document.head.append(mark);
  }
  const core: Core = cytoscape({
    container: stage,
    style: styles(),
    minZoom: 0.03,
    maxZoom: 4,
    boxSelectionEnabled: false,
    hideEdgesOnViewport: false,
    textureOnViewport: false,
    pixelRatio: Math.min(2, devicePixelRatio || 1),
  } as cytoscape.CytoscapeOptions);
  const spots = new Map<string, Spot>();
  const links: Link[] = [];
  let frame = 0;
  let simulation: Simulation<Spot, undefined> | null = null;
  let touched = false;

  core.on("tap", "node", (e) => {
    const id = String(e.target.id());
    mark(id);
    tell.chosen(id);
  });
  core.on("dbltap", "node", (e) => tell.opened(String(e.target.id())));
  core.on("tap", (e) => {
    if (e.target === core) {
      mark(null);
      tell.chosen(null);
    }
  });
  core.on("dragpan scrollzoom pinchzoom", () => {
    touched = true;
  });
  core.on("dragfree", "node", (e) => {
    const spot = spots.get(String(e.target.id()));
    const at = e.target.position() as { x: number; y: number };
    if (spot) Object.assign(spot, at);
  });

  function mark(id: string | null): void {
    core.batch(() => {
      core.elements(".chosen, .near, .told").removeClass("chosen near told");
      if (id === null) return;
      const node = core.getElementById(id);
      node.addClass("chosen");
      const edges = node.connectedEdges();
      edges.addClass("near");
      if (edges.length <= FEW) edges.addClass("told");
      node.neighborhood("node").addClass("near");
    });
  }

  function settle(strength: number): void {
    cancelAnimationFrame(frame);
    simulation?.stop();
    const nodes = [...spots.values()];
    const many = nodes.length > CROWD;
    // A large picture is moved as a picture and drawn anew when it rests.
    (core as unknown as { renderer: () => { textureOnViewport: boolean } }).renderer().textureOnViewport = many;
    simulation = forceSimulation<Spot>(nodes)
      .stop()
      .alpha(strength)
      .alphaDecay(many ? 0.06 : 0.03)
      .velocityDecay(0.42)
      .force("repel", forceManyBody<Spot>().strength(many ? -130 : -650).theta(1.1).distanceMax(many ? 700 : 1400))
      .force("join", forceLink<Spot, { source: string; target: string }>(links.map((l) => ({ source: l.from, target: l.to }))).id((s) => s.id).distance(many ? 55 : 120).strength(many ? 0.5 : 0.35))
      .force("apart", forceCollide<Spot>(many ? 13 : 44).iterations(1))
      .force("x", forceX<Spot>(0).strength(0.03))
      .force("y", forceY<Spot>(0).strength(0.04));
    let shown = performance.now();
    const step = (now: number) => {
      const held = simulation;
      if (!held) return;
      const until = performance.now() + (many ? CROWD_SLICE : SLICE);
      do held.tick();
      while (performance.now() < until && held.alpha() > held.alphaMin());
      const over = held.alpha() <= held.alphaMin();
      // A large picture is drawn a few times on the way, not at each step.
      if (over || !many || now - shown > CROWD_DRAWN) {
        shown = now;
        place();
        if (!touched) core.fit(undefined, 50);
        cap();
      }
      if (!over) frame = requestAnimationFrame(step);
      else tell.settled();
    };
    frame = requestAnimationFrame(step);
  }

  function place(): void {
    core.batch(() => {
      for (const spot of spots.values()) {
        const node = core.getElementById(spot.id);
        if (!node.grabbed()) node.position({ x: spot.x, y: spot.y });
      }
    });
  }

  function cap(): void {
    if (!touched && core.zoom() > 1.25) {
      core.zoom(1.25);
      core.center();
    }
  }

  return {
    add(things, fresh, by) {
      const origin = by === null ? undefined : spots.get(by);
      const elements: ElementDefinition[] = [];
      things.forEach((t, n) => {
        if (spots.has(t.id)) return;
        const angle = n * 2.399963; // the golden angle spreads them evenly
        const far = 40 + 14 * Math.sqrt(n);
        const spot = { id: t.id, x: (origin?.x ?? 0) + far * Math.cos(angle), y: (origin?.y ?? 0) + far * Math.sin(angle) };
        spots.set(t.id, spot);
        elements.push({ group: "nodes", data: { id: t.id, label: clip(t.title, 28), hue: `h${hue(t.class)}` }, classes: `h${hue(t.class)}`, position: { x: spot.x, y: spot.y } });
      });
      for (const l of fresh) {
        if (links.some((held) => held.id === l.id)) continue;
        links.push(l);
        elements.push({ group: "edges", data: { id: l.id, source: l.from, target: l.to, label: l.label } });
      }
      if (elements.length === 0) return;
      core.add(elements);
      settle(spots.size > things.length ? 0.6 : 1);
    },
    drop(id) {
      spots.delete(id);
      for (let n = links.length - 1; n >= 0; n--) {
        const l = links[n];
        if (l && (l.from === id || l.to === id)) links.splice(n, 1);
      }
      core.getElementById(id).remove();
    },
    choose(id) {
      mark(id);
      const node = core.getElementById(id);
      if (node.nonempty() && touched) core.animate({ center: { eles: node } }, { duration: 200 });
    },
    zoom(by) {
      touched = true;
      core.zoom({ level: core.zoom() * by, renderedPosition: { x: core.width() / 2, y: core.height() / 2 } });
    },
    fit() {
      touched = false;
      core.fit(undefined, 50);
      cap();
    },
    restyle() {
      core.style(styles());
    },
    picture() {
      const layers = [...stage.querySelectorAll("canvas")];
      const first = layers[0];
      if (!first) return null;
      const whole = document.createElement("canvas");
      whole.width = first.width;
      whole.height = first.height;
      const pen = whole.getContext("2d");
      if (!pen) return null;
      for (const layer of [...layers].reverse()) pen.drawImage(layer, 0, 0);
      return whole;
    },
    close() {
      cancelAnimationFrame(frame);
      simulation?.stop();
      simulation = null;
      core.destroy();
    },
  };
}

function styles(): StylesheetJson {
  const ink = colour("--ink");
  const card = colour("--card");
  const hues = Array.from({ length: 8 }, (_, n) => ({ selector: `.h${n}`, style: { "background-color": colour(`--hue-${n}`) } }));
  return [
    {
      selector: "node",
      style: {
        width: 16, height: 16, label: "data(label)", color: ink, "font-size": 11, "font-family": "Inter Variable, system-ui, sans-serif",
        "text-valign": "bottom", "text-margin-y": 4, "text-wrap": "ellipsis", "text-max-width": "110px", "min-zoomed-font-size": 8, "text-outline-color": card, "text-outline-width": 2,
        "border-width": 0,
      },
    },
    ...hues,
    {
      selector: "edge",
      style: { width: 1, "line-color": colour("--strong"), "line-opacity": 0.45, "curve-style": "haystack", "haystack-radius": 0 },
    },
    {
      selector: "edge.near",
      style: {
        width: 1.5, "line-opacity": 0.8, "line-color": colour("--accent"),
      },
    },
    {
      selector: "edge.told",
      style: {
        label: "data(label)", "font-size": 10, color: colour("--muted"), "text-rotation": "autorotate", "min-zoomed-font-size": 9,
        "text-outline-color": card, "text-outline-width": 2,
      },
    },
    { selector: "node.near", style: { "border-width": 2, "border-color": colour("--accent") } },
    { selector: "node.chosen", style: { width: 24, height: 24, "border-width": 3, "border-color": ink, "font-weight": 600 } },
  ] as StylesheetJson;
}
