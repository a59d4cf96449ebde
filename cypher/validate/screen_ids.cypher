// purpose: fragment: of these entities, those of a class that break some shape
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
UNWIND $ids AS id MATCH (<<f>>:<<base>> {<<key>>: id}) WHERE <<f>>:<<label>> AND (<<condition>>) RETURN <<f>>.<<key>> AS id
