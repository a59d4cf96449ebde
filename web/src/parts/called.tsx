/** A thing of which only the id is known: called by its name as soon as that is. */

import { get, part } from "../api.ts";
import { useAsked } from "../company.tsx";
import { to } from "../route.ts";
import type { Entity } from "../wire.ts";
import { ThingLink } from "./basics.tsx";

export function Called({ id }: { id: string }) {
  const found = useAsked<Entity>((signal) => get(`/v1/entities/${part(id)}`, { limit: 1 }, signal), [id]);
  if (!found.data) return <a href={to("thing", [id])}>{id}</a>;
  return <ThingLink thing={{ id: found.data.id, class: found.data.classes[0] ?? "", title: found.data.title }} />;
}
