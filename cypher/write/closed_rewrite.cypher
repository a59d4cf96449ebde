// purpose: put other payloads (and ids) in the place of earlier states that held what is erased
// params: rows LIST<MAP>
// returns: changed
// index: Closed.id
UNWIND $rows AS row
MATCH (c:Closed {id: row.id}) WHERE c.seq_to = row.seq_to AND c.seq_from = row.seq_from
SET c.payload = row.payload, c.id = row.new_id
RETURN count(c) AS changed
