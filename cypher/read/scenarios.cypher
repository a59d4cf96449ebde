// purpose: all scenarios that are kept, oldest first
// params: none
// returns: id, name, author, because, base, parent, interventions, created, body, view (digest of what was hidden from its author)
// index: Scenario.id (small)
MATCH (s:Scenario)
RETURN s.id AS id, s.name AS name, s.author AS author, s.because AS because, s.base AS base, s.parent AS parent,
       s.interventions AS interventions, toString(s.created) AS created, s.body AS body,
       coalesce(s.view, '') AS view
ORDER BY s.created, s.id
