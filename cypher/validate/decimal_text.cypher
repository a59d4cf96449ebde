// purpose: fragment: the canonical text of a scaled integer
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
(CASE WHEN <<v>> < 0 THEN '-' ELSE '' END + toString(abs(<<v>>) / <<unit>>) + '.' + CASE trim(TRAILING '0' FROM substring(toString(abs(<<v>>) % <<unit>> + <<unit>>), 1)) WHEN '' THEN '0' ELSE trim(TRAILING '0' FROM substring(toString(abs(<<v>>) % <<unit>> + <<unit>>), 1)) END)
