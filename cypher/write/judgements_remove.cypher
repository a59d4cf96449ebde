// purpose: take judgements out of the ledger that no longer hold
// params: ids LIST<STRING>
// returns: nothing
// index: Judgement.id (unique)
UNWIND $ids AS id
MATCH (j:Judgement {id: id})
DETACH DELETE j
