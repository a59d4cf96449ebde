// purpose: fragment: the part of the calendar that a day lies in, named so that names sort as time runs
// params: none
// returns: fragment
// index: fragment (the query compiler joins fragments; <<names>> come from the ontology or are variables)
CASE $<<param>>
WHEN 'day' THEN toString(date(<<value>>))
WHEN 'week' THEN toString(date(<<value>>).weekYear) + '-W' + right('0' + toString(date(<<value>>).week), 2)
WHEN 'month' THEN substring(toString(date(<<value>>)), 0, 7)
WHEN 'quarter' THEN toString(date(<<value>>).year) + '-Q' + toString(date(<<value>>).quarter)
WHEN 'year' THEN substring(toString(date(<<value>>)), 0, 4)
ELSE ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'][date(<<value>>).dayOfWeek - 1] END
