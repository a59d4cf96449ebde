// purpose: fragment: properties that are not allowed
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
<<prefix>> <<walk>> WITH DISTINCT <<carry>>, <<value>> UNWIND [key IN keys(<<value>>) WHERE NOT (key STARTS WITH '_' OR key = <<own>><<allowed>>)] AS key UNWIND CASE WHEN <<value>>[key] IS :: LIST<ANY> THEN <<value>>[key] ELSE [<<value>>[key]] END AS one RETURN <<root>> AS root, <<focus>> AS focus, one AS value, key AS key, labels(<<value>>) AS labels
