// purpose: fragment: at most so many distinct ends; the number of relationships, which costs nothing to know, first
// params: none
// returns: boolean
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
CASE WHEN COUNT { <<walk>> } <= <<count>> THEN true ELSE <<exact>> <= <<count>> END
