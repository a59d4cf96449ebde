/** Signs, drawn as lines on a grid of 24. */

const SIGNS = {
  ask: "M21 11.5a8.4 8.4 0 0 1-12.3 7.5L3 21l2-5.5A8.5 8.5 0 1 1 21 11.5zM9.6 9.2a2.5 2.5 0 0 1 4.8.8c0 1.7-2.4 2-2.4 3.4M12 16h.01",
  find: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM20 20l-4-4",
  impact: "M4 5v14M8.5 5.5 11 19M13.5 7 18 19M18 12l3.5 7",
  explore: "M5 6.5a2 2 0 1 0 0-.01M19 8.5a2 2 0 1 0 0-.01M11 18.5a2 2 0 1 0 0-.01M7 7l10 1.2M6 8.3l4 8.4M17.8 10.2l-5.4 6.6",
  whatif: "M4 20c6 0 8-4 8-8s2-8 8-8M4 20c6 0 9 0 16-2M17 2l3 2-2.5 2.7",
  checks: "M9 12l2 2 4-4.5M12 3l7.5 3v5.5c0 4.6-3.1 8-7.5 9.5-4.400-1.500-7.500-4.900-7.500-9.500V6z",
  inbox: "M3 13h5l1.500 3h5L16 13h5M5.500 5h13L21 13v6H3v-6z",
  matches: "M8.500 16a5.500 5.500 0 1 1 0-11 5.500 5.500 0 0 1 0 11zM15.500 19a5.500 5.500 0 1 0 0-11 5.500 5.500 0 0 0 0 11z",
  runs: "M4 12a8 8 0 1 0 2.600-5.900M4 4v4.500h4.500M12 8v4.500l3 1.800",
  reports: "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20c1-3.500 4-5 7.500-5s6.500 1.500 7.500 5",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.400 1.400M17.600 17.600 19 19M5 19l1.400-1.400M17.600 6.400 19 5",
  moon: "M20 14.500A8.500 8.500 0 0 1 9.500 4a8.500 8.500 0 1 0 10.500 10.500z",
  close: "M6 6l12 12M18 6 6 18",
  check: "M5 12.500l4.500 4.500L19 7.500",
  warning: "M12 4 2.500 20h19zM12 10v4.500M12 17.500h.01",
  info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.500M12 7.800h.01",
  choose: "M4 7h10M4 12h10M4 17h6M17 15l2 2 3.500-4",
  copy: "M8 8h11v12H8zM5 16V4h11",
  empty: "M4 7l8-4 8 4-8 4zM4 12l8 4 8-4M4 17l8 4 8-4",
  down: "M12 4v12M6.500 11l5.500 5.500L17.500 11M5 20h14",
  up: "M12 16V4M6.500 9 12 3.500 17.500 9M5 20h14",
  wrong: "M5 21V4h11l-1.500 4L16 12H5",
  row: "M3 5h18v14H3zM3 10h18M9 10v9",
  right: "M9 5l7 7-7 7",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  fit: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5.500l3.500 2",
  measures: "M4 20h16M7 16v-5M12 16V6M17 16v-8",
  audit: "M5 4h14v16H5zM9 9h6M9 13h3M13.500 16l1.500 1.500 3-3.500",
  access: "M12 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM6 20v-1.500a4.500 4.500 0 0 1 4.500-4.500h1M17.500 14v-.800a1.700 1.700 0 0 0-3.400 0v.800M13.500 14h4.600v5h-4.600z",
  keep: "M6 3h12v18l-6-4.500L6 21z",
  key: "M8 15a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 11h9M18 11v3.500",
  eyeoff: "M4 4l16 16M9.500 5.500A10 10 0 0 1 21.500 12a14 14 0 0 1-2.600 3.500M6.500 7.500A13 13 0 0 0 2.500 12a10.500 10.500 0 0 0 12.500 6",
} as const;

export type Sign = keyof typeof SIGNS;

export function Icon({ of }: { of: Sign }) {
  return (
    <svg class="sign" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={SIGNS[of]} />
    </svg>
  );
}

export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect x="5" y="7" width="4.200" height="18" rx="1.500" />
      <rect x="13" y="7.300" width="4.200" height="18" rx="1.500" transform="rotate(14 15 25)" />
      <rect class="last" x="21" y="8" width="4.200" height="18" rx="1.500" transform="rotate(31 23 26)" />
    </svg>
  );
}
