search-heading = Search
search-what = What
search-near = Nothing has all of “{ $q }” in its name as it is spelt. The nearest:
search-nothing = Nothing is called “{ $q }”, and nothing comes near.
search-texts = In speeches and treaties
search-texts-soon = Speeches and treaties are being indexed for the first time; ask again in a minute.
search-texts-failed = Speeches and treaties could not be indexed; the server’s messages say why.
search-instead = No text has “{ $word }”; looked for “{ $other }” instead.
search-no-word = No text has “{ $word }”.
search-found =
    { $n ->
        [one] { $n } text has these words.
       *[other] { $n } texts have these words.
    }
search-quotes = Words within quotation marks must stand next to each other.
search-before = Before
search-next = Next
