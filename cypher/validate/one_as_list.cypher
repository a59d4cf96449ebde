// purpose: fragment: a property that may be missing, as a list
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
CASE WHEN <<value>> IS NULL THEN [] ELSE [<<value>>] END
